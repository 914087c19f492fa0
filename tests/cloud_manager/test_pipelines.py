from typing import Any

import pytest

from aem_mail.cloud_manager.answer_fields import Mismatch
from aem_mail.cloud_manager.client import CloudManager
from aem_mail.cloud_manager.pipelines import Execution, Pipeline, StepState, execution_of, pipeline_of
from aem_mail.errors import Busy, NotFound, NotPermitted

from .scripted_server import ScriptedServer, answer
from .simulation import PROGRAM, pass_time, simulated

SEED = {
    "programs": {
        PROGRAM: {
            "region": "va7",
            "environments": {"20001": {"type": "dev"}},
            "pipelines": [{"id": "40001", "name": "Deploy to dev", "environmentId": "20001"}],
        }
    }
}
DEPLOY = Pipeline("40001", PROGRAM, "Deploy to dev", "IDLE", frozenset({"20001"}))
LOGS = "http://ns.adobe.com/adobecloud/rel/pipeline/logs"


def test_pipelines_are_listed_started_and_followed() -> None:
    with simulated(seed=SEED) as (api, simulator):
        assert api.pipelines.list(PROGRAM) == [DEPLOY]
        started = api.pipelines.start(DEPLOY)
        assert (started.status, started.is_over) == ("RUNNING", False)
        assert api.pipelines.current_execution(DEPLOY) == api.pipelines.execution(DEPLOY, started.id) == started
        assert api.pipelines.list(PROGRAM)[0].is_idle is False

        pass_time(simulator, 45 * 60)
        ended = api.pipelines.execution(DEPLOY, started.id)

        assert (ended.status, ended.is_over) == ("FINISHED", True)
        assert [step.action for step in ended.steps] == ["validate", "build", "codeQuality", "buildImage", "deploy"]
        assert str(ended.steps[-1]) == "deploy (dev 20001)"
        assert simulator.mutations() == [("PUT", "/api/program/10001/pipeline/40001/execution")]


def test_a_running_pipeline_is_busy_and_a_missing_one_not_found() -> None:
    with simulated(seed=SEED) as (api, _):
        api.pipelines.start(DEPLOY)

        with pytest.raises(
            Busy, match=r"Could not start program 10001, pipeline 40001 \(Deploy to dev\): Pipeline is busy .*request id"
        ) as busy:
            api.pipelines.start(DEPLOY)
        assert busy.value.status == 412
        with pytest.raises(NotFound):
            api.pipelines.start(Pipeline("7", PROGRAM, "gone", "IDLE"))
        with pytest.raises(NotFound):
            api.pipelines.current_execution(Pipeline("7", PROGRAM, "gone", "IDLE"))


def test_a_credential_that_may_not_start_names_the_profile() -> None:
    with simulated(seed={**SEED, "profiles": ["Developer"]}) as (api, _), pytest.raises(NotPermitted, match="Deployment Manager"):
        api.pipelines.start(DEPLOY)


def test_a_start_without_an_answer_is_not_repeated(api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(500, {"title": "Oops"}))

    with pytest.raises(Exception, match="Whether it was applied anyway is not known") as error:
        api.pipelines.start(DEPLOY)

    assert getattr(error.value, "outcome_unknown", False)


def test_links_states_and_commits_are_read_where_they_are() -> None:
    step = {
        "action": "build",
        "status": "FAILED",
        "commitId": "abc",
        "environmentType": None,
        "_links": {LOGS: {"href": "/api/logs"}},
        "more": 1,
    }
    document = {"id": "1", "status": "ERROR", "_embedded": {"stepStates": [step]}, "_links": {"self": {"href": "/api/x"}}}

    execution = execution_of(document)

    assert execution == Execution("1", "ERROR", (StepState("build", "FAILED", None, None, "abc", "/api/logs"),), "/api/x")
    assert execution.is_over
    assert execution.steps[0].is_failed


@pytest.mark.parametrize("document", [{}, {"id": "1"}, {"id": "1", "status": 1}, {"id": "1", "status": "RUNNING", "_embedded": []}])
def test_an_execution_of_another_form_is_a_mismatch(document: dict[str, Any]) -> None:
    with pytest.raises(Mismatch):
        execution_of(document)


@pytest.mark.parametrize(
    ("status", "targets", "deploys"),
    [("BUSY", ["20001"], True), ("BUSY", [], False), ("BUSY", ["20002"], False), ("WAITING", ["20001"], False), ("IDLE", ["20001"], False)],
)
def test_a_pipeline_deploys_where_it_says_so_while_it_waits_for_nobody(status: str, targets: list[str], deploys: bool) -> None:
    phases = [{"environmentId": target} for target in targets]

    assert pipeline_of("1", {"id": "2", "name": "n", "status": status, "phases": phases}).is_deploying_to("20001") is deploys


def test_a_pipeline_that_tells_no_status_may_be_idle() -> None:
    assert pipeline_of("1", {"id": "2", "name": "n"}).is_idle
    assert not pipeline_of("1", {"id": "2", "name": "n", "status": "WAITING"}).is_idle
