"""What a run of the checks found in one environment, and the exit code of a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aem_mail.checks import CHECKS, ProjectFile, Severity, Subject
from aem_mail.checks.ignores import Judged, counted
from aem_mail.checks.mail_path import MailPath
from aem_mail.errors import AemMailError
from aem_mail.model import EnvironmentId

CLEAN: Final = 0
ERRORS: Final = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """One environment's findings; ``not_run`` tells for each check that could not run what it lacked.

    ``paths`` are the ways of its mail, ``labels`` what else is to be known of it, in a word each: its name, its type; ``files`` are
    those of the AEM project. ``unread`` is why it could not be read; then nothing else is known.
    """

    environment: EnvironmentId
    judged: Sequence[Judged] = ()
    not_run: Sequence[tuple[str, str]] = ()
    paths: Sequence[MailPath] = ()
    labels: Sequence[str] = ()
    unread: AemMailError | None = None
    files: Sequence[ProjectFile] = ()


def not_run(subject: Subject) -> list[tuple[str, str]]:
    """Return the checks that lack something, and what."""
    lacking = ((one.id, " and ".join(one.missing(subject))) for one in CHECKS.values())
    return [(id_, missing) for id_, missing in lacking if missing]


def exit_code(checked: Sequence[Checked]) -> int:
    """Return 2 if an error counts, else the code of what could not be read, else 0."""
    if any(counted(one.judged, Severity.ERROR) for one in checked):
        return ERRORS
    return max((one.unread.exit_code for one in checked if one.unread is not None), default=CLEAN)
