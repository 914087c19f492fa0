"""Python source text that `ruff format` and black leave as it is, at 88 columns and wider.

What fits into one line stands on one; everything else has an entry a line and a trailing comma, which keeps it so.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

WIDTH: Final = 88
INDENTATION: Final = "    "


@dataclass(frozen=True, slots=True)
class Name:
    """A name, or another expression that is never broken, such as ``config.get``."""

    code: str


@dataclass(frozen=True, slots=True)
class CallExpression:
    """A call of ``function`` with arguments in order, and then by name."""

    function: str
    arguments: Sequence["Expression"] = ()
    named: Mapping[str, "Expression"] = field(default_factory=dict)


Expression = Name | CallExpression | str | int | Sequence["Expression"] | Mapping[str, "Expression"]


def statement(expression: Expression, target: str | None = None) -> str:
    """Return the lines of an expression, or of its assignment to a name."""
    return _written(expression, "" if target is None else f"{target} = ", "", "")


def imported(module: str, names: Sequence[str]) -> str:
    """Return the lines that import names from a module, sorted."""
    flat = f"from {module} import {', '.join(sorted(names))}"
    if _width(flat) <= WIDTH:
        return flat
    return "\n".join([f"from {module} import (", *(f"{INDENTATION}{name}," for name in sorted(names)), ")"])


def literal(text: str) -> str:
    """Return a text as Python's formatters write it: in double quotes unless it has more of these than of single ones."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_character(one, quote) for one in text) + quote


def _character(one: str, quote: str) -> str:
    if one in ("\\", quote):
        return f"\\{one}"
    return one if one.isprintable() else one.encode("unicode_escape").decode("ascii")


def _written(expression: Expression, before: str, after: str, indentation: str) -> str:
    flat = f"{indentation}{before}{_flat(expression)}{after}"
    parts = _parts(expression)
    if parts is None or _width(flat) <= WIDTH:
        return flat
    begin, entries, end = parts
    lines = [_written(entry, prefix, ",", indentation + INDENTATION) for prefix, entry in entries]
    return "\n".join([f"{indentation}{before}{begin}", *lines, f"{indentation}{end}{after}"])


def _flat(expression: Expression) -> str:
    parts = _parts(expression)
    if parts is not None:
        begin, entries, end = parts
        return f"{begin}{', '.join(prefix + _flat(entry) for prefix, entry in entries)}{end}"
    if isinstance(expression, Name):
        return expression.code
    return literal(expression) if isinstance(expression, str) else repr(expression)


def _parts(expression: Expression) -> tuple[str, list[tuple[str, Expression]], str] | None:
    """Return how an expression begins, its entries with what stands before each, and its end; None for what has no entries."""
    if isinstance(expression, CallExpression):
        return f"{expression.function}(", [*_plain(expression.arguments), *_by_name(expression.named)], ")"
    if isinstance(expression, Mapping) and expression:
        return "{", [(f"{literal(key)}: ", value) for key, value in expression.items()], "}"
    if isinstance(expression, Sequence) and not isinstance(expression, str) and expression:
        return "[", list(_plain(expression)), "]"
    return None


def _plain(entries: Sequence[Expression]) -> Iterator[tuple[str, Expression]]:
    return (("", entry) for entry in entries)


def _by_name(named: Mapping[str, Expression]) -> Iterator[tuple[str, Expression]]:
    return ((f"{name}=", value) for name, value in named.items())


def _width(line: str) -> int:
    """Return the columns of a line, at least: some characters take two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in line)
