"""A report as blocks, and their text and Markdown: what reports have in common, whatever they report.

Texts may hold what others wrote: what would steer a terminal, or cannot be encoded, is replaced (`characters.visible`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from aem_mail.characters import columns, visible

BACKTICKS: Final = re.compile("`+")
SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|~])")


@dataclass(frozen=True, slots=True)
class Heading:
    """The report's title (level 1) or a section's (level 2)."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """Sentences, one a line."""

    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a header; every row is as long as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Lines that are fit to be shown as they are, coloured or not."""

    lines: tuple[str, ...]


Block = Heading | Paragraph | Items | Table | Drawing
Document = Sequence[Block]


def to_text(document: Document) -> str:
    """Write a report for a terminal: aligned columns, no marks; ends with a line break."""
    return "\n\n".join("\n".join(_text(block)) for block in document) + "\n"


def to_markdown(document: Document) -> str:
    """Write a report as GitHub's Markdown; what the blocks say is escaped. Ends with a line break."""
    return "\n\n".join("\n".join(_markdown(block)) for block in document) + "\n"


def _text(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield visible(text) if level == 1 else f"{visible(text)}:"
        case Paragraph(text):
            yield visible(text)
        case Drawing(lines):
            yield from lines
        case Items(entries):
            yield from (f"- {visible(entry)}" for entry in entries)
        case Table(header, rows):
            shown = [tuple(map(visible, row)) for row in (header, *rows)]
            widths = [max(map(columns, column)) for column in zip(*shown, strict=True)]
            for row in shown:
                yield "  ".join(cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()


def _markdown(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield f"{'#' * level} {escaped(text)}"
        case Paragraph(text):
            yield escaped(text)
        case Drawing(lines):
            fence = "`" * max(3, 1 + max((len(run) for line in lines for run in BACKTICKS.findall(line)), default=0))
            yield from (f"{fence}text", *lines, fence)
        case Items(entries):
            yield from (f"- {escaped(entry)}" for entry in entries)
        case Table(header, rows):
            for row in (header, ("---",) * len(header), *rows):
                yield f"| {' | '.join(cell if cell == '---' else escaped(cell) for cell in row)} |"


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return SPECIAL.sub(r"\\\1", visible(" ".join(text.split())))
