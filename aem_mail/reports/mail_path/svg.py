"""A mail path as SVG, built as a tree of elements so that everything in it is escaped.

Colours are custom properties (`palette`), light or dark as the reader's system; each state has a sign and a word of its own too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from aem_mail.checks import CHECKS
from aem_mail.reports.mail_path.layout import NARROW, RADIUS, WIDE, Layout, Point
from aem_mail.reports.mail_path.model import Headline, MailPath, State, Station
from aem_mail.text.characters import visible, wrapped
from aem_mail.text.palette import palette

__all__ = ["NARROW", "WIDE", "style", "to_svg"]

NAMESPACE: Final = "http://www.w3.org/2000/svg"
SIGNS: Final[Mapping[State, str]] = {
    State.OK: "M-5.5 .5 -1.5 4.5 5.5 -4",
    State.INFO: "M0 -5.5v.01M0 -1v6.5",
    State.UNKNOWN: "M-3.5 -3a3.5 3.5 0 1 1 5.2 3C.5 .8 0 1.4 0 2.6M0 6v.01",
    State.WARNING: "M0 -6v6.5M0 5.5v.01",
    State.ERROR: "M-4.5 -4.5 4.5 4.5M4.5 -4.5 -4.5 4.5",
}
BOLD: Final = ("label", "finding")
MOST_LINES: Final = {"place": 1, "label": 3, "detail": 2, "finding": 3}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text of a kind (place, label, detail, finding), in the colour of a state if it has one."""

    kind: str
    text: str
    state: State | None = None


def style() -> str:
    """Return the style sheet that a picture without one of its own counts on."""
    return palette() + files("aem_mail.reports.mail_path").joinpath("style.css").read_text(encoding="utf-8")


def to_svg(path: MailPath, layout: Layout = WIDE, *, standalone: bool = True) -> str:
    """Return the picture; ``standalone`` has the style sheet in it and can be a file of its own."""
    drawn = [list(_lines(station, layout)) for station in path.stations]
    counts = [len(lines) for lines in drawn]
    centres = layout.centres(counts)
    root = Element("svg", {"class": "mail-path", "role": "img", "viewBox": f"0 0 {layout.width} {layout.height(counts)}"})
    SubElement(root, "title").text = visible(f"{path.title}: {path.state}")
    SubElement(root, "desc").text = " ".join(map(_told, path.stations))
    if standalone:
        root.set("xmlns", NAMESPACE)
        SubElement(root, "style").text = style()
    _tracks(root, path.stations, centres, layout)
    for station, lines, centre in zip(path.stations, drawn, centres, strict=True):
        group = SubElement(root, "g", {"class": str(station.state)})
        if layout.step is not None:
            SubElement(group, "title").text = _told(station)
        _mark(group, station.state, centre)
        _texts(group, lines, centre, layout)
    return tostring(root, encoding="unicode")


def _lines(station: Station, layout: Layout) -> Iterator[Line]:
    parts: list[tuple[str, str, State | None]] = [("place", str(station.kind), None), ("label", station.label, None)]
    parts += [("detail", detail, None) for detail in station.details]
    for headline in station.headlines:
        parts.append(("finding", str(headline) if layout.step is not None else _sentence(headline), headline.state))
    for kind, text, state in parts:
        columns = layout.bold_columns if kind in BOLD else layout.columns
        yield from (Line(kind, line, state) for line in wrapped(text, columns, MOST_LINES[kind]))


def _tracks(root: Element, stations: Sequence[Station], centres: Sequence[Point], layout: Layout) -> None:
    """Draw the way between the stations: dotted from the first error on, where no mail comes."""
    passed = True
    for station, (start, end) in zip(stations, pairwise(centres), strict=False):
        passed = passed and station.state is not State.ERROR
        line, head = layout.track(start, end)
        SubElement(root, "path", {"class": "track" if passed else "track beyond", "d": line})
        SubElement(root, "path", {"class": "arrow", "d": head})


def _mark(group: Element, state: State, centre: Point) -> None:
    SubElement(group, "circle", {"cx": str(centre.x), "cy": str(centre.y), "r": str(RADIUS)})
    SubElement(group, "path", {"class": "sign", "d": SIGNS[state], "transform": f"translate({centre.x} {centre.y})"})


def _texts(group: Element, lines: Sequence[Line], centre: Point, layout: Layout) -> None:
    for number, line in enumerate(lines):
        at = layout.text(centre, number)
        attributes = {"x": str(at.x), "y": str(at.y), "class": f"{line.kind} {line.state or ''}".strip()}
        if layout.step is not None:
            attributes["text-anchor"] = "middle"
        SubElement(group, "text", attributes).text = line.text


def _told(station: Station) -> str:
    details = f" ({'; '.join(station.details)})" if station.details else ""
    found = f": {'; '.join(map(_sentence, station.headlines))}" if station.findings else ""
    return visible(f"{station.kind}: {station.label}{details}, {station.state}{found}.")


def _sentence(headline: Headline) -> str:
    return f"{headline}: {CHECKS[headline.id].title}"
