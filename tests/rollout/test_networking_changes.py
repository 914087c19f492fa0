"""Changes of advanced networking on the simulator: how many are sent, and what becomes of everybody's rules."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from aem_mail.kinds.port_forward import ENABLED_AHEAD
from aem_mail.kinds.requests import Disable, NetworkingRequest, Origin, PutRule, RemoveRule, rule_key
from aem_mail.model import port_forward_of
from aem_mail.rollout.access import Access, ChangeLock
from aem_mail.rollout.claims import Holder, Holders, nobody
from aem_mail.rollout.gathering import Pending, Window
from aem_mail.rollout.networking_lane import NetworkingLane
from aem_mail.rollout.rollout import Rollout, RolloutOptions, Voice

from .harness import (
    ELSEWHERE,
    FOREIGN_RULE,
    HERE,
    LONG,
    PATIENT,
    Bench,
    answered,
    document,
    enable,
    error_in,
    outcome_of,
    put,
    text,
    together,
    wait_until,
)

PUT, DELETE = "PUT advancedNetworking", "DELETE advancedNetworking"
OWN = [{"name": "smtp.example.com", "portDest": 465, "portOrig": 30465}]
BenchOf = Callable[..., Bench]


def test_enablement_and_twenty_rules_are_one_put(bench: Bench) -> None:
    answers = answered(bench.networking(*(put(30400 + number) for number in range(20)), enable()))

    assert bench.mutations() == [PUT]
    assert [rule["portOrig"] for rule in bench.rules() or ()] == list(range(30400, 30420))
    assert {answer.origin for answer in answers} == {Origin.CREATED}
    assert answers[-1].outputs == {"network_infrastructure_id": "30001"}


def test_what_is_as_wanted_sends_nothing(with_rule: Bench) -> None:
    answers = answered(with_rule.networking(enable(), PutRule("mine", port_forward_of(FOREIGN_RULE))))

    assert with_rule.mutations() == []
    assert {answer.origin for answer in answers} == {Origin.ADOPTED}
    assert len(with_rule.requests(path="/advancedNetworking")) == 1


def test_variables_that_come_one_by_one_during_a_put_are_one_patch(bench: Bench) -> None:
    bench.freeze()
    variables = bench.rollout._queues_of(HERE).variables
    with ThreadPoolExecutor(4) as pool:
        networking = pool.submit(bench.networking, enable(), put())
        wait_until(lambda: bench.mutations() == [PUT])
        answers = [networking]
        for name in ("MAIL_A", "MAIL_B", "MAIL_C"):
            answers.append(pool.submit(bench.variables, text(name)))
            wait_until(lambda: variables._working and (len(answers) > 2 or not variables._pending))
        wait_until(lambda: len(variables._pending) == 2)
        bench.thaw()
        for answer in answers:
            answered(answer.result(LONG))

    assert bench.mutations() == [PUT, "PATCH variables"]


@pytest.mark.parametrize(
    ("request_", "batch", "joins"),
    [
        (put(), [RemoveRule(30636)], False),
        (put(), [RemoveRule(30636), enable()], True),
        (RemoveRule(30465), [RemoveRule(30636)], True),
        (Disable(created=True), [put()], True),
    ],
)
def test_what_may_wait_for_an_infrastructure_joins_only_a_batch_that_has_done_so(
    bench: Bench, request_: NetworkingRequest, batch: list[NetworkingRequest], joins: bool
) -> None:
    lane = NetworkingLane(Access(bench.api, HERE, ChangeLock("", "", bench.locks), bench.clock, print, 0.0), lambda: False, nobody)

    assert lane.may_join(request_, [Pending(one, PATIENT) for one in batch]) is joins


EXCHANGED = Holders(
    {
        "PortForward 10001/20001/30465": Holder("one", "PortForward 10001/20001/30466"),
        "PortForward 10001/20001/30466": Holder("two", "PortForward 10001/20001/30465"),
    }
)


def test_a_rule_waits_for_the_other_one_with_which_it_changes_places(bench: Bench) -> None:
    answered(bench.networking(enable(), put(30465, "a.example.com"), put(30466, "b.example.com")))
    bench.forget()
    bench.window = Window(idle=0.04, at_most=1.0, held=LONG)
    bench.rollout = bench.another_rollout(holders=EXCHANGED)
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(bench.rollout.change, HERE, put(30466, "a.example.com", "one"), PATIENT)
        wait_until(lambda: len(bench.requests(path="/advancedNetworking")) == 1)
        two = pool.submit(bench.rollout.change, HERE, put(30465, "b.example.com", "two"), PATIENT)
        answered([outcome_of(one), outcome_of(two)])

    assert bench.mutations() == [PUT]
    assert {rule["portOrig"]: rule["name"] for rule in bench.rules() or ()} == {30465: "b.example.com", 30466: "a.example.com"}


def test_a_rule_whose_partner_never_comes_is_refused_and_the_others_of_its_batch_go_through(bench: Bench) -> None:
    answered(bench.networking(enable(), put(30465, "a.example.com"), put(30466, "b.example.com")))
    before = bench.rules() or []
    bench.rollout = bench.another_rollout(holders=EXCHANGED)

    alone, other = bench.networking(put(30466, "a.example.com", "one"), put(30587))

    assert "two keeps 30466, until 30465 is free for it, so one cannot have it" in str(error_in(alone))
    assert "with PULUMI_PARALLEL=1 (`--parallel 1`) they cannot: set PULUMI_PARALLEL=256" in str(error_in(alone))
    answered([other])
    assert (bench.rules() or [])[:2] == before


def test_a_rule_whose_host_is_spelled_otherwise_is_there_and_stays_to_the_letter(bench: Bench) -> None:
    answered(bench.networking(enable(), put(30465, "smtp.example.com")))
    bench.edit(advancedNetworking=document({"name": "SMTP.Example.com.", "portDest": 465, "portOrig": 30465}))
    bench.forget()

    answered(bench.networking(enable(), put(30465, "smtp.example.com")))

    assert bench.mutations() == []
    assert [rule["name"] for rule in bench.rules() or ()] == ["SMTP.Example.com."]


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
        disable = pool.submit(bench.rollout.change, HERE, Disable(created=True), PATIENT)
        wait_until(lambda: len(bench.requests(path="/advancedNetworking")) == 1)
        removal = pool.submit(bench.rollout.change, HERE, RemoveRule(30465), PATIENT)
        answered([outcome_of(disable), outcome_of(removal)])

    assert bench.mutations() == [DELETE]


def test_a_disable_beside_a_foreign_rule_leaves_it_and_names_it(with_rule: Bench) -> None:
    answered(with_rule.networking(put()))
    with_rule.forget()

    disabled, removed = answered(with_rule.networking(Disable(created=True), RemoveRule(30465)))

    assert with_rule.mutations() == [PUT]
    assert with_rule.rules() == [FOREIGN_RULE]
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


def test_one_after_the_other_a_foreign_rule_keeps_networking_enabled(with_rule: Bench) -> None:
    answered(with_rule.networking(put()))

    answered(with_rule.networking(Disable(created=True)))
    answered(with_rule.networking(RemoveRule(30465)))

    assert with_rule.rules() == [FOREIGN_RULE]


def test_what_was_enabled_by_others_is_not_disabled_with_the_last_rule(bench_of: BenchOf) -> None:
    bench = bench_of(advancedNetworking=document(*OWN))

    answered(bench.networking(Disable(created=False)))
    answered(bench.networking(RemoveRule(30465)))

    assert bench.rules() == []


def test_networking_and_variables_take_turns(bench: Bench) -> None:
    outcomes = together(
        [
            (bench.rollout.change, HERE, enable(), PATIENT),
            (bench.rollout.change, HERE, text("MAIL_A"), PATIENT),
            (bench.rollout.change, HERE, put(), PATIENT),
        ]
    )

    answered(outcomes)
    assert sorted(bench.mutations()) == ["PATCH variables", PUT]
    assert all(entry["status"] != 409 for entry in bench.simulator.journal())


def test_environments_are_changed_side_by_side(bench: Bench) -> None:
    calls = [(bench.rollout.change, at, request, PATIENT) for at in (HERE, ELSEWHERE) for request in (enable(), put())]
    bench.freeze()
    with ThreadPoolExecutor(1) as pool:
        outcomes = pool.submit(together, calls)
        wait_until(lambda: bench.mutations() == [PUT, PUT])
        bench.thaw()
        answered(outcomes.result(LONG))


@pytest.mark.parametrize("recorded", [True, False])
def test_an_enablement_that_rules_of_an_earlier_run_brought_is_created_only_where_the_state_tells_so(recorded: bool, bench: Bench) -> None:
    rules_alone = Rollout(
        bench.api, "the simulator", Voice(), RolloutOptions(PATIENT, bench.window, bench.locks, lambda _: True), bench.clock
    )
    rule_answer = rules_alone.change(HERE, put(30465), PATIENT)
    place = {"program_id": HERE.program_id, "environment_id": HERE.environment_id}
    outputs = {**place, **(rule_answer.outputs if recorded else {})}

    later = bench.another_rollout(holders=Holders({rule_key(HERE, 30465): Holder("rule", recorded=outputs)}))
    answer = later.change(HERE, enable(), PATIENT)

    assert rule_answer.outputs == {ENABLED_AHEAD: True}
    assert answer.origin is (Origin.CREATED if recorded else Origin.ADOPTED)
