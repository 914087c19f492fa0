"""What a check says."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """``error``: no mail, or not the one that was meant; ``warning``: it may fail; ``info``: good to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A place in the AEM project: files by their path below its folder, and properties there; none for the files as a whole."""

    paths: tuple[str, ...]
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ", ".join(filter(None, (" and ".join(self.paths), "/".join(self.keys))))


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: where it is, what AEM would do because of it, and the mend. No text holds the value of a secret.

    ``place`` is the value behind ``where``, None where that names no file of the AEM project.
    """

    id: str
    severity: Severity
    where: str
    effect: str
    mend: str
    place: FilePlace | None = None

    def __str__(self) -> str:
        return f"{self.id} {self.severity}: {self.where}: {self.effect} {self.mend}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What a check's function yields: a finding before it got its id; ``severity`` None is the check's own."""

    where: str | FilePlace
    effect: str
    mend: str
    severity: Severity | None = None
