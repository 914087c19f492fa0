from pathlib import Path

import pytest

from aem_mail.pipelines.__main__ import main
from aem_mail.pipelines.drift_issue import LABEL, body_of
from tests.pipelines.conftest import OWN, STRANGER, Served


@pytest.fixture
def job(served: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    for name, value in served.variables.items():
        monkeypatch.setenv(name, value)
    return served


def run(folder: Path, code: int, text: str = "# Drift: 1 finding\n") -> int:
    report = folder / "drift.md"
    report.write_text(text)
    return main(["drift-issue", "--code", str(code), "--report", str(report)])


def issues(served: Served) -> list[tuple[str, str]]:
    return [(post.state, post.body) for post in served.state.issues.values()]


def test_drift_opens_one_issue_edits_it_and_closes_it_when_it_is_over(job: Served, tmp_path: Path) -> None:
    assert run(tmp_path, 2, "# Drift: first\n") == 0
    assert run(tmp_path, 2, "# Drift: second\n") == 0
    ((state, body),) = issues(job)
    assert state == "open"
    assert "second" in body
    assert "first\n" not in body

    assert run(tmp_path, 0, "# No drift\n") == 0

    ((state, _),) = issues(job)
    assert state == "closed"
    ((remark,),) = ([post.body for post in posts] for posts in job.state.comments.values())
    assert "No drift any more" in remark


def test_drift_that_comes_back_gets_an_issue_of_its_own(job: Served, tmp_path: Path) -> None:
    for code in (2, 0, 2):
        assert run(tmp_path, code) == 0

    assert [state for state, _ in issues(job)] == ["closed", "open"]


@pytest.mark.parametrize("code", [1, 3, 10, 30, 40, 137])
def test_a_run_that_knows_nothing_fails_and_neither_opens_nor_closes(code: int, job: Served, tmp_path: Path) -> None:
    assert run(tmp_path, code) == code
    assert issues(job) == []

    run(tmp_path, 2)
    before = issues(job)
    assert run(tmp_path, code) == code
    assert issues(job) == before


def test_without_drift_nothing_is_opened(job: Served, tmp_path: Path) -> None:
    assert run(tmp_path, 0) == 0

    assert issues(job) == []


def test_issues_of_other_people_are_left_alone(job: Served, tmp_path: Path) -> None:
    job.state.page_size = 2
    body = body_of("forged", run="https://run", limit=1000)
    for number in range(5):
        job.state.issue(STRANGER if number % 2 else OWN, "talk", body if number % 2 else "no mark", LABEL)

    run(tmp_path, 2)
    run(tmp_path, 0)

    assert [state for state, _ in issues(job)] == ["open"] * 5 + ["closed"]


def test_drift_without_a_report_is_an_error(job: Served, tmp_path: Path) -> None:
    assert run(tmp_path, 2, " \n") == 3
    assert main(["drift-issue", "--code", "2", "--report", str(tmp_path / "nowhere.md")]) == 3
    assert issues(job) == []


def test_a_report_that_is_too_long_is_cut(job: Served, tmp_path: Path) -> None:
    assert run(tmp_path, 2, "x" * 2_000_000) == 0

    ((_, body),) = issues(job)
    assert len(body) <= job.forge.longest_body
    assert "cut here" in body


def test_a_token_that_may_only_read_is_named(job: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_TOKEN", "GITLAB_TOKEN"):
        monkeypatch.setenv(name, "read-only-token")

    assert run(tmp_path, 2) == 10
    assert run(tmp_path, 0) == 0
