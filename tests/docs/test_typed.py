"""What the pages promise of their commands is understood, and nothing of the pages is left untyped unless it is listed here."""

import os
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from tests.docs.markdown import HOWTO, INDEX, MARK, MARKS, README, Block, blocks
from tests.docs.typed import opened_shell, typed

PAGES: Final = (README, *sorted(INDEX.parent.rglob("*.md")))
NOT_TYPED: Final = {
    ("preflight", "it needs the internet"): 2,
    ("troubleshoot", "it needs the internet"): 1,
    ("upgrade", "it needs a package index"): 1,
    ("windows", "it needs Windows"): 2,
}
"""The blocks that no test can type, by page and reason. Every other block of a shell runs offline, and is typed."""
SHOWN: Final = {"drift": 1, "plan": 1, "reports": 2, "simulator": 1}
"""The blocks of each page that show what a command printed."""


@pytest.fixture
def page(tmp_path: Path) -> "Page":
    return Page(tmp_path)


class Page:
    """A page that a test writes, typed in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.deeds: list[str] = []

    def type(self, text: str) -> list[str]:
        """Return what each shell block printed."""
        with opened_shell(self.folder, {"PATH": os.environ["PATH"]}, self.folder) as shell:
            deeds = {"somebody acts": lambda: self.deeds.append("acted")}
            return [done.output.strip() for _, done in typed(blocks(text), shell, self.folder, deeds)]


def block(text: str, *marks: str, language: str = "sh") -> str:
    return "\n".join([*(f"<!-- {mark} -->" for mark in marks), f"```{language}\n{text}\n```\n"])


def test_what_no_test_types_is_listed_with_its_reason() -> None:
    found = Counter((page.stem, reason) for page in PAGES for each in read(page) for reason in each.all("not typed"))

    assert found == NOT_TYPED


def test_what_shows_an_output_is_listed() -> None:
    assert Counter(page.stem for page in PAGES for each in read(page) if each.language == "console") == SHOWN


@pytest.mark.parametrize("path", sorted(HOWTO.glob("*.md")), ids=lambda path: path.stem)
def test_every_block_of_a_how_to_page_is_typed_a_file_or_marked(path: Path) -> None:
    assert [each.text for each in read(path) if each.language != "sh" and each.file is None and not each.all("not typed")] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_mark_above_a_block_is_one_that_is_understood(path: Path) -> None:
    parts = path.read_text(encoding="utf-8").split("\n```")
    marks = [line for part in parts if (found := MARKS.search(f"{part}\n")) for line in found[0].split("\n") if line]

    assert [mark for mark in marks if MARK.fullmatch(mark) is None] == []


def read(path: Path) -> list[Block]:
    return list(blocks(path.read_text(encoding="utf-8")))


def test_what_one_block_exports_is_there_in_the_next(page: Page) -> None:
    assert page.type(block("export A=1; cd /") + block('echo "$A $PWD"'))[1] == "1 /"


def test_a_file_is_written_and_a_deed_done_before_the_commands_that_need_them(page: Page) -> None:
    text = f"Write `note.py`:\n\n{block('print(7)', language='python')}\n{block('cat note.py', 'first: somebody acts', 'prints: print(7)')}"

    assert page.type(text) == ["print(7)"]
    assert page.deeds == ["acted"]


def test_what_is_not_typed_is_left_out(page: Page) -> None:
    assert page.type(block("false", "not typed: it needs luck") + block("echo here")) == ["here"]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("false\ntrue", ()),
        ("true", ("exits with 2",)),
        ("(exit 3)\n(exit 2)", ("exits with 2",)),
        ("echo no", ("prints: yes",)),
        ("exit 0", ()),
    ],
)
def test_a_broken_promise_fails(page: Page, text: str, marks: tuple[str, ...]) -> None:
    with pytest.raises(AssertionError, match=r"ended|printed"):
        page.type(block(text, *marks))


def test_a_command_that_fails_as_it_should_is_no_failure(page: Page) -> None:
    assert page.type(block("echo 'a   b'; (exit 2)", "exits with 2", "prints: a b")) == ["a   b"]
