from collections.abc import Callable
from pathlib import Path

import pytest

from aem_mail.stack.command import EngineFailed
from aem_mail.stack.stack import Stack, all_stacks
from tests.cli.pulumi_stand_in import PulumiStandIn, install

READS: dict[str, Callable[[Path], object]] = {
    "state of stack dev": lambda folder: Stack("dev", folder).recorded(),
    "configuration of stack dev": lambda folder: Stack("dev", folder).configuration(),
    "list of the project's stacks": all_stacks,
}


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PulumiStandIn:
    return install(tmp_path / "bin", monkeypatch)


@pytest.mark.parametrize("what", READS)
def test_an_answer_that_cannot_be_understood_is_named_and_not_quoted(what: str, pulumi: PulumiStandIn, tmp_path: Path) -> None:
    for subcommand in ("stack", "config"):
        pulumi.answers(subcommand, stdout="password123")

    with pytest.raises(EngineFailed) as caught:
        READS[what](tmp_path)

    assert str(caught.value) == f"The {what} cannot be read: it is no JSON."


def test_the_stacks_of_a_project_are_those_that_pulumi_lists(pulumi: PulumiStandIn, tmp_path: Path) -> None:
    pulumi.answers("stack ls", stdout='[{"name": "prod"}, {"name": "dev"}]')

    assert all_stacks(tmp_path) == [Stack("dev", tmp_path), Stack("prod", tmp_path)]
