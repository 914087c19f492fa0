"""What a run sends, as values."""

from collections import Counter
from dataclasses import dataclass

from aem_mail.model import VariableKey


@dataclass(frozen=True, slots=True)
class Patch:
    """One PATCH of variables: their keys, sorted, and the tiers of the environment, None: all of them."""

    keys: tuple[VariableKey, ...]
    tiers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Writes:
    """What is sent to one environment, in order: methods of networking (PUT, DELETE) and patches of variables."""

    networking: tuple[str, ...] = ()
    patches: tuple[Patch, ...] = ()

    def __add__(self, other: "Writes") -> "Writes":
        return Writes(self.networking + other.networking, self.patches + other.patches)

    def __bool__(self) -> bool:
        return bool(self.networking or self.patches)


def in_batches(alone: Writes, networking: int, variables: int) -> Writes:
    """Return the most that is sent in so many batches of ``networking`` and of ``variables``, if ``alone`` is sent for changes one by one.

    A batch sends one change, and a second one where a variable's type changes, which is then in two patches.
    """
    patches = Counter(key for patch in alone.patches for key in patch.keys)
    number = min(len(alone.patches), variables + min(variables, sum(times > 1 for times in patches.values())))
    groups = [alone.patches[at::number] for at in range(number)]
    return Writes(
        alone.networking[max(0, len(alone.networking) - networking) :],
        tuple(Patch(tuple(sorted({key for patch in group for key in patch.keys}, key=str)), group[0].tiers) for group in groups),
    )


@dataclass(frozen=True, slots=True)
class InfrastructureWrite:
    """One POST, PUT or DELETE of a network infrastructure."""

    method: str
    kind: str
    region: str
