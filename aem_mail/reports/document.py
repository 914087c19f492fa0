"""A report as one document, of which every form is written: values without any markup.

Texts may hold what others wrote; each form makes them fit to be shown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from aem_mail.reports.mail_path.model import MailPath, State, StationKind
from aem_mail.text.words import counted


class Outcome(StrEnum):
    """What an entry means for a pipeline, in JUnit's words; ``error``: it could not be found out, ``skipped``: somebody lives with it."""

    FAILURE = "failure"
    ERROR = "error"
    SKIPPED = "skipped"
    PASSED = "passed"


IGNORED: Final = "ignored"
"""Stands for the level of an entry that somebody ignores."""
LEVELS: Final = (State.ERROR, State.UNKNOWN, State.WARNING, State.INFO)
"""How bad an entry can be, the worst first."""
SEVERITIES: Final = (*map(str, LEVELS), IGNORED)
QUIET: Final = (State.OK, State.INFO)
WAY: Final = (StationKind.TIER, StationKind.PROXY, StationKind.MAIL_SERVER)
"""What names a mail path in a line."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's title."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Lines to be copied as they are."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; with a level it stands out."""

    text: str
    level: State | None = None
    note: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.note})" if self.note else self.text


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header, each as long as it; a row's first cell is its name."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""

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
class Location:
    """A line of a file, by its absolute path."""

    path: Path
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding.

    ``key`` is its stable id, ``kind`` what it is filtered by, ``label`` what stands before the title where entries are listed. ``note``
    says who lives with it and why. ``locations`` are those in files, the first one where it belongs. ``identity`` tells it from other
    findings by what stays when its text changes.
    """

    key: str
    kind: str
    level: State
    outcome: Outcome
    title: str
    where: str = ""
    text: str = ""
    fix: str = ""
    note: str = ""
    tables: tuple[Table, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    label: str = ""
    locations: tuple[Location, ...] = ()
    identity: tuple[Any, ...] = ()

    @property
    def severity(self) -> str:
        """The level, or IGNORED."""
        return IGNORED if self.outcome is Outcome.SKIPPED else str(self.level)

    def __str__(self) -> str:
        head = ": ".join(filter(None, (self.label, self.title)))
        told = f"{head}{f'. {self.where}' if self.where else ''}: {self.text}"
        return " ".join(filter(None, (told, self.fix and f"Fix: {self.fix}", self.note and f"({self.note})")))


@dataclass(frozen=True, slots=True)
class Items:
    """Sentences or entries, one a line; with a level they stand out."""

    entries: tuple[str | Entry, ...]
    level: State | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not looked at, and why not; ``key`` is its stable id, if it has one."""

    name: str
    reason: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs together, such as all of an environment.

    ``labels`` are single words about it, ``passed`` names what was looked at and found right.
    """

    title: str
    place: str = ""
    labels: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    pictures: tuple[MailPath, ...] = ()
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
        return next((str(level) for level in LEVELS if level in there), "ok")

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing about it that anybody has to see."""
        return not self.entries and all(path.state in QUIET for path in self.pictures)

    @property
    def name(self) -> str:
        """The place and the title."""
        return ", ".join(filter(None, (self.place, self.title)))

    def __str__(self) -> str:
        return f"{self.name} ({', '.join(self.labels)})" if self.labels else self.name


Block = Heading | Paragraph | Items | Table | Code | Group
Flat = Heading | Paragraph | Items | Table | Code | MailPath


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report: its title, what it comes to in a few words, and its blocks.

    ``data`` is the same for machines, ``exit_code`` that of the command, and ``noun`` what one group is, in the singular.
    """

    title: str
    blocks: tuple[Block, ...] = ()
    lead: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    exit_code: int = 0
    noun: str = "environment"

    @property
    def heading(self) -> str:
        """The title with what it comes to."""
        return ": ".join(filter(None, (self.title, self.lead)))

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups among the blocks."""
        return tuple(block for block in self.blocks if isinstance(block, Group))

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables among the blocks."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def kinds(self) -> list[str]:
        """The kinds of entries there are."""
        return sorted({entry.kind for group in self.groups for entry in group.entries})

    def count(self, severity: str) -> int:
        """Return how many entries of all groups have that severity."""
        return sum(group.count(severity) for group in self.groups)

    def flat(self) -> Iterator[Flat]:
        """Yield the blocks as they follow one another in a text; of several groups the quiet ones are told in a line each."""
        quiet = [group for group in self.groups if group.is_quiet] if len(self.groups) > 1 else []
        for block in self.blocks:
            if not isinstance(block, Group):
                yield block
            elif block not in quiet:
                yield from _flat_group(block)
            elif block is quiet[-1]:
                yield Heading(f"{counted(len(quiet), self.noun)} without findings")
                yield Items(tuple(map(_brief, quiet)))


def section(title: str, sentences: Iterable[str], level: State | None = None) -> tuple[Block, ...]:
    """Return sentences under their title, nothing of none."""
    entries = tuple(sentences)
    return (Heading(title), Items(entries, level)) if entries else ()


def _flat_group(group: Group) -> Iterator[Flat]:
    yield Heading(str(group))
    yield from group.pictures
    if not group.entries:
        yield Paragraph("Nothing was found.")
    for level in LEVELS:
        entries = tuple(entry for entry in group.entries if entry.level is level)
        if entries:
            yield Items(entries)
    yield from map(Paragraph, group.notes)
    if group.skipped:
        reasons: dict[str, list[str]] = {}
        for one in group.skipped:
            reasons.setdefault(one.reason, []).append(one.key or one.name)
        yield Paragraph("Not looked at:")
        yield Items(tuple(f"{', '.join(names)}: {reason}" for reason, names in reasons.items()))


def _brief(group: Group) -> str:
    """Tell a group in a line, with the ways of its mail."""
    stations = [{station.kind: station.label for station in path.stations} for path in group.pictures]
    ways = [" → ".join(labels[place] for place in WAY) for labels in stations]
    told = [*ways, *([f"{len(group.skipped)} not looked at"] if group.skipped else [])]
    return ": ".join(filter(None, (str(group), "; ".join(told))))
