import re
from xml.etree.ElementTree import Element, tostring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.text.characters import ELLIPSIS, columns, visible, visible_lines, wrapped
from tests.markup import parsed

ANY = st.text(st.characters(codec=None))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("WKND dev", "WKND dev"),
        ("a\tb\nc", "a b c"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
        ("\x00\ud800\ufffe", "\ufffd\ufffd\ufffd"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("日本 é", "日本 é"),
    ],
)
def test_what_no_reader_should_be_given_is_replaced(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(ANY)
def test_visible_text_is_one_line_that_xml_takes(text: str) -> None:
    shown = visible(text)

    assert len(shown.splitlines()) <= 1
    assert visible(shown) == shown
    element = Element("a")
    element.text = shown
    assert (parsed(tostring(element, encoding="unicode")).text or "") == shown


@given(ANY)
def test_lines_stay_lines(text: str) -> None:
    assert visible_lines(text).count("\n") == max(0, len(text.splitlines()) - 1)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("smtp.sendgrid.com", 10, ["smtp.", "sendgrid.", "com"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("日本語", 4, ["日本", "語"]),
        ("", 9, [""]),
        ("see smtp.port", 9, ["see", "smtp.port"]),
    ],
)
def test_text_breaks_where_it_can_be_read(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


@given(st.text(), st.integers(2, 40))
def test_no_line_is_too_long_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width)

    assert all(columns(line) <= width for line in lines)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", visible(text))


@given(st.text(), st.integers(2, 40), st.integers(1, 4))
def test_what_does_not_fit_is_left_out_visibly(text: str, width: int, most: int) -> None:
    lines = wrapped(text, width, most)

    assert len(lines) <= most
    assert all(columns(line) <= width for line in lines)
    assert lines == wrapped(text, width) or lines[-1].endswith(ELLIPSIS)


def test_a_word_that_is_to_be_copied_is_left_in_one_piece() -> None:
    assert wrapped("see https://example.com/page now", 12, whole_words=True) == ["see", "https://example.com/page", "now"]
