"""A pipeline is started once, waited for where it runs, followed to its end, and told by its step where it fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.cloud_manager.pipelines import Execution, Pipeline, StepState
from aem_mail.cloud_manager.waiting import WaitState
from aem_mail.errors import Busy, InvalidInput, WaitFailed, WaitTimedOut
from aem_mail.model import Connection
from aem_mail.publishing.deployment import ATTEMPTS, Deployment, chosen, deploys, progress, verdict
from aem_mail.publishing.deployment_request import DeploymentRequest
from aem_mail.simulator.control.faults import fault_from_json
from aem_mail.simulator.server import Running, running_simulator
from aem_mail.simulator.state.executions import current_execution

COMMIT = "1234567890abcdef1234567890abcdef12345678"
EXECUTION = "/api/program/10001/pipeline/40001/execution"


class SimulatedClock:
    """The client's time is the simulator's, so that waiting costs nothing; ``after`` is called after each pause."""

    def __init__(self, simulator: Running) -> None:
        self._world = simulator.world
        self.after: Callable[[], None] = lambda: None

    def now(self) -> float:
        return float(self._world.now)

    def sleep(self, seconds: float) -> None:
        self._world.advance(seconds)
        self.after()


class Bench:
    """A simulator with one pipeline, and what a deployment says."""

    def __init__(self, simulator: Running, api: CloudManager, clock: SimulatedClock) -> None:
        self.simulator, self.api, self.clock = simulator, api, clock
        self.said: list[str] = []

    def deploy(self, **arguments: Any) -> Execution:
        request = DeploymentRequest(**{"program_id": "10001", "pipeline": "Deploy to dev", "commit": COMMIT, **arguments})
        return Deployment(self.api, request, self.said.append, self.clock).run()

    def starts(self) -> int:
        return self.simulator.mutations().count(("PUT", EXECUTION))

    def start(self) -> None:
        self.api.pipelines.start(Pipeline("40001", "10001", "Deploy to dev", "IDLE"))


@contextmanager
def bench_with(**pipeline: Any) -> Iterator[Bench]:
    pipelines = [{"id": "40001", "name": "Deploy to dev", "environmentId": "20001", **pipeline}]
    seed = {"programs": {"10001": {"region": "va7", "environments": {"20001": {"type": "dev"}}, "pipelines": pipelines}}}
    with running_simulator(time_scale=0, seed=seed) as simulator:
        connection = Connection(simulator.url, simulator.url, simulator.org_id, simulator.client_id, simulator.client_secret)
        clock = SimulatedClock(simulator)
        with CloudManager(connection, clock=clock) as api:
            yield Bench(simulator, api, clock)


@pytest.fixture
def bench() -> Iterator[Bench]:
    with bench_with() as bench:
        yield bench


def test_it_is_started_and_followed_step_by_step(bench: Bench) -> None:
    execution = bench.deploy()

    assert (execution.id, execution.status, bench.starts()) == ("1", "FINISHED", 1)
    assert bench.said[0] == "Started program 10001, pipeline 40001 (Deploy to dev), execution 1."
    steps = [line for line in bench.said if ", step " in line]
    assert [line.split(", step ")[1] for line in steps] == ["validate.", "build.", "codeQuality.", "buildImage.", "deploy (dev 20001)."]
    assert bench.said[-1].endswith("has succeeded: 1234567890ab is deployed.")


def test_a_running_pipeline_is_waited_for_and_then_started(bench: Bench) -> None:
    bench.start()

    execution = bench.deploy()

    assert (execution.id, bench.starts()) == ("2", 2)
    assert "busy with execution 1, which does not tell that it builds the commit" in bench.said[0]


def test_one_that_failed_before_does_not_keep_it_from_being_started(bench: Bench) -> None:
    bench.simulator.world.faults.arm(fault_from_json({"action": "fail", "path": EXECUTION}))
    bench.start()

    assert bench.deploy().id == "2"


def test_others_that_always_come_first_end_it() -> None:
    with bench_with(failingStep="validate") as bench:

        def start_as_soon_as_it_is_idle() -> None:
            (pipeline,) = bench.simulator.world.state.programs["10001"].pipelines
            if current_execution(pipeline, bench.clock.now()) is None:
                bench.start()

        bench.start()
        bench.clock.after = start_as_soon_as_it_is_idle
        with pytest.raises(Busy, match=r"other executions came first, 5 times in a row, .* Run `pulumi up` again"):
            bench.deploy()

        assert bench.starts() == ATTEMPTS + 1


def test_a_start_whose_answer_was_lost_is_not_sent_twice(bench: Bench) -> None:
    bench.simulator.world.faults.arm(fault_from_json({"method": "PUT", "path": EXECUTION, "drop": "after", "nth": 1}))

    assert bench.deploy().id == "1"
    assert bench.starts() == 1


@pytest.mark.parametrize("step", ["build", "deploy"])
def test_a_failure_names_the_step_and_the_execution(step: str) -> None:
    with bench_with(failingStep=step) as bench, pytest.raises(WaitFailed) as error:
        bench.deploy()

    where = "deploy (dev 20001)" if step == "deploy" else "build"
    assert f"pipeline 40001 (Deploy to dev), execution 1, failed: it is FAILED in step {where} (execution: {EXECUTION}/1)" in str(
        error.value
    )
    assert "The commit is pushed; fix the cause and run `pulumi up` again." in str(error.value)


def test_a_wait_has_an_end_and_the_pipeline_goes_on(bench: Bench) -> None:
    with pytest.raises(WaitTimedOut, match=r"did not end within 10 min\. Cloud Manager goes on with it"):
        bench.deploy(timeout=600.0)

    assert bench.starts() == 1


def test_a_pipeline_that_is_not_there_names_those_that_are(bench: Bench) -> None:
    with pytest.raises(InvalidInput, match=r"no pipeline 'prod'; there are: 40001 \(Deploy to dev\)"):
        bench.deploy(pipeline="prod")


def test_an_id_wins_over_a_name_and_a_name_must_be_one_pipelines() -> None:
    def named(id_: str, name: str) -> Pipeline:
        return Pipeline(id_, "1", name, "IDLE")

    def asked(pipeline: str) -> DeploymentRequest:
        return DeploymentRequest("1", pipeline, COMMIT)

    assert chosen([named("7", "a"), named("8", "7")], asked("7")).id == "7"
    with pytest.raises(InvalidInput, match="several pipelines 'a'"):
        chosen([named("7", "a"), named("8", "a")], asked("a"))


def test_an_execution_that_builds_the_commit_is_told_by_it() -> None:
    def building(commit: str | None) -> Execution:
        return Execution("1", "RUNNING", (StepState("build", "RUNNING", commit_id=commit),))

    assert deploys(building(COMMIT), COMMIT)
    assert deploys(building(COMMIT[:10]), COMMIT)
    assert not deploys(building(None), COMMIT)
    assert not deploys(building("fedcba"), COMMIT)


@pytest.mark.parametrize(
    ("status", "state"),
    [("RUNNING", WaitState.GOING_ON), ("CANCELLING", WaitState.GOING_ON), ("NOT_STARTED", WaitState.GOING_ON), ("FINISHED", WaitState.DONE)]
    + [(status, WaitState.FAILED) for status in ("FAILED", "ERROR", "CANCELLED")],
)
def test_every_status_of_the_specification_has_a_verdict(status: str, state: WaitState) -> None:
    assert verdict(Execution("1", status)).state is state


def test_a_step_that_waits_for_people_says_so() -> None:
    waiting = Execution("1", "RUNNING", (StepState("build", "FINISHED"), StepState("approval", "WAITING", "prod")))

    assert progress(waiting) == "approval (prod) waits for somebody in Cloud Manager"
    assert progress(Execution("1", "RUNNING")) == "RUNNING"


def test_logs_of_a_failed_step_are_named() -> None:
    failed = Execution("1", "FAILED", (StepState("build", "FAILED", logs="/api/logs"),))

    assert verdict(failed).detail == "it is FAILED in step build (logs: /api/logs)"


def test_a_request_survives_its_json_and_nothing_else_passes() -> None:
    request = DeploymentRequest("1", "2", COMMIT, {"orgId": "o"}, 3.0)

    assert DeploymentRequest.from_json(request.to_json()) == request
    with pytest.raises(InvalidInput):
        DeploymentRequest.from_json('{"more": 1}')
