"""What a check says."""

from dataclasses import dataclass
from enum import StrEnum

from aem_mail.checks.place import Place


class Severity(StrEnum):
    """``error``: no mail, or not the one that was meant; ``warning``: it may fail; ``info``: good to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: where it is, what AEM would do because of it, and the fix. No text holds the value of a secret."""

    id: str
    severity: Severity
    place: Place
    effect: str
    fix: str

    @property
    def where(self) -> str:
        """The place as a text, which files of ignores match."""
        return str(self.place)

    def __str__(self) -> str:
        return f"{self.id} {self.severity}: {self.where}: {self.effect} {self.fix}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What a check's function yields: a finding before it got its id; ``severity`` None is the check's own."""

    place: Place
    effect: str
    fix: str
    severity: Severity | None = None
