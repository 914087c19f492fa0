"""A report for a terminal: aligned columns, no marks, as wide as the terminal is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from aem_mail.reports.document import Cell, Code, Document, Entry, Flat, Heading, Items, Outcome, Paragraph, Table
from aem_mail.reports.mail_path.model import MailPath, State
from aem_mail.reports.mail_path.terminal import Paint, plain, to_lines
from aem_mail.text.characters import columns, visible, wrapped

GAP: Final = "  "
DEFAULT_WIDTH: Final = 100
"""Columns of a picture where lines may be of any length."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a text is written for: its columns, None where lines may be of any length, and what colours it."""

    width: int | None = None
    paint: Paint = field(default=plain)


def to_text(document: Document, terminal: Terminal | None = None) -> str:
    """Write a report as text; ends with a line break. Only a single word, or what is to be copied, may be wider than the terminal."""
    writer = _Writer(terminal or Terminal())
    parts = [writer.wrapped(document.heading), *(list(writer.lines(block)) for block in document.flat())]
    return "\n\n".join(map("\n".join, parts)) + "\n"


class _Writer:
    def __init__(self, terminal: Terminal) -> None:
        self._width = terminal.width
        self._paint = terminal.paint

    def lines(self, block: Flat) -> Iterator[str]:
        match block:
            case Heading(text):
                yield from self.wrapped(f"{text}:")
            case Paragraph(text):
                yield from self.wrapped(text)
            case Code(lines):
                yield from map(visible, lines)
            case MailPath():
                yield from to_lines(block, self._width or DEFAULT_WIDTH, self._paint)
            case Items(entries, level):
                for entry in entries:
                    yield from self._item(entry, level)
            case Table():
                yield from self._table(block)

    def wrapped(self, text: str, taken: int = 0) -> list[str]:
        """Return the text in lines that leave that many columns free."""
        return [visible(text)] if self._width is None else wrapped(text, self._width - taken, whole_words=True)

    def _item(self, entry: str | Entry, level: State | None) -> Iterator[str]:
        """Yield an item, of which what stands before its first colon is coloured."""
        first, *others = self.wrapped(str(entry), 2)
        state = _state(entry) if isinstance(entry, Entry) else level
        if state is not None:
            head, colon, rest = first.partition(": ")
            first = f"{self._paint(head, state)}{colon}{rest}"
        yield f"- {first}"
        yield from (f"  {line}" for line in others)

    def _table(self, table: Table) -> Iterator[str]:
        if table.caption:
            yield from (*self.wrapped(f"{table.caption}:"), "")
        rows = [tuple(map(Cell, table.header)), *table.rows]
        widths = self._widths([[visible(str(cell)) for cell in row] for row in rows])
        if widths is None:
            yield from self._stacked(table)
        else:
            for row in rows:
                yield from self._row(row, widths)

    def _widths(self, rows: Sequence[Sequence[str]]) -> list[int] | None:
        """Return the columns that each column of a table gets, None where its longest words together do not fit."""
        every = list(zip(*rows, strict=True))
        wanted = [max(map(columns, column)) for column in every]
        least = [max(columns(word) for cell in column for word in cell.split(" ")) for column in every]
        room = sum(wanted) if self._width is None else self._width - len(GAP) * (len(every) - 1)
        for most in range(max(wanted, default=0), -1, -1):
            widths = [max(one, min(other, most)) for one, other in zip(least, wanted, strict=True)]
            if sum(widths) <= room:
                return widths
        return None

    def _row(self, row: Sequence[Cell], widths: Sequence[int]) -> Iterator[str]:
        cells = [wrapped(str(cell), width, whole_words=True) or [""] for cell, width in zip(row, widths, strict=True)]
        for number in range(max(map(len, cells))):
            texts = [lines[number] if number < len(lines) else "" for lines in cells]
            padded = [
                self._painted(text, cell) + " " * (width - columns(text)) for text, cell, width in zip(texts, row, widths, strict=True)
            ]
            yield GAP.join(padded).rstrip()

    def _stacked(self, table: Table) -> Iterator[str]:
        """Yield each row as an item, with a line for each cell; a sign at its beginning stands for the item's mark."""
        for row in table.rows:
            sign = row[0] if not table.header[0] and columns(visible(row[0].text)) == 1 else None
            named = [(name, cell) for name, cell in zip(table.header, row, strict=True) if str(cell) and cell is not sign]
            lines = [
                self._painted(line, cell) for name, cell in named for line in self.wrapped(f"{name}: {cell}" if name else str(cell), 2)
            ]
            mark = "-" if sign is None else self._painted(visible(sign.text), sign)
            yield from (f"{' ' if number else mark} {line}" for number, line in enumerate(lines or [""]))

    def _painted(self, text: str, cell: Cell) -> str:
        return text if cell.level is None or not text else self._paint(text, cell.level)


def _state(entry: Entry) -> State:
    return State.UNKNOWN if entry.outcome is Outcome.SKIPPED else entry.level
