"""The workflow that checks an AEM project, step by step, and what code scanning gets of it."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.checks.situations import MAIL_FILE, mail_file
from tests.pipelines import tools
from tests.pipelines.github_runner import Runner, machine

OSGI = "ui.config/src/main/content/jcr_root/apps/wknd/osgiconfig"


def runner(folder: Path, *, fork: bool = False) -> Runner:
    (folder / "runner").mkdir()
    context: dict[str, Any] = {"github": {"event": {"pull_request": {"head": {"repo": {"fork": fork}}}}}}
    return Runner(folder / "runner", machine(f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", {}), context)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    tools.run("git", "init", "--quiet", folder)
    return folder


def commit(checkout: Path, **changes: object) -> None:
    file = checkout / OSGI / MAIL_FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(mail_file(**changes).replace(', "', ',\n"'))


def test_a_mistake_fails_the_check_and_is_shown_at_its_line(checkout: Path, tmp_path: Path) -> None:
    commit(checkout, smtp_port=587)
    run = runner(tmp_path)

    assert run.run("aem-mail-check", "check", checkout) == 2
    assert run.run("aem-mail-check", "show", tmp_path) == 0

    assert run.alerts is not None
    (result,) = [one for one in run.alerts["runs"][0]["results"] if one["ruleId"] == "M02"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == (f"{OSGI}/{MAIL_FILE}", 2)


def test_without_a_mistake_the_alerts_are_taken_away(checkout: Path, tmp_path: Path) -> None:
    commit(checkout)
    run = runner(tmp_path)

    assert run.run("aem-mail-check", "check", checkout) == 0, run.said
    assert run.run("aem-mail-check", "show", tmp_path) == 0

    assert run.alerts is not None
    assert [one for one in run.alerts["runs"][0]["results"] if one["level"] == "error"] == []


def test_a_repository_without_configurations_fails_and_shows_nothing(checkout: Path, tmp_path: Path) -> None:
    run = runner(tmp_path)

    assert run.run("aem-mail-check", "check", checkout) == 3
    with pytest.raises(FileNotFoundError):
        run.run("aem-mail-check", "show", tmp_path)
    assert "osgiconfig" in run.said


def test_a_fork_is_checked_and_writes_nothing(checkout: Path, tmp_path: Path) -> None:
    commit(checkout)
    run = runner(tmp_path, fork=True)

    assert run.run("aem-mail-check", "check", checkout) == 0
    assert run.run("aem-mail-check", "show", tmp_path) == -1
