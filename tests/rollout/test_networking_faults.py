"""Changes of advanced networking through faults: nothing is sent twice, lost or reported as what it is not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aem_mail.errors import NotFound, ServerError, WaitFailed, WaitTimedOut
from aem_mail.kinds.requests import Answer, Disable, Origin, RemoveRule
from aem_mail.live.absence import EnvironmentGone

from .harness import (
    FOREIGN_RULE,
    HERE,
    LONG,
    PATIENT,
    Bench,
    ScaledClock,
    answered,
    document,
    enable,
    error_in,
    put,
    unready_in,
    wait_until,
)

PUT, DELETE = "PUT advancedNetworking", "DELETE advancedNetworking"
DOCUMENT = "*/environment/20001/advancedNetworking"
STATUS = "*/environment/20001"
OWN = [{"name": "smtp.example.com", "portDest": 465, "portOrig": 30465}]
BenchOf = Callable[..., Bench]


@pytest.mark.parametrize(
    "fault", [{"drop": "before"}, {"drop": "after"}, {"status": 503}, {"status": 504, "drop": "after"}, {"status": 429}]
)
def test_nothing_is_sent_twice_after_a_lost_answer(with_rule: Bench, fault: dict[str, Any]) -> None:
    with_rule.fault(method="PUT", path=DOCUMENT, nth=1, **fault)

    (answer,) = answered(with_rule.networking(put()))

    assert with_rule.fired() == [1]
    assert with_rule.mutations() == [PUT]
    assert with_rule.rules() == [FOREIGN_RULE, *OWN]
    assert (answer.origin, answer.note) == (Origin.CREATED, None)


def test_what_became_of_a_lost_put_is_read_once_the_environment_is_ready(with_rule: Bench) -> None:
    with_rule.fault(method="PUT", path=DOCUMENT, nth=1, drop="after")
    with_rule.freeze()
    with ThreadPoolExecutor(1) as pool:
        outcomes = pool.submit(with_rule.networking, put())
        wait_until(lambda: len(with_rule.requests()) > 6)
        documents = with_rule.requests(path="/advancedNetworking")
        with_rule.thaw()
        answered(outcomes.result(LONG))

    assert len(documents) == 1, "until then it may be the old one"


def test_an_outage_of_some_attempts_is_borne(bench_of: BenchOf) -> None:
    bench = bench_of(clock=ScaledClock(200), advancedNetworking=document(FOREIGN_RULE))
    bench.fault(method="PUT", path=DOCUMENT, nth=1, times=8, status=503)

    answered(bench.networking(put()))

    assert bench.fired() == [8]
    assert bench.mutations() == [PUT]


def test_an_outage_that_lasts_ends_with_its_own_error_and_nothing_recorded(with_rule: Bench) -> None:
    with_rule.fault(method="PUT", path=DOCUMENT, status=503)

    (outcome,) = with_rule.networking(put())

    assert isinstance(error_in(outcome), ServerError)
    assert with_rule.mutations() == []


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_disable_whose_answer_was_lost_is_done_once(bench: Bench, drop: str) -> None:
    answered(bench.networking(enable(), put()))
    bench.forget()
    bench.fault(method="DELETE", path=DOCUMENT, nth=1, drop=drop)

    answered(bench.networking(Disable(created=True), RemoveRule(30465)))

    assert bench.mutations() == [DELETE]
    assert bench.rules() is None


def test_a_lost_put_that_was_not_applied_leaves_the_origin_to_whoever_enabled_meanwhile(bench: Bench) -> None:
    bench.fault(method="PUT", path=DOCUMENT, nth=1, drop="before", latency=0.3)
    with ThreadPoolExecutor(1) as pool:
        answers = pool.submit(bench.networking, enable(), put())
        wait_until(lambda: bench.fired() == [1])
        bench.edit(advancedNetworking=document(FOREIGN_RULE))
        enabled, rule = answered(answers.result(LONG))

    assert enabled.origin is Origin.ADOPTED
    assert rule.origin is Origin.CREATED
    assert bench.rules() == [FOREIGN_RULE, *OWN]


def test_polls_that_fail_for_a_while_are_bridged(with_rule: Bench) -> None:
    with_rule.fault(method="GET", path=STATUS, nth=2, times=3, status=500)

    answered(with_rule.networking(put()))

    assert with_rule.mutations() == [PUT]


def test_a_wait_that_fails_after_the_put_leaves_what_is_recorded_and_the_next_run_sends_nothing(with_rule: Bench) -> None:
    with_rule.fault(method="GET", path=STATUS, nth=2, times=10_000, status=500)

    (outcome,) = with_rule.networking(put())

    assert isinstance(unready_in(outcome), ServerError)
    assert isinstance(outcome, Answer)
    assert outcome.origin is Origin.CREATED
    with_rule.simulator.world.faults.clear()
    answered(with_rule.networking(put(owned=True)))
    assert with_rule.mutations() == [PUT]


def test_a_deadline_after_the_put_leaves_what_is_recorded_and_says_how_to_go_on(with_rule: Bench) -> None:
    with_rule.freeze()

    (outcome,) = with_rule.networking(put(), timeout=60)

    error = unready_in(outcome)
    assert isinstance(error, WaitTimedOut)
    with_rule.thaw()
    assert f"{HERE}: advanced networking did not finish within 1 min" in str(error)
    answered(with_rule.networking(put(owned=True)))
    assert with_rule.mutations() == [PUT]


def test_who_waits_less_than_the_others_of_a_change_is_answered_when_its_own_time_is_over(with_rule: Bench) -> None:
    with_rule.freeze()
    with ThreadPoolExecutor(2) as pool:
        impatient = pool.submit(with_rule.rollout.change, HERE, put(30465), 60)
        patient = pool.submit(with_rule.rollout.change, HERE, put(30587), PATIENT)

        error = unready_in(impatient.result(LONG))

        assert "did not finish within 1 min" in str(error)
        assert not patient.done()
        with_rule.thaw()
        answered([patient.result(LONG)])
    assert with_rule.mutations() == [PUT]


def test_who_waits_less_for_its_turn_is_refused_and_the_others_go_on(with_rule: Bench) -> None:
    with_rule.edit(status="restoring")
    with ThreadPoolExecutor(2) as pool:
        impatient = pool.submit(with_rule.rollout.change, HERE, put(30465), 60)
        patient = pool.submit(with_rule.rollout.change, HERE, put(30587), PATIENT)

        assert isinstance(impatient.exception(LONG), WaitTimedOut)

        with_rule.edit(status="ready")
        answered([patient.result(LONG)])
    assert [one["portOrig"] for one in with_rule.rules() or ()] == [30636, 30587]


def test_a_removal_whose_wait_failed_is_an_error_since_nothing_is_to_be_recorded(with_rule: Bench) -> None:
    with_rule.freeze()

    (outcome,) = with_rule.networking(RemoveRule(30636), timeout=60)

    assert isinstance(error_in(outcome), WaitTimedOut)


def test_an_environment_that_is_busy_is_waited_for_and_named(with_rule: Bench) -> None:
    with_rule.edit(status="restoring")
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(with_rule.networking, put())
        wait_until(lambda: any("restoring" in report for report in with_rule.reports))
        with_rule.edit(status="ready")
        answered(outcome.result(LONG))

    expected = f"{HERE}: waiting until advanced networking can be changed"
    assert any(report.startswith("restoring, ") and report.endswith(expected) for report in with_rule.reports)


def test_what_comes_while_the_environment_is_busy_is_one_change_with_what_waits_already(with_rule: Bench) -> None:
    with_rule.edit(status="restoring")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(with_rule.networking, put())
        wait_until(lambda: any("restoring" in report for report in with_rule.reports))
        late = pool.submit(with_rule.networking, put(30587))
        wait_until(lambda: len(with_rule.rollout._queues_of(HERE).networking._pending) == 1)
        with_rule.edit(status="ready")
        answered([*first.result(LONG), *late.result(LONG)])

    assert with_rule.mutations() == ["PUT advancedNetworking"]


def test_an_environment_that_stays_busy_is_given_up_without_a_change(with_rule: Bench) -> None:
    with_rule.edit(status="updating")

    (outcome,) = with_rule.networking(put(), timeout=60)

    assert isinstance(error_in(outcome), WaitTimedOut)
    assert "last status: updating" in str(outcome)
    assert with_rule.mutations() == []


def test_a_refusal_as_busy_is_tried_again_until_the_time_is_over(with_rule: Bench) -> None:
    with_rule.fault(method="PUT", path=DOCUMENT, status=409)

    (outcome,) = with_rule.networking(put(), timeout=4000)

    assert "409" in str(error_in(outcome))
    assert len(with_rule.requests("PUT")) > 1
    assert with_rule.mutations() == []


def test_a_hibernated_environment_is_an_error_that_says_what_to_do(with_rule: Bench) -> None:
    with_rule.edit(status="hibernated")

    (outcome,) = with_rule.networking(put())

    assert isinstance(error_in(outcome), WaitFailed)
    assert "wake it up in Cloud Manager" in str(outcome)


def test_a_change_that_fails_is_recorded_and_the_next_run_fixes_it(bench: Bench) -> None:
    bench.fault(action="fail", method="PUT", path=DOCUMENT)

    outcomes = bench.networking(enable(), put())

    for outcome in outcomes:
        assert isinstance(unready_in(outcome), WaitFailed)
        assert "status is failed" in str(unready_in(outcome))
    answered(bench.networking(enable(owned=True), put(owned=True)))
    assert bench.rules() == OWN
    assert bench.environment()["status"] == "ready"


@pytest.mark.parametrize("status", ["deploy_failed", "degraded", "failed"])
def test_an_environment_in_which_something_else_failed_can_be_changed(with_rule: Bench, status: str) -> None:
    with_rule.edit(status=status)

    answered(with_rule.networking(put()))

    assert with_rule.rules() == [FOREIGN_RULE, *OWN]


def test_an_environment_that_is_gone_needs_nothing_removed_and_takes_nothing(with_rule: Bench) -> None:
    program = with_rule.simulator.state()["programs"]["10001"]
    with_rule.edit_program(environments={id_: one for id_, one in program["environments"].items() if id_ != "20001"})

    removed, refused = with_rule.networking(RemoveRule(30465), put())

    (answer,) = answered([removed])
    assert "does not exist any more" in str(answer.note)
    assert isinstance(error_in(refused), EnvironmentGone)
    assert "20002 (stage), 20003 (prod)" in str(refused)


def test_a_program_that_is_not_found_proves_nothing(with_rule: Bench) -> None:
    with_rule.fault(method="GET", path="/api/program/10001*", status=404)

    (outcome,) = with_rule.networking(RemoveRule(30465))

    assert isinstance(error_in(outcome), NotFound)


def test_a_missing_permission_fails_everybody_and_changes_nothing(with_rule: Bench) -> None:
    with_rule.fault(method="PUT", path=DOCUMENT, status=403)

    for outcome in with_rule.networking(put(), put(30587)):
        assert "Deployment Manager" in str(error_in(outcome))
    assert with_rule.mutations() == []
