import json
from pathlib import Path
from typing import Any

import pytest

from aem_mail.pipelines.__main__ import main
from aem_mail.pipelines.record import ShownPlans, digests, to_line
from tests.pipelines.conftest import CHANGE, OWN, STRANGER, Served
from tests.pipelines.reports import change, leave, plan

TREE = "a" * 40
SHOWN = [change("a"), change("b")]


@pytest.fixture
def merged(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    """Return a forge on which a pull request that showed SHOWN for dev was merged, and the job of its merge commit."""
    for name, value in served.variables.items():
        monkeypatch.setenv(name, value)
    leave(tmp_path / "reports", "dev", SHOWN)
    assert main(["comment", "--reports", str(tmp_path / "reports")]) == 0
    served.state.merged[served.variables.get("GITHUB_SHA") or served.variables["CI_COMMIT_SHA"]] = [CHANGE]
    return served


def reviewed(folder: Path, changes: list[dict[str, Any]], *, tree: str = TREE, stack: str = "dev") -> int:
    file = folder / "plan.json"
    file.write_text(json.dumps(plan(*changes)))
    return main(["reviewed", "--stack", stack, "--plan", str(file), "--tree", tree])


def test_what_was_shown_passes(merged: Served, tmp_path: Path) -> None:
    assert reviewed(tmp_path, SHOWN) == 0


def test_what_an_earlier_run_of_the_job_has_left_over_passes(merged: Served, tmp_path: Path) -> None:
    assert reviewed(tmp_path, SHOWN[1:]) == 0
    assert reviewed(tmp_path, []) == 0


@pytest.mark.parametrize(
    "more",
    [
        change("c"),
        change("a", operation="delete"),
        change("a", changed=["port_dest"], operation="update"),
        change("a", thing="30465 → smtp.evil.example:465"),
    ],
)
def test_a_change_that_was_not_shown_is_refused(
    more: dict[str, Any], merged: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reviewed(tmp_path, [*SHOWN, more]) == 2

    assert "1 of the 3 changes now planned were not shown" in capsys.readouterr().err


def test_other_files_than_those_that_were_previewed_are_refused(merged: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reviewed(tmp_path, SHOWN, tree="b" * 40) == 2

    assert "other files" in capsys.readouterr().err


def test_a_stack_whose_preview_failed_is_refused(merged: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reviewed(tmp_path, [], stack="prod") == 2

    assert "shows no plan of stack prod" in capsys.readouterr().err


def test_a_commit_that_no_pull_request_brought_is_refused(merged: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    merged.state.merged.clear()

    assert reviewed(tmp_path, SHOWN) == 2

    assert "the merge of no pull request" in capsys.readouterr().err


def test_a_record_in_a_comment_of_somebody_else_counts_for_nothing(
    merged: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = change("evil")
    forged = to_line(ShownPlans(TREE, {"dev": digests(plan(*SHOWN, evil))}))
    merged.state.comments[CHANGE].insert(0, merged.state.comment(99, STRANGER, forged))

    assert reviewed(tmp_path, [*SHOWN, evil]) == 2

    merged.state.comments[CHANGE] = [merged.state.comment(99, STRANGER, forged), merged.state.comment(99, OWN, "talk")]
    assert reviewed(tmp_path, SHOWN) == 2
    assert "no comment that shows a plan" in capsys.readouterr().err


def test_a_file_that_holds_no_plan_is_named(merged: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "plan.json"
    for text in ("", "[]", "{}", '{"changes": 1, "otherChanges": 0}', "\xff"):
        file.write_bytes(text.encode("latin-1"))
        assert main(["reviewed", "--stack", "dev", "--plan", str(file), "--tree", TREE]) == 3

    assert str(file) in capsys.readouterr().err


def test_a_forge_that_does_not_answer_is_no_review(merged: Served, tmp_path: Path, no_sleep: list[float]) -> None:
    merged.state.faults.extend([502] * 40)

    assert reviewed(tmp_path, SHOWN) == 30
