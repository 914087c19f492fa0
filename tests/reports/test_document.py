import re

from hypothesis import given
from hypothesis import strategies as st

from aem_mail.reports.document import Code, Document, Heading, Items, Paragraph, Table
from aem_mail.reports.markdown import to_markdown
from aem_mail.reports.text import to_text
from tests.reports.pages import plain_rows

REPORT = Document(
    "Plan",
    (
        Table(("", "name"), plain_rows(("+", "a_b"), ("-", "c"))),
        Heading("Cost"),
        Items(("one | two", "`three`")),
        Paragraph("The <end>."),
    ),
)


def test_text_is_aligned_and_unmarked() -> None:
    assert to_text(REPORT) == "Plan\n\n   name\n+  a_b\n-  c\n\nCost:\n\n- one | two\n- `three`\n\nThe <end>.\n"


def test_markdown_shows_what_is_said_as_it_is() -> None:
    assert to_markdown(REPORT) == (
        "# Plan\n\n|  | name |\n| --- | --- |\n| + | a\\_b |\n| - | c |\n\n## Cost\n\n- one \\| two\n- \\`three\\`\n\nThe \\<end\\>.\n"
    )


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=4))
def test_no_cell_breaks_a_table(rows: list[tuple[str, str]]) -> None:
    markdown = to_markdown(Document("x", (Table(("a", "b"), plain_rows(*rows)),)))

    lines = markdown.removesuffix("\n").split("\n")[2:]
    assert len(lines) == len(rows) + 2
    assert all(len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 3 for line in lines)


@given(st.text(st.characters(codec=None), max_size=20))
def test_whatever_others_wrote_can_be_printed_and_steers_no_terminal(text: str) -> None:
    table = Table((text,), plain_rows((text,)), text)
    document = Document(text, (Heading(text), Paragraph(text), Items((text,)), table, Code((text,))), text)

    for written in (to_text(document), to_markdown(document)):
        written.encode("utf-8")
        assert all(line.replace("\u200c", "").replace("\u200d", "").isprintable() for line in written.split("\n"))


def test_wide_characters_keep_columns_aligned() -> None:
    assert to_text(Document("t", (Table(("a", "b"), plain_rows(("日本", "x"), ("y", "z"))),))) == "t\n\na     b\n日本  x\ny     z\n"


def test_code_is_shown_as_it_is_and_fenced_in_markdown() -> None:
    code = Document("t", (Code(("✓ ```", "│")),))

    assert to_text(code) == "t\n\n✓ ```\n│\n"
    assert to_markdown(code) == "# t\n\n````text\n✓ ```\n│\n````\n"
