"""A network infrastructure is created once or adopted, and what goes wrong later is recorded."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aem_mail.errors import AemMailError, InvalidInput, Occupied, Refused, ServerError, WaitFailed, WaitTimedOut
from aem_mail.kinds.requests import Origin
from aem_mail.rollout.wanted_infrastructure import WantedInfrastructure

from .harness import LONG, PATIENT, PROGRAM, Bench, infrastructure, wait_until
from .infrastructures import COLLECTION, DELETE, FLEXIBLE, ONE, POST, create, update, vpn


@pytest.mark.parametrize("wanted", [infrastructure(), infrastructure("dedicatedEgressIp"), vpn()], ids=lambda wanted: wanted.kind)
def test_one_is_created_and_waited_for(program: Bench, wanted: WantedInfrastructure) -> None:
    answer = create(program, wanted)

    assert (answer.origin, answer.note, answer.unready) == (Origin.CREATED, None, None)
    assert answer.outputs == {"infrastructure_id": "30001", "is_primary_region": True, "status": "ready"}
    assert program.mutations() == [POST]


def test_the_same_kind_in_the_region_is_adopted_and_that_is_said(program: Bench) -> None:
    program.edit_program(infrastructures=[FLEXIBLE])

    answer = create(program)

    assert answer.origin is Origin.ADOPTED
    assert "was there already" in str(answer.note)
    assert program.mutations() == []


def test_one_that_is_being_created_is_adopted_and_waited_for(program: Bench) -> None:
    program.api.network_infrastructures.create(PROGRAM, FLEXIBLE)

    answer = create(program)

    assert (answer.origin, answer.outputs["status"], answer.unready) == (Origin.ADOPTED, "ready", None)
    assert program.mutations() == [POST]


def test_a_lost_race_is_adopted(program: Bench) -> None:
    program.fault(method="POST", path=COLLECTION, nth=1, latency=0.3)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(create, program)
        wait_until(lambda: program.fired() == [1])
        program.edit_program(infrastructures=[FLEXIBLE])
        assert answer.result(LONG).origin is Origin.ADOPTED

    assert program.mutations() == []


@pytest.mark.parametrize(
    "fault", [{"drop": "before"}, {"drop": "after"}, {"status": 503}, {"status": 503, "drop": "after"}, {"status": 429}]
)
def test_none_is_created_twice_after_a_lost_answer(program: Bench, fault: dict[str, Any]) -> None:
    program.fault(method="POST", path=COLLECTION, nth=1, **fault)

    assert create(program).origin is Origin.CREATED

    assert program.fired() == [1]
    assert program.mutations() == [POST]


def test_one_whose_answer_was_lost_and_that_failed_is_recorded_all_the_same(program: Bench) -> None:
    program.fault(method="POST", path=COLLECTION, nth=1, drop="after")
    program.fault(action="fail", method="POST")
    program.fault(method="GET", path=COLLECTION, nth=2, latency=0.15)

    answer = create(program)

    assert isinstance(answer.unready, WaitFailed)
    assert (answer.origin, answer.outputs["status"]) == (Origin.CREATED, "failed")


def test_two_stacks_create_one(program: Bench) -> None:
    other = program.another_rollout()
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(run.infrastructures.create, infrastructure(), PATIENT) for run in (program.rollout, other)]
        origins = sorted(future.result(LONG).origin for future in futures)

    assert origins == [Origin.ADOPTED, Origin.CREATED]
    assert program.mutations() == [POST]


def test_one_that_is_being_deleted_is_waited_for_and_then_created_anew(program: Bench) -> None:
    create(program)
    program.api.network_infrastructures.delete(PROGRAM, "30001")

    answer = create(program)

    assert (answer.origin, answer.outputs["infrastructure_id"]) == (Origin.CREATED, "30002")
    assert all(entry["status"] != 409 for entry in program.simulator.journal()), "it was waited for, not tried again and again"


def test_a_second_kind_is_an_error_that_names_both_and_the_steps(program: Bench) -> None:
    program.edit_program(infrastructures=[{**FLEXIBLE, "kind": "dedicatedEgressIp"}])

    with pytest.raises(
        Occupied, match=r"flexiblePortEgress in va7 of program 10001.*\(dedicatedEgressIp in va7, ready\).*1\. disable.*4\."
    ):
        create(program)

    assert program.mutations() == []


def test_a_sandbox_and_a_wrong_region_are_refused_together_before_anything_is_sent(program: Bench) -> None:
    with pytest.raises(InvalidInput, match=r"sandbox program.*region: atlantis1 cannot be used"):
        create(program, WantedInfrastructure("10002", "flexiblePortEgress", "atlantis1"))

    assert program.mutations() == []


def test_a_program_without_production_is_refused(program: Bench) -> None:
    environments = program.simulator.state()["programs"][PROGRAM]["environments"]
    program.edit_program(environments={"20001": environments["20001"]})

    with pytest.raises(InvalidInput, match="no production environment yet"):
        create(program)


def test_a_failed_one_that_is_there_is_an_error_that_names_it(program: Bench) -> None:
    program.edit_program(infrastructures=[{**FLEXIBLE, "status": "failed"}])

    with pytest.raises(Refused, match=r"\(flexiblePortEgress in va7, failed\) cannot be used: SIMULATED_FAILURE"):
        create(program)


@pytest.mark.parametrize(
    ("fault", "timeout", "error", "status"),
    [
        ({"action": "fail", "method": "POST"}, PATIENT, WaitFailed, "failed"),
        ({"method": "GET", "path": ONE, "status": 500}, PATIENT, ServerError, "creating"),
        ({}, 60, WaitTimedOut, "creating"),
    ],
)
def test_what_goes_wrong_after_it_was_created_leaves_what_is_recorded(
    program: Bench, fault: dict[str, Any], timeout: float, error: type[AemMailError], status: str
) -> None:
    if fault:
        program.fault(**fault)
    if status == "creating":
        program.freeze()

    answer = create(program, timeout=timeout)

    assert isinstance(answer.unready, error)
    assert (answer.origin, answer.outputs["status"]) == (Origin.CREATED, status)
    program.simulator.world.faults.clear()
    program.thaw()
    assert update(program, infrastructure()).unready is None
    assert program.mutations() == ([POST, DELETE, POST] if status == "failed" else [POST])
