"""Text fits its terminal, and colours nothing but what stands out."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.checks import find_mistakes
from aem_mail.checks.ignores import judge
from aem_mail.reports.document import Cell, Code, Document, Heading, Items, Paragraph, Table
from aem_mail.reports.mail_path import mail_paths
from aem_mail.reports.mail_path.model import State
from aem_mail.reports.mail_path.terminal import coloured
from aem_mail.reports.text import Terminal, to_text
from aem_mail.text.characters import columns, visible
from tests.checks.situations import TODAY, healthy
from tests.reports.pages import FAILURE, IGNORED, UNKNOWN, WARNING, group, page, pages, plain_rows

COLOUR = re.compile("\x1b\\[[0-9]+m")
WORDS = st.text("abcdefgh./日", min_size=1, max_size=9)
TEXTS = st.lists(WORDS, max_size=8).map(" ".join)
WIDTHS = st.integers(24, 120)
PLAN = Document(
    "Plan",
    (
        Table(
            ("", "kind", "what"),
            (
                (Cell("+", State.OK), Cell("EnvVar"), Cell("MAIL_FROM of environment 20001")),
                (Cell("-", State.ERROR), Cell("OsgiConfig"), Cell("config/com.example.Mail.cfg.json")),
            ),
        ),
    ),
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    size = draw(st.integers(1, 5))
    row = st.tuples(*[TEXTS.filter(bool)] * size)
    table = Table(draw(row), plain_rows(*draw(st.lists(row, min_size=1, max_size=4))), draw(TEXTS))
    some = (
        Heading(draw(TEXTS)),
        Paragraph(draw(TEXTS)),
        Items((draw(TEXTS), draw(TEXTS))),
        table,
        group(replace(WARNING, text=draw(TEXTS))),
    )
    return Document(draw(TEXTS), some, draw(TEXTS))


def assert_fits(text: str, width: int) -> None:
    """Assert that each line fits except for those of a single word, behind the mark of an item."""
    assert [line for line in text.splitlines() if columns(line) > width and " " in line.removeprefix("- ").removeprefix("  ")] == []


def words(text: str) -> set[str]:
    """Return the words of a text; a list has a colon behind the names of a table's columns."""
    return {word.rstrip(":") for word in text.split()}


@given(documents(), WIDTHS)
def test_no_line_is_wider_than_the_terminal_and_no_word_is_broken(document: Document, width: int) -> None:
    fitted = to_text(document, Terminal(width))

    assert max(map(columns, fitted.splitlines())) <= width
    assert words(to_text(document)) - words(fitted) == set()


@given(pages(), WIDTHS)
def test_whatever_others_wrote_fits_the_terminal(document: Document, width: int) -> None:
    without_code = replace(document, blocks=tuple(block for block in document.blocks if not isinstance(block, Code)))

    assert_fits(to_text(without_code, Terminal(width)), width)


@given(pages(), st.none() | WIDTHS)
def test_colours_change_nothing_but_colours(document: Document, width: int | None) -> None:
    assert COLOUR.sub("", to_text(document, Terminal(width, coloured))) == to_text(document, Terminal(width))


def test_what_is_to_be_copied_is_copied_whole() -> None:
    command = "pulumi config set --path --stack dev -- aem-mail:smtp.host smtp.example.com"

    assert command in to_text(Document("t", (Code((command,)),)), Terminal(40)).splitlines()


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (
            None,
            [
                "   kind        what",
                "+  EnvVar      MAIL_FROM of environment 20001",
                "-  OsgiConfig  config/com.example.Mail.cfg.json",
            ],
        ),
        (
            47,
            [
                "   kind        what",
                "+  EnvVar      MAIL_FROM of environment 20001",
                "-  OsgiConfig  config/com.example.Mail.cfg.json",
            ],
        ),
        (
            46,
            ["+ kind: EnvVar", "  what: MAIL_FROM of environment 20001", "- kind: OsgiConfig", "  what: config/com.example.Mail.cfg.json"],
        ),
    ],
)
def test_a_table_that_does_not_fit_becomes_a_list(width: int | None, lines: list[str]) -> None:
    assert to_text(PLAN, Terminal(width)).splitlines()[2:] == lines


def test_a_cell_of_several_words_is_wrapped_in_its_column() -> None:
    table = Table(("name", "what"), plain_rows(("rule", "one two three four")))

    assert to_text(Document("t", (table,)), Terminal(15)).splitlines()[2:] == ["name  what", "rule  one two", "      three", "      four"]


def test_each_level_has_its_colour_and_what_somebody_lives_with_is_dimmed() -> None:
    entries = [replace(one, label=one.level) for one in (FAILURE, UNKNOWN, WARNING, IGNORED)]

    text = to_text(page(group(*entries)), Terminal(200, coloured))

    starts = [line[2:7] for line in text.splitlines() if line.startswith("- \x1b")]
    assert starts == ["\x1b[31m", "\x1b[2me", "\x1b[2mu", "\x1b[33m"]
    assert "\x1b[32m+\x1b[0m" in to_text(PLAN, Terminal(None, coloured))
    assert "- \x1b[31mport\x1b[0m: taken" in to_text(Document("t", (Items(("port: taken",), State.ERROR),)), Terminal(80, coloured))


def test_of_several_groups_those_without_findings_are_told_in_a_line_each() -> None:
    quiet = [group(title=f"environment {number}") for number in (20002, 20003)]

    assert to_text(page(group(FAILURE), *quiet)).splitlines()[-4:] == [
        "2 environments without findings:",
        "",
        "- program 10001, environment 20002 (WKND dev, dev)",
        "- program 10001, environment 20003 (WKND dev, dev)",
    ]
    assert "Nothing was found." in to_text(page(quiet[0]))


def test_a_way_without_a_mistake_is_told_in_that_line(tmp_path: Path) -> None:
    subject = healthy().subject(tmp_path)
    quiet = group(title="environment 20002", pictures=mail_paths(subject, judge(find_mistakes(subject), [], TODAY)))

    assert to_text(page(group(FAILURE), quiet)).splitlines()[-1] == (
        "- program 10001, environment 20002 (WKND dev, dev): author, publish and preview → AEM_PROXY_HOST:30465 → smtp.sendgrid.com:465"
    )


def test_nothing_of_a_text_is_lost_where_lines_may_be_of_any_length() -> None:
    assert visible("x" * 500) in to_text(Document("t", (Paragraph("x" * 500),)))
