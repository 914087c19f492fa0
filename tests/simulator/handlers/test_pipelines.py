from pathlib import Path
from typing import Any

import pytest

from aem_mail.simulator.api.problems import Problem
from aem_mail.simulator.state.storage import Storage
from tests.simulator.direct import ENVIRONMENT, MINUTE, PROGRAM, VARIABLES, Direct, invalid, reason

PIPELINE = f"{PROGRAM}/pipeline/40001"
EXECUTION = f"{PIPELINE}/execution"
VARIABLE = [{"name": "EMAIL_USERNAME", "value": "apikey"}]


def direct_with(**pipeline: Any) -> Direct:
    pipelines = [{"id": "40001", "name": "Deploy to dev", "environmentId": "20001", **pipeline}]
    return Direct({"programs": {"10001": {"region": "va7", "environments": {"20001": {"type": "dev"}}, "pipelines": pipelines}}})


@pytest.fixture
def direct() -> Direct:
    return direct_with()


def start(direct: Direct) -> dict[str, Any]:
    answer = direct.ask("PUT", EXECUTION)
    assert answer.status == 201, answer
    assert answer.headers["Location"] == answer.document["_links"]["self"]["href"]
    document: dict[str, Any] = answer.document
    return document


def steps(direct: Direct, execution: str = "1") -> list[str]:
    return [f"{each['action']} {each['status']}" for each in direct.get(f"{EXECUTION}/{execution}")["_embedded"]["stepStates"]]


def test_a_pipeline_is_listed_and_read_idle(direct: Direct) -> None:
    (listed,) = direct.listed(f"{PROGRAM}/pipelines")

    assert listed == direct.get(PIPELINE)
    assert (listed["id"], listed["name"], listed["status"]) == ("40001", "Deploy to dev", "IDLE")
    assert listed["phases"][-1]["environmentType"] == "dev"
    assert direct.ask("GET", EXECUTION).status == 404


def test_a_started_pipeline_goes_through_its_steps_and_ends(direct: Direct) -> None:
    started = start(direct)
    assert (started["status"], direct.status(PIPELINE)) == ("RUNNING", "BUSY")
    assert direct.get(EXECUTION) == direct.get(f"{EXECUTION}/1") == started

    direct.wait(12 * MINUTE)
    running, not_yet = ["validate FINISHED", "build FINISHED", "codeQuality RUNNING"], ["buildImage NOT_STARTED", "deploy NOT_STARTED"]
    assert steps(direct) == running + not_yet

    direct.wait(33 * MINUTE)
    assert {step.split()[1] for step in steps(direct)} == {"FINISHED"}
    assert (direct.get(f"{EXECUTION}/1")["status"], direct.status(PIPELINE)) == ("FINISHED", "IDLE")
    assert direct.ask("GET", EXECUTION).status == 404
    assert start(direct)["id"] == "2"


def test_a_busy_pipeline_is_not_started_again(direct: Direct) -> None:
    start(direct)

    answer = direct.ask("PUT", EXECUTION)

    assert (answer.status, answer.document["title"]) == (412, "Pipeline is busy")
    assert "execution 1" in reason(answer)


def test_an_environment_changes_nothing_else_while_it_is_deployed_to(direct: Direct) -> None:
    start(direct)
    direct.wait(24 * MINUTE)
    assert direct.ask("PATCH", VARIABLES, VARIABLE).status == 204
    direct.wait(6 * MINUTE)

    assert direct.status(ENVIRONMENT) == "updating"
    assert direct.ask("PATCH", VARIABLES, VARIABLE).status == 409
    direct.wait(15 * MINUTE)
    assert direct.status(ENVIRONMENT) == "ready"
    assert direct.ask("PATCH", VARIABLES, VARIABLE).status == 204


@pytest.mark.parametrize("step", ["validate", "build", "codeQuality", "buildImage", "deploy"])
def test_a_failing_step_ends_the_execution_and_starts_no_other(step: str) -> None:
    direct = direct_with(failingStep=step)
    start(direct)
    direct.wait(45 * MINUTE)

    states = steps(direct)
    at = states.index(f"{step} FAILED")
    assert all(state.endswith(" FINISHED") for state in states[:at])
    assert all(state.endswith(" NOT_STARTED") for state in states[at + 1 :])
    assert direct.get(f"{EXECUTION}/1")["status"] == "FAILED"
    assert direct.status(ENVIRONMENT) == "ready"


def test_a_fault_makes_one_execution_fail(direct: Direct) -> None:
    direct.arm(action="fail", path=EXECUTION)
    start(direct)
    direct.wait(45 * MINUTE)
    start(direct)
    direct.wait(45 * MINUTE)

    assert "build FAILED" in steps(direct, "1")
    assert direct.get(f"{EXECUTION}/2")["status"] == "FINISHED"


def test_each_step_can_be_read_by_its_link(direct: Direct) -> None:
    for state in start(direct)["_embedded"]["stepStates"]:
        assert direct.get(state["_links"]["self"]["href"]) == state
    assert direct.ask("GET", f"{EXECUTION}/1/phase/1/step/5").status == 404


def test_starting_needs_a_deployment_manager(direct: Direct) -> None:
    state = direct.world.to_json()
    direct.world.replace({**state, "profiles": ["Developer"]})

    assert direct.ask("PUT", EXECUTION).status == 403
    assert direct.ask("GET", PIPELINE).status == 200


def test_what_is_not_simulated_of_a_start_is_refused_by_name(direct: Direct) -> None:
    assert invalid(direct.ask("PUT", EXECUTION, query={"pipelineExecutionMode": "FAST"})).keys() == {"pipelineExecutionMode"}
    assert invalid(direct.ask("PUT", EXECUTION, query={"stepId": "2"})).keys() == {"stepId"}
    assert invalid(direct.ask("PUT", EXECUTION, {"branch": "x"})).keys() == {"branch"}
    assert direct.status(PIPELINE) == "IDLE"


@pytest.mark.parametrize("path", [f"{PROGRAM}/pipeline/7", f"{PROGRAM}/pipeline/7/execution", f"{EXECUTION}/7"])
def test_what_is_not_there_is_not_found(path: str, direct: Direct) -> None:
    assert direct.ask("GET", path).status == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"environmentId": "7"}, "environmentId"), ({"failingStep": "lunch"}, "failingStep"), ({"id": "x"}, "id"), ({"more": 1}, "more")],
)
def test_a_pipeline_that_cannot_be_is_refused_by_name(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Problem, match=field):
        direct_with(**wrong)


def test_an_execution_goes_on_after_a_restart(direct: Direct, tmp_path: Path) -> None:
    start(direct)
    direct.wait(30 * MINUTE)
    storage = Storage(tmp_path / "state.json")
    storage.save(direct.world.state, direct.world.clock, direct.world.wall())

    after = direct_with()
    stored = storage.load(direct.world.wall(), 0)
    assert stored is not None
    after.world.restore(*stored)

    assert steps(after) == steps(direct)
    assert after.status(ENVIRONMENT) == "updating"
    after.wait(15 * MINUTE)
    assert after.get(f"{EXECUTION}/1")["status"] == "FINISHED"
