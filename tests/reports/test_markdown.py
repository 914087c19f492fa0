import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aem_mail.reports.document import Block, Code, Document, Heading, Items, Paragraph, Table
from aem_mail.reports.markdown import inline, line, to_markdown
from tests.forge_markdown import rendered, resolved, shown
from tests.reports.pages import plain_rows

LIVE = (
    *("@user", "@org/team", "#1", "owner/repo#2", "owner/repo@deadbeef", "!3", "group/project!3", "GH-4", "PROJ-5", "CVE-2026-1234"),
    *("~bug", '~"a label"', "%v1", '%"a milestone"', "&6", "$7", "^alert#8", "*iteration:9", "[work_item:1]", "[TOC]", "[[_TOC_]]"),
    *("https://example.com/?a=b", "www.example.com", "ftp://example.com", "<https://example.com>", "a.b+c@example.com", "<a@example.com>"),
    *(
        "deadbeef",
        "0123456789abcdef0123456789abcdef01234567",
        "10001/1234567",
        "&amp;",
        "&#64;user",
        "&commat;user",
        ":tada:",
        "[^1]",
        "[^1]: note",
    ),
    *(
        "# one",
        "#",
        "one #",
        "- one",
        "* one",
        "+ one",
        "1. one",
        "1) one",
        "> one",
        ">>>",
        "```",
        "~~~",
        "---",
        "***",
        "===",
        "+++",
        ";;;",
    ),
    *("| a | b |", "| --- |", ":--", "<b>", "<!-- -->", "<script>", "<details>", "[a](b)", "![a](b)", "[a]: b", "[ ] task", "- [x] done"),
    *(
        "/close",
        "/label ~bug",
        "/shrug",
        "::include{file=x}",
        "{+ more +}",
        "[- less -]",
        "%{project_name}",
        "$x$",
        "$`x`$",
        "`x`",
        "``",
        "` `",
    ),
    *(
        "*a*",
        "**a**",
        "_a_",
        "__a__",
        "~~a~~",
        "~a~",
        "==a==",
        "\\",
        "\\@user",
        "`@user",
        "a`@user`b",
        "a\\|b",
        "@a|@b",
        "@a\\|`",
        "| |",
        "|",
    ),
)
texts = st.lists(
    st.sampled_from(LIVE) | st.text("@#!~%&$^*[]<>|\\`_-+=:;/(){}\"' \t\na1", max_size=6) | st.text(max_size=4), max_size=5
).map("".join)
spaced = st.lists(st.sampled_from(LIVE) | texts, max_size=4).map(" ".join)
foreign = texts | spaced


def markdown_of(block: Block) -> str:
    """Return the Markdown of one block, without that of the report's title."""
    return to_markdown(Document("x", (block,))).removeprefix("# x\n\n")


@given(foreign)
@settings(max_examples=500)
def test_a_line_of_somebody_elses_text_is_one_paragraph_of_that_text_and_nothing_else(text: str) -> None:
    document = rendered(line(text))

    assert set(document.elements) <= {"p", "code"}
    assert document.elements.count("p") <= 1
    assert document.text().removesuffix("\n") == shown(text)
    assert resolved(document) == []
    assert re.search(r"^/", line(text)) is None


@pytest.mark.parametrize("text", LIVE)
def test_what_a_forge_resolves_is_shown_and_not_resolved(text: str) -> None:
    blocks: tuple[tuple[Block, set[str]], ...] = (
        (Heading(text), {"h2", "code"}),
        (Paragraph(text), {"p", "code"}),
        (Items((text, text)), {"ul", "li", "code"}),
        (Table((text, text), plain_rows((text, text))), {"table", "thead", "tbody", "tr", "th", "td", "code"}),
    )

    for block, elements in blocks:
        document = rendered(markdown_of(block))
        assert set(document.elements) <= elements
        assert "".join(document.text().split()) == "".join(shown(text).split()) * {Items: 2, Table: 4}.get(type(block), 1)
        assert resolved(document) == []


@given(foreign, foreign)
@example("|", "\\")
@settings(max_examples=300)
def test_a_table_has_its_cells_whatever_is_in_them(one: str, other: str) -> None:
    document = rendered(markdown_of(Table((one, other), plain_rows((other, one), (one, other)))))

    assert [tag for tag in document.elements if tag != "code"] == ["table", "thead", "tr", "th", "th", "tbody", *["tr", "td", "td"] * 2]
    assert "".join(document.text().split()) == "".join(shown(f"{one} {other} {other} {one} {one} {other}").split())
    assert resolved(document) == []


@given(st.lists(foreign, min_size=1, max_size=3))
def test_a_report_of_somebody_elses_texts_keeps_its_blocks(several: list[str]) -> None:
    blocks = [
        block for text in several for block in (Heading(text), Items((text, "x")), Code(tuple(text.split("\n"))), Paragraph(f"{text} x"))
    ]

    document = rendered(to_markdown(Document(several[0], tuple(blocks))))
    assert [tag for tag in document.elements if tag != "code"] == ["h1", *["h2", "ul", "li", "li", "pre", "p"] * len(several)]
    assert resolved(document) == []


def test_words_are_left_as_they_are_and_code_is_copied_without_its_marks() -> None:
    assert inline("The host (smtp.example.com) takes 50% of it; see UTF8, 30465 → smtp.example.com:465!") == (
        "The host (smtp.example.com) takes 50% of it; see UTF8, 30465 → smtp.example.com:465!"
    )
    assert inline("Sent by 'noreply@example.com', not by @a|b.") == "Sent by '`noreply@example.com`', not by `@a`\\|`b`."
