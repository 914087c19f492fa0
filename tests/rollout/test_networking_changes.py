"""Changes of advanced networking on the simulator: how many are sent, and what becomes of everybody's rules."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from aem_mail.errors import BadRequest, NotFound, Occupied, Refused, ServerError, Unconfirmed, WaitFailed, WaitTimedOut
from aem_mail.model import EnvironmentId, port_forward_of
from aem_mail.rollout.access import EnvironmentGone
from aem_mail.rollout.batch import MOST_WRITES
from aem_mail.rollout.requests import Answer, Disable, Origin, PutRule, RemoveRule

from .harness import (
    ELSEWHERE,
    FOREIGN_RULE,
    HERE,
    LONG,
    PATIENT,
    Bench,
    ScaledClock,
    answered,
    enable,
    error_in,
    outcome_of,
    put,
    text,
    together,
    unready_in,
    wait_until,
)

PUT, DELETE = "PUT advancedNetworking", "DELETE advancedNetworking"
DOCUMENT = "*/environment/20001/advancedNetworking"
STATUS = "*/environment/20001"
OWN = [{"name": "smtp.example.com", "portDest": 465, "portOrig": 30465}]
BenchOf = Callable[..., Bench]


def networking(*rules: dict[str, Any], hosts: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"nonProxyHosts": list(hosts), "portForwards": list(rules)}


@pytest.fixture
def shared(bench_of: BenchOf) -> Bench:
    """Return a bench whose environment has a foreign rule."""
    return bench_of(advancedNetworking=networking(FOREIGN_RULE))


@contextmanager
def after_each(bench: Bench, mutation: str, act: Callable[[], None]) -> Iterator[None]:
    """Act after every mutation of that kind, as somebody else would who is quick; time is frozen, so that it is not too late."""
    ended, seen = threading.Event(), 0

    def watch() -> None:
        nonlocal seen
        while not ended.wait(0.002):
            count = bench.mutations().count(mutation)
            if count > seen:
                seen = count
                act()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(watch)
        try:
            yield
        finally:
            ended.set()
        future.result(LONG)


# How many changes


def test_enablement_and_twenty_rules_are_one_put(bench: Bench) -> None:
    answers = answered(bench.networking(*(put(30400 + number) for number in range(20)), enable()))

    assert bench.mutations() == [PUT]
    assert [rule["portOrig"] for rule in bench.rules() or ()] == list(range(30400, 30420))
    assert {answer.origin for answer in answers} == {Origin.CREATED}
    assert answers[-1].outputs == {"network_infrastructure_id": "30001"}


def test_what_is_as_wanted_sends_nothing(shared: Bench) -> None:
    answers = answered(shared.networking(enable(), PutRule("mine", port_forward_of(FOREIGN_RULE))))

    assert shared.mutations() == []
    assert {answer.origin for answer in answers} == {Origin.ADOPTED}
    assert len(shared.requests(path="/advancedNetworking")) == 1


def test_disabling_with_the_removal_of_all_rules_is_one_delete(bench: Bench) -> None:
    answered(bench.networking(enable(), *(put(30400 + number) for number in range(5))))
    bench.forget()

    answered(bench.networking(Disable(created=True), *(RemoveRule(30400 + number) for number in range(5))))

    assert bench.mutations() == [DELETE]
    assert bench.rules() is None


def test_a_disable_waits_for_the_removals_that_are_still_to_come(bench: Bench) -> None:
    answered(bench.networking(enable(), put()))
    bench.forget()
    with ThreadPoolExecutor(2) as pool:
        disable = pool.submit(bench.rollout.change_networking, HERE, Disable(created=True), PATIENT)
        wait_until(lambda: len(bench.requests(path="/advancedNetworking")) == 1)
        removal = pool.submit(bench.rollout.change_networking, HERE, RemoveRule(30465), PATIENT)
        answered([outcome_of(disable), outcome_of(removal)])

    assert bench.mutations() == [DELETE]


def test_a_disable_beside_a_foreign_rule_leaves_it_and_names_it(shared: Bench) -> None:
    answered(shared.networking(put()))
    shared.forget()

    disabled, removed = answered(shared.networking(Disable(created=True), RemoveRule(30465)))

    assert shared.mutations() == [PUT]
    assert shared.rules() == [FOREIGN_RULE]
    assert "30636 → ldap.foreign.example:636" in str(disabled.note)
    assert removed.note is None


def test_one_after_the_other_the_last_removal_disables_what_was_given_up_before(bench: Bench) -> None:
    answered(bench.networking(enable(), put(30465), put(30587)))
    bench.forget()

    (disabled,) = answered(bench.networking(Disable(created=True)))
    assert "If this run removes the last of it later on" in str(disabled.note)
    answered(bench.networking(RemoveRule(30465)))
    (last,) = answered(bench.networking(RemoveRule(30587)))

    assert bench.mutations() == [PUT, DELETE]
    assert bench.rules() is None
    assert "was disabled with its last entry" in str(last.note)


def test_one_after_the_other_a_foreign_rule_keeps_networking_enabled(shared: Bench) -> None:
    answered(shared.networking(put()))

    answered(shared.networking(Disable(created=True)))
    answered(shared.networking(RemoveRule(30465)))

    assert shared.rules() == [FOREIGN_RULE]


def test_what_was_enabled_by_others_is_not_disabled_with_the_last_rule(bench_of: BenchOf) -> None:
    bench = bench_of(advancedNetworking=networking(*OWN))

    answered(bench.networking(Disable(created=False)))
    answered(bench.networking(RemoveRule(30465)))

    assert bench.rules() == []


def test_networking_and_variables_take_turns(bench: Bench) -> None:
    outcomes = together(
        [
            (bench.rollout.change_networking, HERE, enable(), PATIENT),
            (bench.rollout.change_variable, HERE, text("MAIL_A"), PATIENT),
            (bench.rollout.change_networking, HERE, put(), PATIENT),
        ]
    )

    answered(outcomes)
    assert sorted(bench.mutations()) == ["PATCH variables", PUT]
    assert all(entry["status"] != 409 for entry in bench.simulator.journal())


def test_environments_are_changed_side_by_side(bench: Bench) -> None:
    calls = [(bench.rollout.change_networking, at, request, PATIENT) for at in (HERE, ELSEWHERE) for request in (enable(), put())]
    bench.freeze()
    with ThreadPoolExecutor(1) as pool:
        outcomes = pool.submit(together, calls)
        wait_until(lambda: bench.mutations() == [PUT, PUT])
        bench.thaw()
        answered(outcomes.result(LONG))


# Other writers


def test_a_second_writer_makes_us_wait_read_and_merge_again(shared: Bench) -> None:
    theirs = {"name": "their.example.com", "portDest": 22, "portOrig": 30022}
    shared.fault(action="second-writer", path=DOCUMENT, portForwards=[FOREIGN_RULE, theirs])

    (answer,) = answered(shared.networking(put()))

    assert shared.fired() == [1]
    assert shared.rules() == [FOREIGN_RULE, theirs, *OWN]
    assert answer.origin is Origin.CREATED
    assert [entry["status"] for entry in shared.simulator.journal() if entry["method"] == "PUT"] == [409, 200]


def test_whoever_enabled_between_our_read_and_our_put_is_not_disabled_by_us_later(bench: Bench) -> None:
    bench.fault(action="second-writer", path=DOCUMENT, portForwards=[])

    enabled, rule = answered(bench.networking(enable(), put()))

    assert enabled.origin is Origin.ADOPTED
    assert rule.origin is Origin.CREATED


def test_a_rule_that_was_taken_away_again_before_the_read_back_is_put_back(shared: Bench) -> None:
    def take_away_and_leave() -> None:
        shared.edit(advancedNetworking=networking(FOREIGN_RULE))
        shared.thaw()

    shared.freeze()
    with after_each(shared, PUT, once(take_away_and_leave)):
        answered(shared.networking(put()))

    assert shared.mutations() == [PUT, PUT]
    assert shared.rules() == [FOREIGN_RULE, *OWN]


def test_a_fight_that_cannot_be_won_is_given_up_and_shows_both_sides(shared: Bench) -> None:
    theirs = {**OWN[0], "name": "their.example.com"}
    shared.freeze()
    with after_each(shared, PUT, lambda: shared.edit(advancedNetworking=networking(FOREIGN_RULE, theirs))):
        lost, won = shared.networking(put(on_conflict="replace"), enable())

    error = error_in(lost)
    assert isinstance(error, Unconfirmed)
    for part in (
        str(HERE),
        "rule-30465 wants port forward 30465 → smtp.example.com:465",
        "30465 → their.example.com:465 is there",
        f"{MOST_WRITES} changes",
    ):
        assert part in str(error)
    answered([won])
    assert shared.mutations() == [PUT] * MOST_WRITES


def test_a_rule_of_somebody_else_that_came_meanwhile_is_an_error_and_not_overwritten(shared: Bench) -> None:
    theirs = {**OWN[0], "name": "their.example.com"}
    shared.fault(action="second-writer", path=DOCUMENT, portForwards=[theirs])

    refused, accepted = shared.networking(put(), put(30587))

    assert isinstance(error_in(refused), Occupied)
    answered([accepted])
    assert theirs in (shared.rules() or ())


@pytest.mark.parametrize("same_machine", [True, False])
def test_two_stacks_on_one_environment_lose_no_rule(shared: Bench, same_machine: bool, tmp_path: Path) -> None:
    other = shared.another_rollout(None if same_machine else tmp_path / "other-machine")
    calls = [
        (run.change_networking, HERE, put(port), PATIENT)
        for run, first in ((shared.rollout, 30401), (other, 30404))
        for port in range(first, first + 3)
    ]

    answered(together(calls))

    assert sorted(rule["portOrig"] for rule in shared.rules() or ()) == [30401, 30402, 30403, 30404, 30405, 30406, 30636]
    assert shared.mutations() == [PUT, PUT]


def once(act: Callable[[], None]) -> Callable[[], None]:
    """Return what acts the first time only."""
    left = [act]

    def act_once() -> None:
        if left:
            left.pop()()

    return act_once


# Answers that are lost, errors, waits


@pytest.mark.parametrize(
    "fault", [{"drop": "before"}, {"drop": "after"}, {"status": 503}, {"status": 504, "drop": "after"}, {"status": 429}]
)
def test_nothing_is_sent_twice_after_a_lost_answer(shared: Bench, fault: dict[str, Any]) -> None:
    shared.fault(method="PUT", path=DOCUMENT, nth=1, **fault)

    (answer,) = answered(shared.networking(put()))

    assert shared.fired() == [1]
    assert shared.mutations() == [PUT]
    assert shared.rules() == [FOREIGN_RULE, *OWN]
    assert (answer.origin, answer.note) == (Origin.CREATED, None)


def test_an_outage_of_some_attempts_is_borne(bench_of: BenchOf) -> None:
    bench = bench_of(clock=ScaledClock(200), advancedNetworking=networking(FOREIGN_RULE))
    bench.fault(method="PUT", path=DOCUMENT, nth=1, times=8, status=503)

    answered(bench.networking(put()))

    assert bench.fired() == [8]
    assert bench.mutations() == [PUT]


def test_an_outage_that_lasts_ends_with_its_own_error_and_nothing_recorded(shared: Bench) -> None:
    shared.fault(method="PUT", path=DOCUMENT, status=503)

    (outcome,) = shared.networking(put())

    assert isinstance(error_in(outcome), ServerError)
    assert shared.mutations() == []


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
        bench.edit(advancedNetworking=networking(FOREIGN_RULE))
        enabled, rule = answered(answers.result(LONG))

    assert enabled.origin is Origin.ADOPTED
    assert rule.origin is Origin.CREATED
    assert bench.rules() == [FOREIGN_RULE, *OWN]


def test_polls_that_fail_for_a_while_are_bridged(shared: Bench) -> None:
    shared.fault(method="GET", path=STATUS, nth=2, times=3, status=500)

    answered(shared.networking(put()))

    assert shared.mutations() == [PUT]


def test_a_wait_that_fails_after_the_put_leaves_what_is_recorded_and_the_next_run_sends_nothing(shared: Bench) -> None:
    shared.fault(method="GET", path=STATUS, nth=2, times=10_000, status=500)

    (outcome,) = shared.networking(put())

    assert isinstance(unready_in(outcome), ServerError)
    assert isinstance(outcome, Answer)
    assert outcome.origin is Origin.CREATED
    shared.simulator.world.faults.clear()
    answered(shared.networking(put(owned=True)))
    assert shared.mutations() == [PUT]


def test_a_deadline_after_the_put_leaves_what_is_recorded_and_says_how_to_go_on(shared: Bench) -> None:
    shared.freeze()

    (outcome,) = shared.networking(put(), timeout=60)

    error = unready_in(outcome)
    assert isinstance(error, WaitTimedOut)
    shared.thaw()
    assert f"{HERE}: advanced networking did not finish within 1 min" in str(error)
    answered(shared.networking(put(owned=True)))
    assert shared.mutations() == [PUT]


def test_a_removal_whose_wait_failed_is_an_error_since_nothing_is_to_be_recorded(shared: Bench) -> None:
    shared.freeze()

    (outcome,) = shared.networking(RemoveRule(30636), timeout=60)

    assert isinstance(error_in(outcome), WaitTimedOut)


def test_an_environment_that_is_busy_is_waited_for_and_named(shared: Bench) -> None:
    shared.edit(status="restoring")
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(shared.networking, put())
        wait_until(lambda: any("restoring" in report for report in shared.reports))
        shared.edit(status="ready")
        answered(outcome.result(LONG))

    assert any(report.startswith(f"{HERE}: waiting until advanced networking can be changed: restoring") for report in shared.reports)


def test_an_environment_that_stays_busy_is_given_up_without_a_change(shared: Bench) -> None:
    shared.edit(status="updating")

    (outcome,) = shared.networking(put(), timeout=60)

    assert isinstance(error_in(outcome), WaitTimedOut)
    assert "last status: updating" in str(outcome)
    assert shared.mutations() == []


def test_a_refusal_as_busy_is_tried_again_until_the_time_is_over(shared: Bench) -> None:
    shared.fault(method="PUT", path=DOCUMENT, status=409)

    (outcome,) = shared.networking(put(), timeout=4000)

    assert "409" in str(error_in(outcome))
    assert len(shared.requests("PUT")) > 1
    assert shared.mutations() == []


def test_a_hibernated_environment_is_an_error_that_says_what_to_do(shared: Bench) -> None:
    shared.edit(status="hibernated")

    (outcome,) = shared.networking(put())

    assert isinstance(error_in(outcome), WaitFailed)
    assert "wake it up in Cloud Manager" in str(outcome)


def test_a_change_that_fails_is_recorded_and_the_next_run_mends_it(bench: Bench) -> None:
    bench.fault(action="fail", method="PUT", path=DOCUMENT)

    outcomes = bench.networking(enable(), put())

    for outcome in outcomes:
        assert isinstance(unready_in(outcome), WaitFailed)
        assert "status is failed" in str(unready_in(outcome))
    answered(bench.networking(enable(owned=True), put(owned=True)))
    assert bench.rules() == OWN
    assert bench.environment()["status"] == "ready"


@pytest.mark.parametrize("status", ["deploy_failed", "degraded", "failed"])
def test_an_environment_in_which_something_else_failed_can_be_changed(shared: Bench, status: str) -> None:
    shared.edit(status=status)

    answered(shared.networking(put()))

    assert shared.rules() == [FOREIGN_RULE, *OWN]


def test_an_environment_that_is_gone_needs_nothing_removed_and_takes_nothing(shared: Bench) -> None:
    program = shared.simulator.state()["programs"]["10001"]
    shared.edit_program(environments={id_: one for id_, one in program["environments"].items() if id_ != "20001"})

    removed, refused = shared.networking(RemoveRule(30465), put())

    (answer,) = answered([removed])
    assert "does not exist any more" in str(answer.note)
    assert isinstance(error_in(refused), EnvironmentGone)
    assert "20002 (stage), 20003 (prod)" in str(refused)


def test_a_program_that_is_not_found_proves_nothing(shared: Bench) -> None:
    shared.fault(method="GET", path="/api/program/10001*", status=404)

    (outcome,) = shared.networking(RemoveRule(30465))

    assert isinstance(error_in(outcome), NotFound)


def test_a_missing_permission_fails_everybody_and_changes_nothing(shared: Bench) -> None:
    shared.fault(method="PUT", path=DOCUMENT, status=403)

    for outcome in shared.networking(put(), put(30587)):
        assert "Deployment Manager" in str(error_in(outcome))
    assert shared.mutations() == []


# Entries that the API refuses


def test_a_refused_rule_does_not_fail_its_neighbours(shared: Bench) -> None:
    refused, *others = shared.networking(put(30465, "under_score.example"), put(30466), put(30467))

    assert isinstance(error_in(refused), BadRequest)
    assert "portForwards[1].name" in str(refused)
    answered(others)
    assert shared.mutations() == [PUT]


def test_a_refused_host_does_not_fail_the_rules(bench_of: BenchOf) -> None:
    bench = bench_of(kind="dedicatedEgressIp", advancedNetworking=networking(FOREIGN_RULE))

    refused, accepted = bench.networking(enable(non_proxy_hosts=("bad_host.example",)), put())

    assert isinstance(error_in(refused), BadRequest)
    answered([accepted])
    assert bench.rules() == [FOREIGN_RULE, *OWN]


def test_a_refusal_that_names_nobody_fails_everybody(shared: Bench) -> None:
    shared.fault(method="PUT", path=DOCUMENT, status=400)

    for outcome in shared.networking(put(), put(30587)):
        assert isinstance(error_in(outcome), BadRequest)
    assert len(shared.requests("PUT")) == 1


def test_a_disable_that_somebody_else_was_quicker_with_is_done(bench: Bench) -> None:
    answered(bench.networking(enable(), put()))
    bench.forget()
    bench.fault(method="DELETE", path=DOCUMENT, nth=1, latency=0.3)
    with ThreadPoolExecutor(1) as pool:
        outcomes = pool.submit(bench.networking, Disable(created=True), RemoveRule(30465))
        wait_until(lambda: bench.fired() == [1])
        bench.edit(advancedNetworking=None)
        answered(outcomes.result(LONG))

    assert bench.mutations() == []


# The program's network infrastructure


def test_without_an_infrastructure_networking_fails_at_once_and_says_so(bench_of: BenchOf) -> None:
    bench = bench_of(kind=None)

    refused, removed = bench.networking(enable(), RemoveRule(30465))

    assert isinstance(error_in(refused), Refused)
    for part in ("Program 10001 has no network infrastructure", "environment 20001", "NetworkInfrastructure"):
        assert part in str(refused)
    answered([removed])
    assert bench.mutations() == []


def test_a_sandbox_is_named_as_the_reason(bench: Bench) -> None:
    (outcome,) = bench.networking(enable(), at=EnvironmentId("10002", "20004"))

    assert "is a sandbox program" in str(error_in(outcome))


def test_an_infrastructure_that_is_being_created_is_waited_for(bench_of: BenchOf) -> None:
    bench = bench_of(kind=None)
    bench.api.network_infrastructures.create("10001", {"kind": "flexiblePortEgress", "region": "va7", "isPrimaryRegion": True})

    answered(bench.networking(enable(), put()))

    assert bench.mutations() == ["POST networkInfrastructures", PUT]


def test_a_failed_infrastructure_is_an_error_that_names_it(bench_of: BenchOf) -> None:
    bench = bench_of(kind=None)
    bench.edit_program(infrastructures=[{"kind": "flexiblePortEgress", "region": "va7", "status": "failed"}])

    (outcome,) = bench.networking(enable())

    assert "(flexiblePortEgress in va7) is failed" in str(error_in(outcome))


def test_an_infrastructure_other_than_the_expected_one_is_an_error_that_shows_both(bench: Bench) -> None:
    (outcome,) = bench.networking(enable(infrastructure_kind="vpn", infrastructure_region="deu6"))

    assert "ask for the network infrastructure vpn in deu6, and the program has flexiblePortEgress in va7" in str(error_in(outcome))


def test_any_region_of_the_program_satisfies_the_expected_one(bench: Bench) -> None:
    there = [{"kind": "flexiblePortEgress", "region": region, "isPrimaryRegion": region == "va7"} for region in ("va7", "deu6")]
    bench.edit_program(infrastructures=there)

    answered(bench.networking(enable(infrastructure_region="deu6")))


def test_hosts_need_another_kind_of_infrastructure(bench: Bench) -> None:
    refused, accepted = bench.networking(enable(non_proxy_hosts=("a.example",)), enable("other"))

    assert "leave them out" in str(error_in(refused))
    answered([accepted])
