"""The checker finds each kind of violation, and nothing where there is none."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.soak.checker import check
from tests.soak.history import Declared, History, Noun, Operation, Phase, Recorded, Result, Role, Run, Step, Write
from tests.soak.invariants.things import digest

PLACE = "10001/20001"
SECRET = "canary-7f3a9c"
FOREIGN_RULE = {"name": "ldap.foreign.example", "portDest": 636, "portOrig": 30636}
OWN_RULE = {"name": "smtp.example.com", "portDest": 465, "portOrig": 30465}
FOREIGN_VARIABLE = {"name": "FOREIGN", "type": "string", "service": None, "value": "theirs"}
OWN_SECRET = {"name": "EMAIL_PASSWORD", "type": "secretString", "service": None, "fingerprint": digest(SECRET)}

HERE = {"program_id": "10001", "environment_id": "20001"}
RULE = Declared("PortForward", {**HERE, "name": "smtp.example.com", "port_dest": 465, "port_orig": 30465})
PASSWORD = Declared("SecretEnvVar", {**HERE, "name": "EMAIL_PASSWORD", "value": SECRET}, SECRET)
PROGRAM = {"rule": RULE, "password": PASSWORD}


def world(
    rules: Sequence[Mapping[str, Any]] | None, variables: Sequence[Mapping[str, Any]], hosts: Sequence[str] = ("intra.example",)
) -> dict[str, Any]:
    networking = None if rules is None else {"nonProxyHosts": list(hosts), "portForwards": list(rules)}
    environment = {"status": "ready", "advancedNetworking": networking, "variables": list(variables)}
    infrastructure = {"id": "30001", "kind": "dedicatedEgressIp", "region": "va7", "status": "ready"}
    return copy.deepcopy({"programs": {"10001": {"infrastructures": [infrastructure], "environments": {"20001": environment}}}})


SEED = world([FOREIGN_RULE], [FOREIGN_VARIABLE])
LIVE = world([FOREIGN_RULE, OWN_RULE], [FOREIGN_VARIABLE, OWN_SECRET])


def recorded(name: str, declared: Declared, **more: Any) -> Recorded:
    inputs = {**declared.properties, "fingerprint": "fp2:1"} if declared.secret else declared.properties
    return Recorded(name, declared.kind, name, inputs, {**inputs, "origin": "created"}, **more)


STATE = tuple(recorded(name, declared) for name, declared in PROGRAM.items())


def created(name: str) -> Operation:
    return Operation(name, PROGRAM[name].kind, Step.CREATE, Result.DONE)


CREATED = (created("rule"), created("password"))
PUT = Write(Noun.NETWORKING, PLACE)
PATCH = Write(Noun.VARIABLES, PLACE, touched=frozenset({(None, "EMAIL_PASSWORD")}))
IDLE_PATCH = replace(PATCH, effect=False, idle=PATCH.touched)

UP = Phase(Role.DISTURBED, [Run("one", "up", PROGRAM, (), STATE, CREATED)], (PUT, PATCH), LIVE)
SAME = tuple(Operation(name, one.kind, Step.SAME, Result.DONE) for name, one in PROGRAM.items())
AGAIN = Phase(Role.AGAIN, [Run("one", "up", PROGRAM, STATE, STATE, SAME)], (), LIVE)
GONE = tuple(Operation(name, one.kind, Step.DELETE, Result.DONE) for name, one in PROGRAM.items())
DESTROY = Phase(Role.DESTROY, [Run("one", "destroy", {}, STATE, (), GONE)], (PUT, PATCH), SEED)


def history(*phases: Phase, **more: Any) -> History:
    return History(SEED, phases, **more)


def broken(*phases: Phase, **more: Any) -> set[int]:
    return {violation.invariant for violation in check(history(*phases, **more))}


def run_of(phase: Phase, **changes: Any) -> Phase:
    return replace(phase, runs=[replace(phase.runs[0], **changes)])


def test_a_history_without_fault_violates_nothing() -> None:
    assert check(history(UP, AGAIN, DESTROY, secrets=[SECRET], texts={"the log": "nothing to see"})) == []


def test_a_schedule_that_ends_well_after_an_error_violates_nothing() -> None:
    failed = Operation("rule", "PortForward", Step.CREATE, Result.FAILED, "PortForward 30465 of program 10001, environment 20001: busy")
    first = replace(run_of(UP, after=(), operations=(failed,)), live=SEED, writes=())

    assert check(history(first, replace(UP, role=Role.RECOVERY), AGAIN, DESTROY)) == []


@pytest.mark.parametrize(
    "live",
    [
        world([OWN_RULE], [FOREIGN_VARIABLE, OWN_SECRET]),
        world([{**FOREIGN_RULE, "name": "LDAP.foreign.example"}, OWN_RULE], [FOREIGN_VARIABLE, OWN_SECRET]),
        world([FOREIGN_RULE, OWN_RULE, {**OWN_RULE, "portOrig": 30999}], [FOREIGN_VARIABLE, OWN_SECRET]),
        world(None, [FOREIGN_VARIABLE, OWN_SECRET]),
        world([FOREIGN_RULE, OWN_RULE], [OWN_SECRET]),
        world([FOREIGN_RULE, OWN_RULE], [{**FOREIGN_VARIABLE, "value": "ours"}, OWN_SECRET]),
        world([FOREIGN_RULE, OWN_RULE], [FOREIGN_VARIABLE, OWN_SECRET], hosts=()),
        world([FOREIGN_RULE, OWN_RULE], [FOREIGN_VARIABLE, OWN_SECRET], hosts=("intra.example", "new.example")),
    ],
    ids=["rule lost", "rule rewritten", "rule invented", "switched off", "variable lost", "variable changed", "host lost", "host invented"],
)
def test_what_is_foreign_and_changes_violates_the_first(live: dict[str, Any]) -> None:
    assert 1 in broken(replace(UP, live=live))


def test_an_infrastructure_of_others_that_goes_violates_the_first() -> None:
    live = copy.deepcopy(LIVE)
    live["programs"]["10001"]["infrastructures"] = []

    assert 1 in broken(replace(UP, live=live))


def test_what_a_second_writer_added_and_is_lost_violates_the_first() -> None:
    theirs = {**FOREIGN_RULE, "portOrig": 30700}
    document = {"nonProxyHosts": ["intra.example"], "portForwards": [FOREIGN_RULE, theirs]}
    write = Write(Noun.NETWORKING, PLACE, others=True, document=document)

    assert 1 in broken(replace(UP, writes=(write, PUT)))
    assert broken(replace(UP, writes=(write, PUT), live=world([FOREIGN_RULE, theirs, OWN_RULE], [FOREIGN_VARIABLE, OWN_SECRET]))) == set()


def test_a_success_that_is_not_live_violates_the_second() -> None:
    assert 2 in broken(replace(UP, live=world([FOREIGN_RULE], [FOREIGN_VARIABLE, OWN_SECRET])))
    assert 2 in broken(replace(UP, live=world([FOREIGN_RULE, OWN_RULE], [FOREIGN_VARIABLE])))
    assert 2 in broken(
        replace(UP, live=world([FOREIGN_RULE, OWN_RULE], [FOREIGN_VARIABLE, {**OWN_SECRET, "fingerprint": digest("other")}]))
    )


def test_a_success_that_is_not_recorded_violates_the_second() -> None:
    assert 2 in broken(run_of(UP, after=STATE[:1]))
    assert 2 in broken(run_of(UP, after=(STATE[0], recorded("password", PASSWORD, init_errors=("not yet",)))))


def test_an_engine_that_was_cut_off_between_answer_and_record_has_the_record_of_before() -> None:
    unready = replace(STATE[1], init_errors=("not yet",))
    killed = run_of(UP, after=STATE[:1], completed=False)
    recovery = replace(UP, role=Role.RECOVERY, writes=(IDLE_PATCH,))

    assert broken(killed, run_of(recovery, before=STATE[:1]), AGAIN, DESTROY) == set()
    assert broken(run_of(UP, before=(unready,), after=(STATE[0], unready), completed=False)) == set()


def test_what_an_engine_that_was_cut_off_recorded_otherwise_than_it_was_answered_violates_the_second() -> None:
    unready = replace(STATE[1], init_errors=("not yet",))

    assert 2 in broken(run_of(UP, after=(STATE[0], unready), completed=False))
    assert 2 in broken(run_of(UP, before=STATE, after=STATE[:1], completed=False))
    assert 2 in broken(run_of(UP, before=STATE, after=(STATE[0], replace(STATE[1], pending_delete=True)), completed=False))


def test_what_a_killed_engine_left_unrecorded_and_the_next_up_does_not_make_whole_violates_the_second() -> None:
    killed = run_of(UP, after=STATE[:1], completed=False)

    assert 2 in broken(killed, run_of(replace(UP, role=Role.RECOVERY), before=STATE[:1], after=STATE[:1], operations=()))


def test_what_was_accepted_and_is_not_recorded_violates_the_second() -> None:
    unready = Operation("rule", "PortForward", Step.CREATE, Result.UNREADY, "environment 20001 did not finish")

    assert 2 in broken(run_of(UP, operations=(unready,), after=()))


def test_a_rule_that_is_not_declared_any_more_and_stays_violates_the_second() -> None:
    later = run_of(AGAIN, program={"password": PASSWORD}, after=STATE[1:])

    assert 2 in broken(UP, replace(later, role=Role.RECOVERY))


def test_a_destroy_that_leaves_a_rule_or_a_record_violates_the_second() -> None:
    assert 2 in broken(UP, replace(DESTROY, live=world([FOREIGN_RULE, OWN_RULE], [FOREIGN_VARIABLE])))
    assert 2 in broken(UP, run_of(DESTROY, after=STATE[:1]))


def test_a_recovery_that_fails_or_does_not_end_violates_the_third() -> None:
    failed = Operation("rule", "PortForward", Step.UPDATE, Result.FAILED, "environment 20001 is busy")

    assert 3 in broken(run_of(replace(UP, role=Role.RECOVERY), operations=(failed,)))
    assert 3 in broken(run_of(replace(UP, role=Role.RECOVERY), completed=False))


def test_an_error_where_the_fault_is_to_be_borne_violates_the_third() -> None:
    failed = Operation("rule", "PortForward", Step.CREATE, Result.FAILED, "environment 20001 is busy")
    disturbed = run_of(UP, operations=(failed,), after=STATE[1:])

    assert 3 not in broken(disturbed)
    assert 3 in broken(replace(disturbed, tolerated=True))


def test_an_up_that_changes_something_once_more_violates_the_third() -> None:
    assert 3 in broken(UP, replace(AGAIN, writes=(PUT,)))
    assert 3 in broken(UP, run_of(AGAIN, operations=(Operation("rule", "PortForward", Step.UPDATE, Result.DONE),)))


def test_a_write_without_effect_violates_the_fourth() -> None:
    assert 4 in broken(replace(UP, writes=(PUT, replace(PUT, effect=False), PATCH)))
    plain = Write(Noun.VARIABLES, PLACE, effect=False, touched=frozenset({(None, "OTHER")}), idle=frozenset({(None, "OTHER")}))
    assert 4 in broken(replace(UP, writes=(PUT, PATCH, plain)))


def test_a_secret_is_written_twice_only_where_nothing_confirms_the_first_write() -> None:
    killed = replace(run_of(UP, after=(), operations=(), completed=False), writes=(PUT, PATCH))
    recovery = replace(UP, role=Role.RECOVERY, writes=(IDLE_PATCH,))

    assert broken(killed, recovery, AGAIN) == set()
    assert 4 in broken(UP, run_of(recovery, before=STATE))
    assert 4 in broken(killed, replace(recovery, writes=(IDLE_PATCH, IDLE_PATCH)))


def test_a_secret_whose_write_was_seen_is_not_written_twice() -> None:
    assert 4 in broken(replace(UP, writes=(PUT, PATCH, IDLE_PATCH)))
    assert broken(replace(UP, writes=(PUT, replace(PATCH, seen=False), IDLE_PATCH))) == set()


def test_a_secret_in_the_clear_violates_the_fifth() -> None:
    said = Operation("rule", "PortForward", Step.CREATE, Result.FAILED, f"environment 20001 refused {SECRET}")
    record = replace(STATE[1], outputs={**STATE[1].outputs, "note": SECRET})

    assert 5 in broken(UP, secrets=[SECRET], texts={"the log": f"sent {SECRET}"})
    assert 5 in broken(run_of(UP, operations=(said,), after=STATE[1:]), secrets=[SECRET])
    assert 5 in broken(run_of(UP, after=(STATE[0], record)), secrets=[SECRET])


@pytest.mark.parametrize(
    "operation",
    [
        Operation("rule", "PortForward", Step.CREATE, Result.FAILED, "KeyError: 'portOrig' of 20001", expected=False),
        Operation("rule", "PortForward", Step.CREATE, Result.FAILED, ""),
        Operation("rule", "PortForward", Step.CREATE, Result.FAILED, "something went wrong"),
    ],
    ids=["a bug", "nothing said", "nothing named"],
)
def test_a_failure_that_nobody_can_act_on_violates_the_sixth(operation: Operation) -> None:
    assert 6 in broken(run_of(UP, operations=(operation,), after=()))
