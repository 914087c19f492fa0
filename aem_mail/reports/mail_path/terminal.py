"""A mail path for a terminal: one station under the other, with what was found at it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from aem_mail.checks import CHECKS
from aem_mail.reports.mail_path.model import MailPath, State, Station, StationKind
from aem_mail.text.characters import wrapped

MARKS: Final[Mapping[State, str]] = {State.OK: "✓", State.INFO: "i", State.UNKNOWN: "?", State.WARNING: "!", State.ERROR: "✗"}
COLOURS: Final[Mapping[State, str]] = {State.OK: "32", State.INFO: "36", State.UNKNOWN: "2", State.WARNING: "33", State.ERROR: "31"}
ON, BEYOND_AN_ERROR, END = "│", "┊", " "
PLACES_WIDTH: Final = max(len(kind) for kind in StationKind) + 2
NARROW: Final = 60
"""Columns below which a station's label stands under its name instead of beside it."""
NARROWEST: Final = PLACES_WIDTH
"""Columns that a mark and a station's name take."""

Paint = Callable[[str, State], str]


def plain(text: str, _: State) -> str:
    """Leave the text uncoloured."""
    return text


def coloured(text: str, state: State) -> str:
    """Colour the text as the state, with the terminal's own colours, so that it suits a light and a dark one."""
    return f"\033[{COLOURS[state]}m{text}\033[0m"


def to_lines(path: MailPath, width: int, paint: Paint = plain) -> list[str]:
    """Draw a path in lines of at most ``width`` columns (at least NARROWEST)."""
    return list(_lines(path, max(width, NARROWEST), paint))


def _lines(path: MailPath, width: int, paint: Paint) -> Iterator[str]:
    yield from wrapped(path.title, width)
    passed = True
    for number, station in enumerate(path.stations, 1):
        passed = passed and station.state is not State.ERROR
        rail = END if number == len(path.stations) else ON if passed else BEYOND_AN_ERROR
        head, *texts = _texts(station, width, paint)
        yield f"{paint(MARKS[station.state], station.state)} {head}".rstrip()
        yield from (f"{rail} {text}".rstrip() for text in texts)


def _texts(station: Station, width: int, paint: Paint) -> Iterator[str]:
    """Yield a station's lines without the rail: its name, beside or under it the label, and below that all else."""
    beside = width >= NARROW
    margin = " " * PLACES_WIDTH if beside else ""
    room = width - 2 - len(margin)
    label = wrapped(station.label, room)
    yield f"{str(station.kind).ljust(PLACES_WIDTH)}{label.pop(0)}" if beside else station.kind
    for line in label:
        yield margin + line
    for detail in station.details:
        yield from (margin + line for line in wrapped(detail, room))
    for headline in station.headlines:
        lines = wrapped(f"{headline}: {CHECKS[headline.id].title}", room)
        yield from (margin + paint(line, headline.state) for line in lines)
