"""A report as blocks, and their text and Markdown: what reports have in common, whatever they report.

Texts may hold what others wrote: what would steer a terminal, or cannot be encoded, is replaced (`characters.visible`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aem_mail.characters import columns, visible
from aem_mail.reports import markdown


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
    """Write a report as GitHub's and GitLab's Markdown, in which what the blocks say is nothing but text. Ends with a line break."""
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
            yield f"{'#' * level} {markdown.inline(text)}"
        case Paragraph(text):
            yield markdown.line(text)
        case Drawing(lines):
            fence = markdown.fence(lines)
            yield from (f"{fence}text", *lines, fence)
        case Items(entries):
            yield from (f"- {markdown.line(entry)}" for entry in entries)
        case Table(header, rows):
            yield _row(map(markdown.inline, header))
            yield _row(("---",) * len(header))
            yield from (_row(map(markdown.inline, row)) for row in rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
