"""Text that others wrote, made fit to be shown: no control characters, and lines that fit a width."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

JOINERS: Final = "\u200c\u200d"
"""Cannot be seen, and belong to words of Persian and Hindi and to many emoji."""
REPLACEMENT: Final = "\ufffd"
ELLIPSIS: Final = "…"
BEHIND_A_SPACE: Final = re.compile(r"(?<= )")
BEHIND_A_MARK: Final = re.compile(r"(?<=[./_\-:;,\]])")


def visible(text: str) -> str:
    """Return the text on one line, with U+FFFD for whatever no terminal, HTML or XML document should be given.

    That is: control characters, those that turn the direction of writing, halves of surrogate pairs, and what Unicode does not assign.
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def visible_lines(text: str) -> str:
    """Return what `visible` does, line by line."""
    return "\n".join(visible(line) for line in text.splitlines())


def columns(text: str) -> int:
    """Return how many columns of a terminal a visible text takes: two for a wide character, none for one that joins another."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def wrapped(text: str, width: int, most_lines: int | None = None, *, whole_words: bool = False) -> list[str]:
    """Return the visible text in lines of at most that many columns (at least 2), broken where it can be, else anywhere.

    What does not fit in ``most_lines`` is left out, and the last line ends with an ellipsis. With ``whole_words`` a word that is longer
    than a line, such as a link, is left in one piece, so that it can be copied.
    """
    lines = list(_lines(visible(text).strip(), max(width, 2), whole_words=whole_words))
    if most_lines is not None and len(lines) > most_lines:
        lines = [*lines[: most_lines - 1], _cut(lines[most_lines - 1], max(width, 2) - 1) + ELLIPSIS]
    return lines


def _visible(character: str) -> str:
    if character.isprintable() or character in JOINERS:
        return character
    return " " if character.isspace() else REPLACEMENT


def _columns(character: str) -> int:
    if character in JOINERS or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _lines(text: str, width: int, *, whole_words: bool) -> Iterator[str]:
    line, taken = "", 0
    for piece in BEHIND_A_SPACE.split(text) if whole_words else _pieces(text, width):
        if line and taken + columns(piece.rstrip()) > width:
            yield line.rstrip()
            line, taken = "", 0
        line, taken = line + piece, taken + columns(piece)
    if line.strip() or not text:
        yield line.rstrip()


def _pieces(text: str, width: int) -> Iterator[str]:
    """Yield words with the space behind them; of one that is longer than a line its parts, and of a part that is, what fits."""
    for word in BEHIND_A_SPACE.split(text):
        for piece in [word] if columns(word.rstrip()) <= width else BEHIND_A_MARK.split(word):
            rest = piece
            while columns(rest.rstrip()) > width:
                head = _cut(rest, width)
                yield head
                rest = rest[len(head) :]
            yield rest


def _cut(text: str, width: int) -> str:
    taken = 0
    for index, character in enumerate(text):
        taken += _columns(character)
        if taken > width:
            return text[:index]
    return text
