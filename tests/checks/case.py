"""A mistake with its cure."""

from dataclasses import dataclass

from aem_mail.checks import Severity
from tests.checks.situations import Situation


@dataclass(frozen=True)
class Case:
    """A mistake that the check finds, and its cure, in which it finds nothing; `stage` as in `/_sim/send`, None that no mail shows it."""

    mistake: Situation
    cure: Situation
    stage: str | None = None
    tier: str = "author"
    severity: Severity | None = None
    """Where it is not the check's own."""
