"""Changes of variables through faults: no secret is written twice if that can be told, and nothing is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aem_mail.errors import NotPermitted, ServerError, WaitFailed, WaitTimedOut
from aem_mail.kinds.requests import Origin, RemoveVariable
from aem_mail.model import VariableKey, VariableType
from aem_mail.simulator.state.secret import Secret

from .harness import (
    HERE,
    LONG,
    Bench,
    answered,
    error_in,
    secret,
    text,
    unready_in,
    wait_until,
)

PATCH = "PATCH variables"
VARIABLES = "*/environment/20001/variables"
BenchOf = Callable[..., Bench]


def gone(name: str, type_: str = VariableType.STRING) -> RemoveVariable:
    return RemoveVariable(VariableKey(None, name), type_)


def fingerprint(value: str) -> str:
    return Secret.of(value).fingerprint


@pytest.mark.parametrize(
    "fault", [{"drop": "before"}, {"drop": "after"}, {"status": 502}, {"status": 502, "drop": "after"}, {"status": 429}]
)
@pytest.mark.parametrize("others", [0, 1])
def test_a_new_secret_is_written_once_though_an_answer_was_lost(with_variables: Bench, fault: dict[str, Any], others: int) -> None:
    with_variables.fault(method="PATCH", path=VARIABLES, nth=1, **fault)

    answers = answered(with_variables.variables(secret("PASSWORD"), *[text("MAIL_A")] * others))

    assert with_variables.fired() == [1]
    assert with_variables.mutations() == [PATCH]
    assert answers[0].origin is Origin.CREATED
    assert answers[0].note is None


def test_a_secret_that_was_there_is_not_written_twice_while_its_change_can_be_seen(with_variables: Bench) -> None:
    answered(with_variables.variables(secret("PASSWORD")))
    with_variables.forget()
    with_variables.fault(method="PATCH", path=VARIABLES, nth=1, drop="after")
    with_variables.freeze()
    with ThreadPoolExecutor(1) as pool:
        outcomes = pool.submit(with_variables.variables, secret("PASSWORD", "another battery", owned=True))
        wait_until(lambda: len(with_variables.requests(path="/variables")) == 2)
        with_variables.thaw()
        answered(outcomes.result(LONG))

    assert with_variables.mutations() == [PATCH]
    assert with_variables.live_variables()["PASSWORD"]["fingerprint"] == fingerprint("another battery")


def test_a_secret_is_told_by_what_was_sent_with_it_when_its_change_was_over_before_it_could_be_seen(with_variables: Bench) -> None:
    answered(with_variables.variables(secret("PASSWORD"), text("MAIL_A")))
    with_variables.forget()
    with_variables.fault(method="PATCH", path=VARIABLES, nth=1, drop="after")
    with_variables.fault(method="GET", path=VARIABLES, nth=2, latency=0.1)

    answered(with_variables.variables(secret("PASSWORD", "another battery", owned=True), text("MAIL_A", "new", owned=True)))

    assert with_variables.fired() == [1, 1]
    assert with_variables.mutations() == [PATCH]


def test_a_secret_of_which_nothing_shows_is_written_once_more(with_variables: Bench) -> None:
    answered(with_variables.variables(secret("PASSWORD")))
    with_variables.forget()
    with_variables.fault(method="PATCH", path=VARIABLES, nth=1, drop="after")
    with_variables.fault(method="GET", path=VARIABLES, nth=2, latency=0.1)

    answered(with_variables.variables(secret("PASSWORD", "another battery", owned=True)))

    assert with_variables.mutations() == [PATCH, PATCH]


def test_an_outage_after_a_lost_answer_leaves_what_is_recorded(with_variables: Bench) -> None:
    with_variables.fault(method="PATCH", path=VARIABLES, nth=1, drop="after")
    with_variables.fault(method="GET", path=VARIABLES, nth=2, times=10_000, status=500)

    outcomes = with_variables.variables(secret("PASSWORD"), text("MAIL_A"))

    for outcome in outcomes:
        assert isinstance(unready_in(outcome), ServerError)
    with_variables.simulator.world.faults.clear()
    answered(with_variables.variables(secret("PASSWORD", owned=True, rewrite=False), text("MAIL_A", owned=True)))
    assert with_variables.mutations() == [PATCH]


def test_an_error_after_the_first_of_two_patches_leaves_what_is_recorded(bench_of: BenchOf) -> None:
    bench = bench_of(variables=[{"name": "PASSWORD", "type": "string", "value": "plain"}])
    bench.fault(method="PATCH", path=VARIABLES, nth=2, status=403)

    flipped, new = bench.variables(secret("PASSWORD"), text("MAIL_A"))

    assert isinstance(unready_in(flipped), NotPermitted)
    assert isinstance(unready_in(new), NotPermitted)
    answered(bench.variables(secret("PASSWORD", owned=True, rewrite=False), text("MAIL_A", owned=True)))
    assert bench.mutations() == [PATCH, PATCH]
    assert bench.live_variables()["PASSWORD"]["type"] == "secretString"


def test_a_deadline_after_the_patch_leaves_what_is_recorded(with_variables: Bench) -> None:
    with_variables.freeze()

    (outcome,) = with_variables.variables(secret("PASSWORD"), timeout=30)

    assert isinstance(unready_in(outcome), WaitTimedOut)
    with_variables.thaw()
    answered(with_variables.variables(secret("PASSWORD", owned=True, rewrite=False)))
    assert with_variables.mutations() == [PATCH]


def test_an_environment_that_is_busy_refuses_until_it_is_not(with_variables: Bench) -> None:
    with_variables.fault(method="PATCH", path=VARIABLES, nth=1, times=2, status=409)

    answered(with_variables.variables(text("MAIL_A")))

    assert with_variables.mutations() == [PATCH]
    assert f"busy with another change, 0 s: {HERE}" in with_variables.reports


def test_a_change_that_fails_is_recorded_and_the_next_run_fixes_it(with_variables: Bench) -> None:
    with_variables.fault(action="fail", method="PATCH", path=VARIABLES)

    variable, hidden = with_variables.variables(text("MAIL_A"), secret("PASSWORD"))

    assert isinstance(unready_in(variable), WaitFailed)
    assert f"Variable MAIL_A (all services) of {HERE}" in str(unready_in(variable))
    assert isinstance(unready_in(hidden), WaitFailed)
    answered(with_variables.variables(text("MAIL_A", owned=True), secret("PASSWORD", owned=True, rewrite=False)))
    assert with_variables.mutations() == [PATCH, PATCH]


def test_an_environment_that_had_failed_before_and_stays_so_is_judged_by_its_variables(with_variables: Bench) -> None:
    with_variables.edit(status="failed")
    with_variables.freeze()
    with ThreadPoolExecutor(1) as pool:
        outcomes = pool.submit(with_variables.variables, text("MAIL_A"))
        wait_until(lambda: with_variables.mutations() == [PATCH])
        with_variables.edit(status="failed")
        answered(outcomes.result(LONG))

    assert with_variables.mutations() == [PATCH]


def test_a_variable_of_another_type_that_failed_is_not_the_trouble_of_its_removal(bench_of: BenchOf) -> None:
    bench = bench_of(variables=[{"name": "PASSWORD", "type": "string", "value": "plain", "status": "failed"}])

    removed, _ = answered(bench.variables(gone("PASSWORD", VariableType.SECRET_STRING), text("MAIL_A")))

    assert "is a string now" in str(removed.note)


def test_an_environment_that_is_gone_needs_nothing_removed(with_variables: Bench) -> None:
    program = with_variables.simulator.state()["programs"]["10001"]
    with_variables.edit_program(environments={id_: one for id_, one in program["environments"].items() if id_ != "20001"})

    removed, refused = with_variables.variables(gone("MAIL_A"), text("MAIL_B"))

    assert "does not exist any more" in str(answered([removed])[0].note)
    assert "Environment 20001 does not exist in program 10001" in str(error_in(refused))
