"""What a run sends, as values."""

from dataclasses import dataclass

from aem_mail.model import VariableKey


@dataclass(frozen=True, slots=True)
class Patch:
    """One PATCH of variables: their keys, sorted."""

    keys: tuple[VariableKey, ...]


@dataclass(frozen=True, slots=True)
class Writes:
    """What is sent to one environment, in order: methods of networking (PUT, DELETE) and patches of variables."""

    networking: tuple[str, ...] = ()
    patches: tuple[Patch, ...] = ()

    def __add__(self, other: "Writes") -> "Writes":
        return Writes(self.networking + other.networking, self.patches + other.patches)

    def __bool__(self) -> bool:
        return bool(self.networking or self.patches)


@dataclass(frozen=True, slots=True)
class InfrastructureWrite:
    """One POST, PUT or DELETE of a network infrastructure."""

    method: str
    kind: str
    region: str
