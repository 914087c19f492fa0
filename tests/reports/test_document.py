import re

from hypothesis import given
from hypothesis import strategies as st

from aem_mail.reports.document import Document, Drawing, Heading, Items, Paragraph, Table, to_markdown, to_text

REPORT = (
    Heading("Plan", 1),
    Table(("", "name"), (("+", "a_b"), ("-", "c"))),
    Heading("Cost"),
    Items(("one | two", "`three`")),
    Paragraph("The <end>."),
)


def test_text_is_aligned_and_unmarked() -> None:
    assert to_text(REPORT) == "Plan\n\n   name\n+  a_b\n-  c\n\nCost:\n\n- one | two\n- `three`\n\nThe <end>.\n"


def test_markdown_shows_what_is_said_as_it_is() -> None:
    assert to_markdown(REPORT) == (
        "# Plan\n\n|  | name |\n| --- | --- |\n| + | a\\_b |\n| - | c |\n\n## Cost\n\n- one \\| two\n- \\`three\\`\n\nThe \\<end\\>.\n"
    )


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=4))
def test_no_cell_breaks_a_table(rows: list[tuple[str, str]]) -> None:
    markdown = to_markdown([Table(("a", "b"), tuple(rows))])

    lines = markdown.removesuffix("\n").split("\n")
    assert len(lines) == len(rows) + 2
    assert all(len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 3 for line in lines)


@given(st.text(st.characters(codec=None), max_size=20))
def test_whatever_others_wrote_can_be_printed_and_steers_no_terminal(text: str) -> None:
    document: Document = [Heading(text, 1), Heading(text), Paragraph(text), Items((text,)), Table((text,), ((text,),))]

    for written in (to_text(document), to_markdown(document)):
        written.encode("utf-8")
        assert all(line.replace("\u200c", "").replace("\u200d", "").isprintable() for line in written.split("\n"))


def test_wide_characters_keep_columns_aligned() -> None:
    assert to_text([Table(("a", "b"), (("日本", "x"), ("y", "z")))]) == "a     b\n日本  x\ny     z\n"


def test_a_drawing_is_shown_as_it_is_and_fenced_in_markdown() -> None:
    drawing = [Drawing(("✓ ```", "│"))]

    assert to_text(drawing) == "✓ ```\n│\n"
    assert to_markdown(drawing) == "````text\n✓ ```\n│\n````\n"
