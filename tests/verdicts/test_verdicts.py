"""Each command says in each situation what docs/verdicts.md says, and none is green that claims a mail which would not arrive."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aem_mail.kinds.registry import kind_names
from tests.verdicts.scene import Scene, scene
from tests.verdicts.situations import NOT_OF_KINDS, OF_KINDS, SITUATIONS
from tests.verdicts.table import Cell, cells, mails

MEANT = "no OSGi configuration at all, which is meant (`check --without-osgi`)"
"""The only situation in which somebody says that `check` need not know."""


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    def printed() -> str:
        captured = capsys.readouterr()
        return f"{captured.out}{captured.err}"

    return printed


@pytest.fixture
def set_scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printed: Callable[[], str]) -> Iterator[Scene]:
    with scene(tmp_path, monkeypatch, printed) as made:
        yield made


def test_the_page_has_every_situation_and_no_other() -> None:
    assert [*mails()] == [*SITUATIONS]


def test_every_registered_kind_has_a_situation_or_it_is_said_why_not() -> None:
    assert {*OF_KINDS, *NOT_OF_KINDS} == {*kind_names()}


@pytest.mark.parametrize("kind", OF_KINDS)
def test_the_situation_of_a_kind_declares_it(kind: str, set_scene: Scene) -> None:
    SITUATIONS[OF_KINDS[kind]](set_scene)

    assert kind in {one.kind for one in set_scene.program.values()}


@pytest.mark.parametrize("cell", [pytest.param(cell, id=f"{cell.situation}, {cell.command}") for cell in cells()])
def test_a_command_says_what_the_page_says(cell: Cell, set_scene: Scene) -> None:
    SITUATIONS[cell.situation](set_scene)

    code, said = set_scene.ask(cell.command)

    assert (code, plain(cell.words) in plain(said)) == (cell.code, True), said
    assert [id_ for id_ in cell.ids if f"{id_} error" not in said] == []


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_check_is_green_only_where_a_mail_arrives(situation: str, set_scene: Scene) -> None:
    SITUATIONS[situation](set_scene)

    arrives = set_scene.mail_arrives()

    assert mails()[situation] == ("arrives" if arrives else "stops")
    assert arrives or situation == MEANT or set_scene.ask("check")[0] in (2, 3)


def plain(text: str) -> str:
    """Return words as they are compared: without marks, on one line."""
    return " ".join(text.replace("`", "").split())
