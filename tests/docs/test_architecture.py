"""The map of the repository is true: what ARCHITECTURE.md and CONTRIBUTING.md name is there, and does what they say by name."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.docs.markdown import ARCHITECTURE, CONTRIBUTING, FENCE, README, REPOSITORY, links, section

PAGES: Final = (ARCHITECTURE, CONTRIBUTING)
MOST_FILES: Final = 12
"""In a walk: as many as somebody reads to follow one thing."""
MOST_LINES: Final = 300
"""Of the map, which is to be taken in at one sitting."""
WALKS: Final = ("MailEgressArgs to the PUT", "to the PATCH", "finding of check and of drift", "to HTML", "to a resource")
PLACES: Final = (
    *("A kind of resource", "A check", "A command", "A report", "A simulated endpoint"),
    *("A preset", "A limit", "A message", "A setting", "A test"),
)

CODE: Final = re.compile(r"`([^`\n]+)`")
PATH: Final = re.compile(r"[\w.<>-]*/[\w./<>-]*|[\w<>-]+\.(?:py|md|toml|yaml)")
NAME: Final = re.compile(r"[A-Za-z_]\w*")
STEP: Final = re.compile(r"^(\d+)\. (.*?)(?=^\d+\. |\Z)", re.MULTILINE | re.DOTALL)
PLACEHOLDER: Final = re.compile(r"<\w+>")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def codes(text: str) -> list[str]:
    return CODE.findall(FENCE.sub("", text))


def paths(text: str) -> list[str]:
    """Return the files and folders that a text names, in order, each once."""
    return list(dict.fromkeys(code for code in codes(text) if PATH.fullmatch(code)))


def parts(title: str) -> dict[str, str]:
    """Return the text below each heading of the third level within a section of the map."""
    _, *found = re.split(r"^### ", section(ARCHITECTURE, title), flags=re.MULTILINE)
    return {heading: text for heading, _, text in (part.partition("\n") for part in found)}


def steps() -> Iterator[Any]:
    for walk, text in parts("Five walks").items():
        yield from (pytest.param(step, id=f"{walk}, {number}") for number, step in STEP.findall(text))


def layers() -> list[str]:
    """Return what the contract names, from the top down."""
    contracts = tomllib.loads(text_of(REPOSITORY / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (contract,) = (contract for contract in contracts if contract["name"].startswith("Data flows one way"))
    return [name for layer in contract["layers"] for name in layer.split(" | ")]


def exists(path: str) -> bool:
    """Say whether a path is there or is made; of one with a placeholder, whether there is something of that form."""
    return path.startswith("build/") or any(True for _ in REPOSITORY.glob(PLACEHOLDER.sub("*", path)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_and_folder_that_is_named_is_there(page: Path) -> None:
    assert [path for path in paths(text_of(page)) if not exists(path)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_is_there(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", text_of(REPOSITORY / "Makefile"), re.MULTILINE)

    assert [target for target in re.findall(r"\bmake (?:-s )?([a-z-]+)(?=[`\n)])", text_of(page)) if target not in targets] == []


def test_both_pages_are_linked_from_the_readme_and_from_each_other() -> None:
    assert {page.name for page in PAGES} <= set(links(text_of(README)))
    assert CONTRIBUTING.name in links(text_of(ARCHITECTURE))
    assert ARCHITECTURE.name in links(text_of(CONTRIBUTING))


def test_every_layer_of_the_contract_is_described_in_its_order() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", section(ARCHITECTURE, "The layers"), re.MULTILINE)

    assert [name for name, _ in rows] == layers()
    assert all(text.strip() for _, text in rows)


def test_there_are_five_walks_of_at_most_twelve_files_each() -> None:
    walks = parts("Five walks")

    assert [walk for walk, end in zip(walks, WALKS, strict=True) if not walk.endswith(end)] == []
    assert {walk: len(paths(text)) for walk, text in walks.items() if len(paths(text)) > MOST_FILES} == {}


@pytest.mark.parametrize("step", list(steps()))
def test_a_step_of_a_walk_names_a_file_and_what_decides_in_it(step: str) -> None:
    there = "\n".join(text_of(REPOSITORY / path) for path in paths(step))
    names = [code for code in codes(step) if NAME.fullmatch(code)]

    assert there
    assert [name for name in names if re.search(rf"\b{name}\b", there) is None] == []


def test_ten_places_say_which_files_to_touch_and_what_fails_until_it_is_done() -> None:
    places = parts("Where things go")

    assert tuple(places) == PLACES
    assert [place for place, text in places.items() if not paths(text) or "\n- Fails" not in text] == []


def test_the_map_is_short() -> None:
    assert len(text_of(ARCHITECTURE).splitlines()) <= MOST_LINES
