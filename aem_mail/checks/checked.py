"""What a run of the checks found in one environment, and the exit code of a run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from aem_mail.checks import CHECKS, Severity, Subject
from aem_mail.checks.ignores import JudgedFinding, counted
from aem_mail.errors import AemMailError
from aem_mail.model import EnvironmentId
from aem_mail.text.words import listed

CLEAN: Final = 0
ERRORS: Final = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """One environment: what the checks looked at, and what they found; ``unread`` is why it could not be read, if it could not.

    ``environment`` None is any environment of the ``types``, of which nothing but the AEM project is known; no type is each of them.
    ``unjudged`` tells what was not judged; ``incomplete``: that is whether mail arrives, and nobody said that this is meant.
    """

    environment: EnvironmentId | None
    judged: Sequence[JudgedFinding] = ()
    subject: Subject = field(default_factory=Subject)
    unread: AemMailError | None = None
    unjudged: Sequence[str] = ()
    incomplete: bool = False
    types: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str | None, str | None]:
        """Program and environment, None where it is no certain one."""
        return (None, None) if self.environment is None else (self.environment.program_id, self.environment.environment_id)

    @property
    def name(self) -> str:
        """What tells it from the others of a run: its id, or the types."""
        return listed(self.types) or "every type" if self.environment is None else self.environment.environment_id

    @property
    def labels(self) -> tuple[str, ...]:
        """What else is to be known of it, in a word each: its name, its type, its status."""
        there = self.subject.live.environment if self.subject.live is not None else None
        return () if there is None else tuple(filter(None, (there.name, there.type, there.status)))

    @property
    def not_run(self) -> list[tuple[str, str]]:
        """The checks that lack something, and what; none where nothing could be read."""
        lacking = [] if self.unread else [(one.id, " and ".join(one.missing(self.subject))) for one in CHECKS.values()]
        return [(id_, missing) for id_, missing in lacking if missing]


def exit_code(checked: Sequence[Checked]) -> int:
    """Return 2 if an error counts or mail could not be checked, else the code of what could not be read, else 0."""
    if any(one.incomplete or counted(one.judged, Severity.ERROR) for one in checked):
        return ERRORS
    return max((one.unread.exit_code for one in checked if one.unread is not None), default=CLEAN)
