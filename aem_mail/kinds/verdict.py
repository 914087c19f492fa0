"""What changed between the recorded state and the wanted one, and what that costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aem_mail.model import UNKNOWN

Changes = dict[str, bool]
"""The inputs that changed, and of each whether there is something to send for it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comparing two states says.

    ``changed`` names the inputs that differ, ``replaces`` those among them that force a new resource. With ``state_only``
    the update has nothing to send: only the state has to record the new inputs. ``reasons`` says in words what the inputs
    alone do not show, such as a fingerprint that cannot be compared.
    """

    changed: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    delete_before_replace: bool = False
    state_only: bool = False
    reasons: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything changed."""
        return bool(self.changed)


def differs(recorded: Any, wanted: Any) -> bool:
    """Compare JSON values strictly (true is not 1); UNKNOWN differs from everything, also from itself."""
    if UNKNOWN in (recorded, wanted) or isinstance(recorded, bool) is not isinstance(wanted, bool):
        return True
    if isinstance(recorded, Mapping) and isinstance(wanted, Mapping):
        return recorded.keys() != wanted.keys() or any(differs(value, wanted[name]) for name, value in recorded.items())
    if isinstance(recorded, list) and isinstance(wanted, list):
        return len(recorded) != len(wanted) or any(map(differs, recorded, wanted))
    return bool(recorded != wanted)
