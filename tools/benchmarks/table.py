"""The result as a table for people."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from tools.benchmarks.row import Row

HEADINGS: Final = ("measured", "value", "must be", "")


def table(rows: Iterable[Row]) -> str:
    """Return Markdown tables, one per case, aligned so that they read well in a terminal too."""
    return "\n\n".join(f"### {case}\n{_one(list(of_case))}" for case, of_case in groupby(rows, key=lambda row: row.case))


def _one(rows: Sequence[Row]) -> str:
    lines = [HEADINGS, *(_cells(row) for row in rows)]
    # Markdown's rule takes three characters.
    widths = [max(3, *(len(line[column]) for line in lines)) for column in range(len(HEADINGS))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:3]), "-" * widths[3]]
    return "\n".join(_line(cells, widths) for cells in (lines[0], rule, *lines[1:]))


def _cells(row: Row) -> tuple[str, str, str, str]:
    remark = "; ".join(part for part in (str(row.verdict), row.note) if part)
    return _what(row), "–" if row.value is None else _number(row.value, row.unit), _bound(row), remark


def _what(row: Row) -> str:
    return row.what if row.resources is None else f"{row.what}, {row.resources} resources"


def _bound(row: Row) -> str:
    if row.at_most is None:
        return ""
    return "0" if row.at_most == 0 else f"≤ {row.at_most:g}{f' {row.unit}' if row.unit else ''}"


def _number(value: float, unit: str) -> str:
    text = str(int(value)) if isinstance(value, int) else f"{value:.0f}" if unit in {"MB", "min"} else f"{value:.2f}"
    return f"{text} {unit}" if unit else text


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, value, bound, remark = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {first} | {value.strip().rjust(widths[1])} | {bound.strip().rjust(widths[2])} | {remark} |"
