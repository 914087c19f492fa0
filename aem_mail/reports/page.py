"""A report as a page: groups (environments, as a rule) of entries (findings), with pictures and tables; values without any markup."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """How bad an entry is, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Outcome(StrEnum):
    """What an entry means for a pipeline, in JUnit's words; ``error``: it could not be found out, ``skipped``: somebody lives with it."""

    FAILURE = "failure"
    ERROR = "error"
    SKIPPED = "skipped"
    PASSED = "passed"


IGNORED: Final = "ignored"
"""Stands for the level of an entry that somebody lives with."""
LEVELS: Final = (*map(str, Level), IGNORED)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; with a level it stands out."""

    text: str
    level: Level | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header, each as long as it; a row's first cell is its name."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def outstanding(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows in which something stands out."""
        return tuple(row for row in self.rows if any(cell.level or cell.note for cell in row))

    @property
    def alike(self) -> tuple[tuple[Cell, ...], ...]:
        """The other rows."""
        return tuple(row for row in self.rows if not any(cell.level or cell.note for cell in row))

    def count(self, severity: str) -> int:
        """Return how many cells have that level."""
        return sum(cell.level == severity for row in self.rows for cell in row)


@dataclass(frozen=True, slots=True)
class Snippet:
    """Something to paste, and what for; ``text`` may be empty."""

    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding. ``key`` is its stable id, ``kind`` what it is filtered by, ``note`` says who lives with it and why."""

    key: str
    kind: str
    level: Level
    outcome: Outcome
    title: str
    where: str = ""
    text: str = ""
    mend: str = ""
    note: str = ""
    tables: tuple[Table, ...] = ()
    snippets: tuple[Snippet, ...] = ()

    @property
    def severity(self) -> str:
        """The level, or IGNORED."""
        return IGNORED if self.outcome is Outcome.SKIPPED else str(self.level)


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as SVG, well-formed and without anything that runs, for wide and for narrow screens."""

    title: str
    wide: str
    narrow: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not looked at, and why not."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs together. ``labels`` are single words about it, ``passed`` names what was looked at and found right."""

    title: str
    place: str = ""
    labels: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    def count(self, severity: str) -> int:
        """Return how many entries have that severity."""
        return sum(entry.severity == severity for entry in self.entries)

    @property
    def state(self) -> str:
        """The worst severity that counts, or ``ok``."""
        there = {entry.severity for entry in self.entries}
        return next((str(level) for level in Level if level in there), "ok")


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report; ``noun`` is what one group is, in the singular. ``tables`` stand before the groups, under a title if several."""

    title: str
    lead: str
    made: datetime
    groups: tuple[Group, ...]
    noun: str = "environment"
    tables: tuple[Table, ...] = ()
    tables_title: str = "Tables"
    notes: tuple[str, ...] = ()

    def count(self, severity: str) -> int:
        """Return how many entries of all groups have that severity."""
        return sum(group.count(severity) for group in self.groups)

    @property
    def kinds(self) -> list[str]:
        """The kinds of entries there are."""
        return sorted({entry.kind for group in self.groups for entry in group.entries})


def worst_first(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Return the groups with the most errors, then warnings, then infos first; those that are alike keep their order."""
    return tuple(sorted(groups, key=lambda group: [-group.count(level) for level in Level]))


def sentences(parts: Sequence[str]) -> str:
    """Join sentences, of which some may be empty."""
    return " ".join(filter(None, parts))
