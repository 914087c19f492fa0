"""What moved between the recorded state and the wanted one, and what that costs."""

from dataclasses import dataclass

from aem_mail.errors import Problem
from aem_mail.identity import claim_key, identity, parse_identity
from aem_mail.model import Properties

__all__ = ["Verdict", "claim_key", "decide", "identity", "parse_identity", "replacement_problem"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `decide` says.

    ``moved`` names the inputs that differ, ``replaces`` those among them that force a new resource. With ``state_only``
    the update has nothing to send: only the state has to record the new inputs.
    """

    moved: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    delete_before_replace: bool = False
    state_only: bool = False
    reasons: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything moved."""
        return bool(self.moved)


def decide(kind: str, recorded: Properties, wanted: Properties) -> Verdict:
    """Say which declared inputs moved between two states, both in normal form.

    Computed outputs, Pulumi's own keys, ``logical_name``, ``on_conflict`` and ``allow_replace`` never count. UNKNOWN counts
    as moved, because a no-op cannot be promised.
    """
    raise NotImplementedError


def replacement_problem(recorded: Properties, wanted: Properties) -> Problem | None:
    """Return why a NetworkInfrastructure may not become the wanted one in place: the ordered steps and the downtime.

    None where nothing fixed moved, or where ``allow_replace`` is set.
    """
    raise NotImplementedError
