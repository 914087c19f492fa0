"""The message of a failed child says how far its siblings came."""

import threading

import pytest

from aem_mail.resources.base.outcomes import ChildOutcome, Outcomes, ended


def test_live_failed_and_waiting_children_are_told_apart() -> None:
    outcomes = Outcomes()
    outcomes.note("mail", "mail-password", ChildOutcome.LIVE)
    outcomes.note("mail", "mail-port-forward", ChildOutcome.FAILED)
    outcomes.note("mail", "mail-mail-service", ChildOutcome.DECLARED)
    outcomes.note("other", "unrelated", ChildOutcome.LIVE)

    text = outcomes.after_failure("mail", "environment 20001")

    assert "live and recorded: mail-password;" in text
    assert "not live: mail-port-forward, mail-mail-service," in text
    assert "unrelated" not in text
    assert "Mail does not flow from environment 20001 yet" in text


def test_a_change_of_what_an_earlier_run_recorded_does_not_say_that_mail_stopped() -> None:
    outcomes = Outcomes()
    outcomes.note("mail", "mail-password", ChildOutcome.RECORDED)
    outcomes.note("mail", "mail-infrastructure", ChildOutcome.RECORDED)

    text = outcomes.after_failure("mail", "environment 20001")

    assert "Mail of environment 20001 is not yet as declared." in text
    assert "recorded earlier: mail-infrastructure, mail-password." in text
    assert "not live" not in text
    assert "does not flow" not in text


def test_a_failure_waits_a_moment_for_siblings_that_end_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aem_mail.resources.base.outcomes.GRACE", 60.0)
    outcomes = Outcomes()
    outcomes.note("mail", "mail-port-forward", ChildOutcome.FAILED)
    outcomes.note("mail", "mail-networking", ChildOutcome.UNDER_WAY)
    threading.Timer(0.05, outcomes.note, ("mail", "mail-networking", ChildOutcome.LIVE)).start()

    assert "live and recorded: mail-networking;" in outcomes.after_failure("mail", "environment 20001")


@pytest.mark.parametrize(
    ("text", "followed"),
    [("it is not set", "it is not set."), ("Run again.", "Run again."), ("Run again. (HTTP 403)", "Run again. (HTTP 403)")],
)
def test_a_reason_ends_before_what_is_said_of_the_siblings(text: str, followed: str) -> None:
    assert ended(text) == followed


def test_one_child_tells_a_cause_for_all_of_them() -> None:
    outcomes = Outcomes()

    assert [outcomes.told_by("mail", name, "No.") for name in ("mail-username", "mail-password", "mail-username")] == ["mail-username"] * 3
    assert outcomes.told_by("mail", "mail-networking", "Another.") == "mail-networking"
    assert outcomes.told_by("other", "other-password", "No.") == "other-password"
