"""English as reports write it."""

from collections.abc import Iterable


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun, as in "1 change" and "2 changes"."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def spanned(least: int, most: int, noun: str, plural: str | None = None) -> str:
    """Return a range of numbers with its noun, as in "2 to 4 changes"; one number where there is no range."""
    return counted(most, noun, plural) if least == most else f"{least} to {counted(most, noun, plural)}"


def listed(words: Iterable[str]) -> str:
    """Return words as one enumeration, as in "author, publish and preview"; nothing of none."""
    *most, last = (*words,) or ("",)
    return f"{', '.join(most)} and {last}" if most else last
