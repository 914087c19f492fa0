"""Ten questions of a newcomer: each has a page whose heading asks it, and the start page leads there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.docs.markdown import FENCE, HEADING, HOWTO, INDEX, README, links, words

MOST_WORDS: Final = 34_940
"""Of README and docs/ together: what a how-to page replaces goes."""
MOST_OF_A_PAGE: Final = 450


@dataclass(frozen=True, slots=True)
class Question:
    """``text`` is what a newcomer asks and a heading of ``page`` repeats; ``anchor`` is where that heading is."""

    text: str
    page: str
    anchor: str


QUESTIONS: Final = (
    Question("We did all of this with curl. Do we start again?", "adopt", "we-did-all-of-this-with-curl-do-we-start-again"),
    Question("How do dev, stage and prod get the same?", "stages", "how-do-dev-stage-and-prod-get-the-same"),
    Question("How do I change the password?", "rotate", "how-do-i-change-the-password"),
    Question(
        "How do we change the mail server without losing mail?", "change-server", "how-do-we-change-the-mail-server-without-losing-mail"
    ),
    Question("Does AEM restart?", "during-up", "does-aem-restart"),
    Question("Why does mail not arrive although the host is right?", "troubleshoot", "why-does-mail-not-arrive-although-the-host-is-right"),
    Question("How do I get rid of all of it?", "remove", "how-do-i-get-rid-of-all-of-it"),
    Question("Can I run it from my own Python program?", "automation-api", "can-i-run-it-from-my-own-python-program"),
    Question("Does it work on Windows?", "windows", "does-it-work-on-windows"),
    Question("Why not aio, curl or the web page?", "compare", "why-not-aio-curl-or-the-web-page"),
)
PAGES: Final = sorted(HOWTO.glob("*.md"))


def headings(page: Path) -> list[str]:
    return HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.page)
def test_a_question_is_a_heading_of_its_page_and_the_start_page_leads_there(question: Question) -> None:
    index = INDEX.read_text(encoding="utf-8")

    assert question.text in headings(HOWTO / f"{question.page}.md")
    assert f"[{question.text}](howto/{question.page}.md#{question.anchor})" in index


def test_ten_questions_have_ten_pages() -> None:
    assert len({question.page for question in QUESTIONS}) == len(QUESTIONS) == 10


def test_the_start_page_leads_to_every_how_to_page_and_the_readme_to_the_start_page() -> None:
    linked = {link.partition("#")[0] for link in links(INDEX.read_text(encoding="utf-8"))}

    assert [page.name for page in PAGES if f"howto/{page.name}" not in linked] == []
    assert "docs/index.md" in links(README.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_how_to_page_is_short_and_answers_before_it_explains(page: Path) -> None:
    assert words(page) <= MOST_OF_A_PAGE
    assert len(headings(page)) >= 2


def test_the_pages_together_do_not_grow() -> None:
    assert sum(words(page) for page in (README, *INDEX.parent.rglob("*.md"))) <= MOST_WORDS
