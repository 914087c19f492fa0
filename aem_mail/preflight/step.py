"""One question to the network, and what came of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from aem_mail.checks.place import Place
from aem_mail.cloud_manager.redaction import printable

LONGEST_ANSWER: Final = 300


class StepVerdict(StrEnum):
    """``failed``: AEM would not get further, if its path saw the same; ``warning``: it may; ``info``: good to know."""

    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Step:
    """What was asked about, and the answer, fit to be printed.

    ``checks`` are the ids of docs/checks.md that it tells something about; ``effect`` says what AEM would see, ``fix`` what to do.
    """

    about: str | Place
    answer: str
    verdict: StepVerdict
    checks: tuple[str, ...] = ()
    effect: str = ""
    fix: str = ""

    @property
    def asked(self) -> str:
        """What was asked, as a text."""
        return str(self.about)

    @property
    def bad(self) -> bool:
        return self.verdict in (StepVerdict.FAILED, StepVerdict.TIMED_OUT)


def shown(text: str) -> str:
    """Return what somebody else's machine said as one bounded line without control characters."""
    return printable(text, LONGEST_ANSWER) or "nothing"
