"""How reports count and enumerate."""

import pytest

from aem_mail.text.words import counted, listed


@pytest.mark.parametrize(
    ("number", "noun", "plural", "text"),
    [
        (0, "change", None, "0 changes"),
        (1, "change", None, "1 change"),
        (1, "PATCH", "PATCHes", "1 PATCH"),
        (2, "PATCH", "PATCHes", "2 PATCHes"),
    ],
)
def test_only_one_is_singular(number: int, noun: str, plural: str | None, text: str) -> None:
    assert counted(number, noun, plural) == text


@pytest.mark.parametrize(
    ("words", "text"),
    [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")],
)
def test_words_are_an_enumeration(words: tuple[str, ...], text: str) -> None:
    assert listed(words) == text
