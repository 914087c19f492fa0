"""Where in a text something stands, and texts as Java puts them together."""

from bisect import bisect_right
from collections.abc import Sequence


def line_starts(text: str) -> list[int]:
    """Return the places at which all lines but the first begin."""
    return [place + 1 for place, character in enumerate(text) if character == "\n"]


def line_of(starts: Sequence[int], place: int) -> int:
    """Return the line, from 1 on, in which a place lies."""
    return bisect_right(starts, place) + 1


def whole_characters(text: str) -> str:
    """Return the text with each pair of surrogates, which Java's escapes write as two, as the one character that they are."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
