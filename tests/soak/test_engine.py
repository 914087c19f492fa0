"""The engine's stand-in does with the providers what the real engine does."""

import pytest

from aem_mail.simulator.control.faults import fault_from_json
from aem_mail.simulator.server import Running
from tests.soak.conftest import Runs
from tests.soak.history import Declared, Operation, Program, Result, Step

pytestmark = pytest.mark.flow

HERE = {"program_id": "10001", "environment_id": "20001"}
INFRASTRUCTURE = Declared("NetworkInfrastructure", {"program_id": "10001", "kind": "flexiblePortEgress", "region": "va7"})
PROGRAM: Program = {
    "infra": INFRASTRUCTURE,
    "net": Declared("AdvancedNetworking", HERE),
    "rule": Declared("PortForward", {**HERE, "name": "smtp.example.com", "port_dest": 465, "port_orig": 30465}),
    "text": Declared("EnvVar", {**HERE, "name": "MAIL_FROM", "value": "noreply@wknd.site"}),
}


def steps(operations: list[Operation]) -> dict[str, tuple[Step, Result]]:
    return {one.name: (one.step, one.result) for one in operations}


def test_a_program_is_created_left_alone_and_destroyed(simulator: Running, runs: Runs) -> None:
    created = runs("up", PROGRAM)
    assert created.completed
    assert steps(created.operations) == dict.fromkeys(PROGRAM, (Step.CREATE, Result.DONE))

    assert steps(runs("up", PROGRAM, created.state).operations) == dict.fromkeys(PROGRAM, (Step.SAME, Result.DONE))

    destroyed = runs("destroy", None, created.state)
    assert destroyed.state == ()
    assert simulator.state()["programs"]["10001"]["infrastructures"] == []


def test_a_rule_that_moves_to_another_port_is_created_before_the_old_one_goes(simulator: Running, runs: Runs) -> None:
    created = runs("up", PROGRAM)
    moved = {**PROGRAM, "rule": Declared("PortForward", {**PROGRAM["rule"].properties, "port_orig": 30466})}

    replaced = runs("up", moved, created.state)

    assert [(one.step, one.result) for one in replaced.operations if one.name == "rule"] == [
        (Step.CREATE, Result.DONE),
        (Step.DELETE, Result.DONE),
    ]
    networking = simulator.state()["programs"]["10001"]["environments"]["20001"]["advancedNetworking"]
    assert [rule["portOrig"] for rule in networking["portForwards"]] == [30466]


def test_resources_that_exchange_their_places_do_so_whichever_is_heard_of_first(simulator: Running, runs: Runs) -> None:
    def program(ports: list[int]) -> Program:
        rules = {
            f"rule-{number}": Declared("PortForward", {**HERE, "name": f"smtp-{number}.example.com", "port_dest": 465, "port_orig": port})
            for number, port in enumerate(ports)
        }
        return {"infra": INFRASTRUCTURE, "net": PROGRAM["net"], **rules}

    ports = [30465, 30466, 30467, 30468, 30469, 30470]
    created = runs("up", program(ports))

    exchanged = runs("up", program(ports[::-1]), created.state)

    assert {one.result for one in exchanged.operations} == {Result.DONE}
    networking = simulator.state()["programs"]["10001"]["environments"]["20001"]["advancedNetworking"]
    assert {rule["portOrig"]: rule["name"] for rule in networking["portForwards"]} == {
        port: f"smtp-{number}.example.com" for number, port in enumerate(ports[::-1])
    }


def test_after_an_error_nothing_new_is_started(runs: Runs) -> None:
    failing = {**PROGRAM, "infra": Declared("NetworkInfrastructure", {**INFRASTRUCTURE.properties, "region": "nowhere1"})}

    stopped = runs("up", failing)

    assert stopped.completed
    assert steps(stopped.operations)["infra"] == (Step.CREATE, Result.FAILED)
    assert not {"net", "rule"} & {one.name for one in stopped.operations}


@pytest.mark.parametrize("allow_replace", [False, True])
def test_an_infrastructure_that_failed_is_fixed_by_the_next_up(simulator: Running, runs: Runs, allow_replace: bool) -> None:
    program = {"infra": Declared("NetworkInfrastructure", {**INFRASTRUCTURE.properties, "allow_replace": allow_replace})}
    simulator.world.faults.arm(fault_from_json({"action": "fail", "method": "POST", "path": "*/networkInfrastructures"}))
    failed = runs("up", program)
    assert steps(failed.operations) == {"infra": (Step.CREATE, Result.UNREADY)}

    runs("up", program, failed.state)

    assert [one["status"] for one in simulator.state()["programs"]["10001"]["infrastructures"]] == ["ready"]
