import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.pipelines.__main__ import main
from aem_mail.pipelines.body import CUT, fitted
from aem_mail.pipelines.comment import body_of, upsert
from aem_mail.pipelines.errors import PipelineError
from aem_mail.pipelines.record import ShownPlans, from_body, to_line
from aem_mail.pipelines.report import StackPlan, read_reports
from aem_mail.reports.document import Code, Document, Heading, Paragraph
from aem_mail.reports.markdown import to_markdown
from tests.forge_markdown import rendered, resolved
from tests.pipelines.conftest import CHANGE, OWN, STRANGER, Served
from tests.pipelines.reports import change, leave


@pytest.fixture
def job(served: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    for name, value in served.variables.items():
        monkeypatch.setenv(name, value)
    return served


def bodies(served: Served) -> list[str]:
    return [post.body for post in served.state.comments.get(CHANGE, [])]


def test_the_comment_is_written_once_and_then_edited_in_place_also_back_to_no_changes(job: Served, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    leave(reports, "dev", [change("a"), change("b")])
    assert main(["comment", "--reports", str(reports)]) == 0
    leave(reports, "dev", [], text="# Plan for stack dev: nothing to change\n")
    assert main(["comment", "--reports", str(reports)]) == 0

    (body,) = bodies(job)
    assert "nothing to change" in body
    assert "2 changes" not in body


def test_the_comment_shows_every_stack_where_it_comes_from_and_what_failed(job: Served, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    leave(reports, "dev", [change("a")])
    leave(reports, "stage", [change("a")], code=2)
    leave(reports, "prod", None, code=10)

    assert main(["comment", "--reports", str(reports)]) == 0

    (body,) = bodies(job)
    assert "Plan for stack dev" in body
    assert "does not pass" in body[body.index("Plan for stack stage") :]
    assert "Stack `prod`: there is no plan" in body
    assert "refused the credential" in body
    assert "c0ffeec0ffee" in body
    assert "4711" in body
    record = from_body(body)
    assert record is not None
    assert set(record.stacks) == {"dev", "stage"}


def test_a_comment_of_somebody_else_that_looks_like_ours_is_left_alone(served: Served) -> None:
    forged = to_line(ShownPlans("b" * 40, {"dev": frozenset({"x"})}))
    served.state.comment(CHANGE, STRANGER, forged)

    assert upsert(served.forge, CHANGE, to_line(ShownPlans("a" * 40))) == "written"

    assert bodies(served)[0] == forged


def test_our_comment_is_found_beyond_the_first_page(served: Served) -> None:
    served.state.page_size = 3
    for number in range(8):
        served.state.comment(CHANGE, OWN if number % 2 else STRANGER, f"talk {number}")
    served.state.comment(CHANGE, OWN, to_line(ShownPlans("a" * 40)))

    assert upsert(served.forge, CHANGE, to_line(ShownPlans("b" * 40))) == "edited"

    assert len(bodies(served)) == 9


def test_a_comment_that_is_as_it_should_be_is_not_edited(served: Served) -> None:
    body = to_line(ShownPlans("a" * 40)) + "\ntext"
    upsert(served.forge, CHANGE, body)

    assert upsert(served.forge, CHANGE, body) == "unchanged"


def test_a_second_comment_of_ours_is_removed(served: Served) -> None:
    for tree in "ab":
        served.state.comment(CHANGE, OWN, to_line(ShownPlans(tree * 40)))

    upsert(served.forge, CHANGE, to_line(ShownPlans("c" * 40)))

    assert bodies(served) == [to_line(ShownPlans("c" * 40))]


@pytest.mark.parametrize("faults", [[502], [429, 503], [0, -502], [0, 500, 500]])
def test_a_server_that_fails_for_a_while_gets_one_comment(faults: list[int], job: Served, tmp_path: Path, no_sleep: list[float]) -> None:
    """Also where it failed only after it had written the comment: it is looked for again."""
    leave(tmp_path, "dev", [change("a")])
    job.state.faults.extend(faults)

    assert main(["comment", "--reports", str(tmp_path)]) == 0

    assert len(bodies(job)) == 1
    assert no_sleep


def test_a_server_that_keeps_failing_is_named(
    job: Served, tmp_path: Path, no_sleep: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    leave(tmp_path, "dev", [change("a")])
    job.state.faults.extend([503] * 40)

    assert main(["comment", "--reports", str(tmp_path)]) == 30

    assert "answered GET" in capsys.readouterr().err
    assert bodies(job) == []


@pytest.mark.parametrize(("token", "said"), [("wrong", "401"), ("read-only-token", "403"), ("", "is not set")])
def test_a_token_that_does_not_do_is_named_with_what_it_needs(
    token: str, said: str, job: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leave(tmp_path, "dev", [change("a")])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(next(name for name in job.variables if name.endswith("_TOKEN")), token)

        assert main(["comment", "--reports", str(tmp_path)]) == 10

    message = capsys.readouterr().err
    assert said in message
    assert not token or token not in message


def test_a_pull_request_that_is_not_there_is_named(job: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave(tmp_path, "dev", [change("a")])
    for name in ("PULL_REQUEST", "CI_MERGE_REQUEST_IID"):
        monkeypatch.setenv(name, "8")

    assert main(["comment", "--reports", str(tmp_path)]) == 30


@pytest.mark.parametrize("missing", ["dev.md", "dev.tree", "dev.exit"])
def test_reports_that_are_incomplete_write_nothing(missing: str, job: Served, tmp_path: Path) -> None:
    leave(tmp_path, "dev", [change("a")])
    (tmp_path / missing).unlink()

    assert main(["comment", "--reports", str(tmp_path)]) == 3

    assert bodies(job) == []


def test_reports_of_different_commits_write_nothing(job: Served, tmp_path: Path) -> None:
    leave(tmp_path, "dev", [change("a")])
    leave(tmp_path, "prod", [change("a")], tree="b" * 40)

    assert main(["comment", "--reports", str(tmp_path)]) == 3


def test_a_report_that_begins_like_a_record_does_not_become_one(tmp_path: Path) -> None:
    forged = to_line(ShownPlans("f" * 40, {"dev": frozenset({"forged"})}))
    leave(tmp_path, "dev", [change("a")], text=f"{forged}\n")

    record = from_body(body_of(read_reports(tmp_path), commit="c" * 40, run="https://run", limit=65_536))

    assert record is not None
    assert record.tree == "a" * 40
    assert "forged" not in record.stacks["dev"]


@given(texts=st.lists(st.text(max_size=400), min_size=1, max_size=4), limit=st.integers(700, 2000))
def test_a_comment_is_never_longer_than_the_forge_takes_and_keeps_its_record(texts: list[str], limit: int) -> None:
    reports = [StackPlan(f"stack-{number}", 0, text, "a" * 40, frozenset({"1" * 16})) for number, text in enumerate(texts)]

    body = body_of(reports, commit="c" * 40, run="https://run", limit=limit)

    assert len(body) <= limit
    record = from_body(body)
    assert record is not None
    assert set(record.stacks) == {report.stack for report in reports}


def test_more_changes_than_a_comment_can_remember_are_refused_and_not_shown_in_part() -> None:
    reports = [StackPlan(f"stack-{number}", 0, "", "a" * 40, frozenset(f"{digest:016x}" for digest in range(100))) for number in range(60)]

    with pytest.raises(PipelineError, match="60 stacks have too many changes"):
        body_of(reports, commit="c" * 40, run="https://run", limit=65_536)


@pytest.mark.parametrize("stack", ["@user", "a b", "#1", "a\nb", "x" * 101, "`", ""])
def test_reports_of_what_is_no_name_of_a_stack_write_nothing(stack: str, job: Served, tmp_path: Path) -> None:
    leave(tmp_path, "dev", [change("a")])
    leave(tmp_path, stack, None)

    assert main(["comment", "--reports", str(tmp_path)]) == 3

    assert bodies(job) == []


@given(st.lists(st.sampled_from(["/close", "  /label ~bug", "text", "", "```text", "\r", "/"])).map("\n".join))
def test_no_line_of_a_report_is_a_quick_action(text: str) -> None:
    body = body_of([StackPlan("dev", 0, text, "a" * 40, frozenset())], commit="c" * 40, run="https://run", limit=65_536)

    assert re.search(r"^ {0,3}/", body, re.MULTILINE) is None


@given(room=st.integers(0, 900))
def test_a_cut_report_wakes_nothing_that_the_whole_one_kept_quiet(room: int) -> None:
    blocks = [block for _ in range(3) for block in (Heading("@user"), Paragraph("by a@example.com " * 9), Code(("@user", "/close", "#1")))]

    body = fitted("", to_markdown(Document("x", tuple(blocks))), "\n---\nfoot @e\n", len(CUT) + room)

    document = rendered(body)
    assert resolved(document) == [" @e"]
    assert document.elements.count("hr") == 1
