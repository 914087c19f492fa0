"""Changes of variables on the simulator: how many are sent, and what becomes of everybody's variables."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aem_mail.errors import BadRequest, NotPermitted, Occupied, ServerError, WaitFailed, WaitTimedOut
from aem_mail.model import VariableKey, VariableType
from aem_mail.rollout.requests import Answer, Origin, RemoveVariable
from aem_mail.simulator.secret import Secret

from .harness import (
    FOREIGN_SECRET,
    FOREIGN_VARIABLE,
    HERE,
    LONG,
    PATIENT,
    SECRET,
    Bench,
    answered,
    error_in,
    secret,
    text,
    together,
    unready_in,
    wait_until,
)

PATCH = "PATCH variables"
VARIABLES = "*/environment/20001/variables"
STATUS = "*/environment/20001"
BenchOf = Callable[..., Bench]


@pytest.fixture
def shared(bench_of: BenchOf) -> Bench:
    """Return a bench whose environment has a foreign variable and a foreign secret."""
    return bench_of(variables=[FOREIGN_VARIABLE, FOREIGN_SECRET])


def gone(name: str, type_: str = VariableType.STRING) -> RemoveVariable:
    return RemoveVariable(VariableKey(None, name), type_)


def fingerprint(value: str) -> str:
    return Secret.of(value).fingerprint


def foreign_ones(bench: Bench) -> list[Any]:
    live = bench.live_variables()
    return [live["FOREIGN"]["value"], live["FOREIGN_SECRET"]["fingerprint"]]


@pytest.fixture(autouse=True)
def foreign_variables_survive(request: pytest.FixtureRequest) -> Any:
    """Assert after each test on the shared bench that nobody else's variable was touched."""
    bench = request.getfixturevalue("shared") if "shared" in request.fixturenames else None
    yield
    if bench is not None and "20001" in bench.simulator.state()["programs"]["10001"]["environments"]:
        assert foreign_ones(bench) == ["theirs", fingerprint("their-secret")]


# How many changes


def test_forty_variables_are_one_patch(shared: Bench) -> None:
    answers = answered(
        shared.variables(*(text(f"MAIL_{number}") for number in range(20)), *(secret(f"PASSWORD_{number}") for number in range(20)))
    )

    assert shared.mutations() == [PATCH]
    assert {answer.origin for answer in answers} == {Origin.CREATED}
    assert shared.live_variables()["PASSWORD_7"]["fingerprint"] == fingerprint(SECRET)


def test_what_is_as_wanted_sends_nothing(shared: Bench) -> None:
    kept = secret("FOREIGN_SECRET", None, on_conflict="keep")

    variable, adopted = answered(shared.variables(text("FOREIGN", "theirs"), kept))

    assert shared.mutations() == []
    assert variable.origin is Origin.ADOPTED
    assert adopted.outputs == {"verified": False}
    assert len(shared.requests(path="/variables")) == 1


def test_changes_and_removals_are_one_patch(shared: Bench) -> None:
    answered(shared.variables(text("CHANGED"), text("REMOVED"), secret("REMOVED_SECRET")))
    shared.forget()

    answered(shared.variables(text("CHANGED", "new", owned=True), gone("REMOVED"), gone("REMOVED_SECRET", VariableType.SECRET_STRING)))

    assert shared.mutations() == [PATCH]
    assert sorted(shared.live_variables()) == ["CHANGED", "FOREIGN", "FOREIGN_SECRET"]


def test_a_change_of_type_is_two_patches_and_takes_the_others_along(bench_of: BenchOf) -> None:
    bench = bench_of(variables=[{"name": "PASSWORD", "type": "string", "value": "plain"}])

    flipped, new = answered(bench.variables(secret("PASSWORD"), secret("OTHER")))

    assert bench.mutations() == [PATCH, PATCH]
    assert flipped.origin is Origin.ADOPTED
    assert "was there already (string) and was taken over" in str(flipped.note)
    assert new.origin is Origin.CREATED
    assert {name: one["type"] for name, one in bench.live_variables().items()} == {"PASSWORD": "secretString", "OTHER": "secretString"}


def test_variables_wait_for_no_network(bench_of: BenchOf) -> None:
    bench = bench_of(kind=None)

    answered(bench.variables(secret("PASSWORD")))

    assert bench.mutations() == [PATCH]


# Answers that are lost, errors, waits


@pytest.mark.parametrize(
    "fault", [{"drop": "before"}, {"drop": "after"}, {"status": 502}, {"status": 502, "drop": "after"}, {"status": 429}]
)
@pytest.mark.parametrize("others", [0, 1])
def test_a_new_secret_is_written_once_though_an_answer_was_lost(shared: Bench, fault: dict[str, Any], others: int) -> None:
    shared.fault(method="PATCH", path=VARIABLES, nth=1, **fault)

    answers = answered(shared.variables(secret("PASSWORD"), *[text("MAIL_A")] * others))

    assert shared.fired() == [1]
    assert shared.mutations() == [PATCH]
    assert answers[0].origin is Origin.CREATED
    assert answers[0].note is None


def test_a_secret_that_was_there_is_not_written_twice_while_its_change_can_be_seen(shared: Bench) -> None:
    answered(shared.variables(secret("PASSWORD")))
    shared.forget()
    shared.fault(method="PATCH", path=VARIABLES, nth=1, drop="after")
    shared.freeze()
    with ThreadPoolExecutor(1) as pool:
        outcomes = pool.submit(shared.variables, secret("PASSWORD", "another battery", owned=True))
        wait_until(lambda: len(shared.requests(path="/variables")) == 2)
        shared.thaw()
        answered(outcomes.result(LONG))

    assert shared.mutations() == [PATCH]
    assert shared.live_variables()["PASSWORD"]["fingerprint"] == fingerprint("another battery")


def test_a_secret_is_told_by_what_was_sent_with_it_when_its_change_was_over_before_it_could_be_seen(shared: Bench) -> None:
    answered(shared.variables(secret("PASSWORD"), text("MAIL_A")))
    shared.forget()
    shared.fault(method="PATCH", path=VARIABLES, nth=1, drop="after")
    shared.fault(method="GET", path=VARIABLES, nth=2, latency=0.1)

    answered(shared.variables(secret("PASSWORD", "another battery", owned=True), text("MAIL_A", "new", owned=True)))

    assert shared.fired() == [1, 1]
    assert shared.mutations() == [PATCH]


def test_a_secret_of_which_nothing_shows_is_written_once_more(shared: Bench) -> None:
    answered(shared.variables(secret("PASSWORD")))
    shared.forget()
    shared.fault(method="PATCH", path=VARIABLES, nth=1, drop="after")
    shared.fault(method="GET", path=VARIABLES, nth=2, latency=0.1)

    answered(shared.variables(secret("PASSWORD", "another battery", owned=True)))

    assert shared.mutations() == [PATCH, PATCH]


def test_an_outage_after_a_lost_answer_leaves_what_is_recorded(shared: Bench) -> None:
    shared.fault(method="PATCH", path=VARIABLES, nth=1, drop="after")
    shared.fault(method="GET", path=VARIABLES, nth=2, times=10_000, status=500)

    outcomes = shared.variables(secret("PASSWORD"), text("MAIL_A"))

    for outcome in outcomes:
        assert isinstance(unready_in(outcome), ServerError)
    shared.simulator.world.faults.clear()
    answered(shared.variables(secret("PASSWORD", owned=True, rewrite=False), text("MAIL_A", owned=True)))
    assert shared.mutations() == [PATCH]


def test_an_error_after_the_first_of_two_patches_leaves_what_is_recorded(bench_of: BenchOf) -> None:
    bench = bench_of(variables=[{"name": "PASSWORD", "type": "string", "value": "plain"}])
    bench.fault(method="PATCH", path=VARIABLES, nth=2, status=403)

    flipped, new = bench.variables(secret("PASSWORD"), text("MAIL_A"))

    assert isinstance(unready_in(flipped), NotPermitted)
    assert isinstance(unready_in(new), NotPermitted)
    answered(bench.variables(secret("PASSWORD", owned=True, rewrite=False), text("MAIL_A", owned=True)))
    assert bench.mutations() == [PATCH, PATCH]
    assert bench.live_variables()["PASSWORD"]["type"] == "secretString"


def test_a_deadline_after_the_patch_leaves_what_is_recorded(shared: Bench) -> None:
    shared.freeze()

    (outcome,) = shared.variables(secret("PASSWORD"), timeout=30)

    assert isinstance(unready_in(outcome), WaitTimedOut)
    shared.thaw()
    answered(shared.variables(secret("PASSWORD", owned=True, rewrite=False)))
    assert shared.mutations() == [PATCH]


def test_an_environment_that_is_busy_refuses_until_it_is_not(shared: Bench) -> None:
    shared.fault(method="PATCH", path=VARIABLES, nth=1, times=2, status=409)

    answered(shared.variables(text("MAIL_A")))

    assert shared.mutations() == [PATCH]
    assert f"{HERE}: busy with another change, waiting" in shared.reports


def test_a_change_that_fails_is_recorded_and_the_next_run_mends_it(shared: Bench) -> None:
    shared.fault(action="fail", method="PATCH", path=VARIABLES)

    variable, hidden = shared.variables(text("MAIL_A"), secret("PASSWORD"))

    assert isinstance(unready_in(variable), WaitFailed)
    assert f"Variable MAIL_A (all services) of {HERE}" in str(unready_in(variable))
    assert isinstance(unready_in(hidden), WaitFailed)
    answered(shared.variables(text("MAIL_A", owned=True), secret("PASSWORD", owned=True, rewrite=False)))
    assert shared.mutations() == [PATCH, PATCH]


def test_an_environment_that_had_failed_before_and_stays_so_is_judged_by_its_variables(shared: Bench) -> None:
    shared.edit(status="failed")
    shared.freeze()
    with ThreadPoolExecutor(1) as pool:
        outcomes = pool.submit(shared.variables, text("MAIL_A"))
        wait_until(lambda: shared.mutations() == [PATCH])
        shared.edit(status="failed")
        answered(outcomes.result(LONG))

    assert shared.mutations() == [PATCH]


def test_an_environment_that_is_gone_needs_nothing_removed(shared: Bench) -> None:
    program = shared.simulator.state()["programs"]["10001"]
    shared.edit_program(environments={id_: one for id_, one in program["environments"].items() if id_ != "20001"})

    removed, refused = shared.variables(gone("MAIL_A"), text("MAIL_B"))

    assert "does not exist any more" in str(answered([removed])[0].note)
    assert "Environment 20001 does not exist in program 10001" in str(error_in(refused))


# Entries that are refused


def test_a_refused_variable_does_not_fail_its_neighbours(shared: Bench) -> None:
    refused, *others = shared.variables(text("AEM_PROXY_HOST"), text("MAIL_A"), secret("PASSWORD"))

    assert isinstance(error_in(refused), BadRequest)
    assert "[0].name" in str(refused)
    answered(others)
    assert shared.mutations() == [PATCH]


def test_a_refused_secret_is_named_by_its_place_and_its_value_by_nobody(shared: Bench) -> None:
    too_long = SECRET * 200

    accepted, refused = shared.variables(text("MAIL_A"), secret("PASSWORD", too_long))

    answered([accepted])
    assert isinstance(error_in(refused), BadRequest)
    assert SECRET not in str(refused)


def test_a_refusal_that_names_nobody_fails_everybody(shared: Bench) -> None:
    shared.fault(method="PATCH", path=VARIABLES, status=400)

    for outcome in shared.variables(text("MAIL_A"), text("MAIL_B")):
        assert isinstance(error_in(outcome), BadRequest)
    assert len(shared.requests("PATCH")) == 1


def test_a_refusal_because_of_what_changed_meanwhile_is_answered_with_the_next_merge(shared: Bench) -> None:
    answered(shared.variables(text("MAIL_A")))
    shared.forget()
    shared.fault(method="PATCH", path=VARIABLES, nth=1, latency=0.3)
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(shared.variables, text("MAIL_A", "new", owned=True))
        wait_until(lambda: shared.fired() == [1])
        others = {"name": "MAIL_A", "type": "secretString", "value": "became-a-secret"}
        shared.edit(variables=[FOREIGN_VARIABLE, FOREIGN_SECRET, others])
        answered(outcome.result(LONG))

    assert shared.mutations() == [PATCH, PATCH]
    assert shared.live_variables()["MAIL_A"]["value"] == "new"


def test_a_conflict_fails_only_those_that_conflict(shared: Bench) -> None:
    occupied, accepted = shared.variables(text("FOREIGN", "ours"), text("MAIL_A"))

    assert isinstance(error_in(occupied), Occupied)
    answered([accepted])


def test_two_stacks_on_one_environment_write_one_after_the_other(shared: Bench) -> None:
    other = shared.another_rollout()

    answered(
        together([(shared.rollout.change_variable, HERE, text("MAIL_A"), PATIENT), (other.change_variable, HERE, text("MAIL_B"), PATIENT)])
    )

    assert shared.mutations() == [PATCH, PATCH]
    assert all(entry["status"] != 409 for entry in shared.simulator.journal())


def test_no_secret_is_in_the_journal_or_in_what_is_reported(shared: Bench) -> None:
    outcomes = shared.variables(secret("PASSWORD"), text("MAIL_A"))

    seen = [str(shared.simulator.journal()), str(shared.simulator.state()), *shared.reports, *map(repr, outcomes)]
    assert all(isinstance(outcome, Answer) for outcome in outcomes)
    assert not any(SECRET in line for line in seen)
