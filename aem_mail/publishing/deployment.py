"""Have a pipeline deploy a commit: start it, or wait for the one that runs, and follow it to its end."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from aem_mail import settings
from aem_mail.cloud_manager.client import CloudManager
from aem_mail.cloud_manager.pipelines import Execution, Pipeline, StepState
from aem_mail.cloud_manager.waiting import DONE, SYSTEM_CLOCK, Clock, WaitState, WaitVerdict, duration, failed, going_on, wait_for
from aem_mail.errors import Busy, CloudManagerError, InvalidInput, NotFound, Problem, WaitFailed, WaitTimedOut
from aem_mail.kinds.published_configuration import NAME
from aem_mail.model.statuses import EXECUTION_SUCCEEDED
from aem_mail.publishing.deployment_request import DeploymentRequest
from aem_mail.text.characters import visible

LONGEST: Final = 2 * 3600.0
"""Seconds that a pipeline may take, others that it waits for included; a production pipeline also waits for people."""

ATTEMPTS: Final = 5
"""How often a start is tried where other executions come first."""

Say = Callable[[str], None]


def deploy_requested(text: str, environ: Mapping[str, str], say: Say) -> str:
    """Run what a request asks for; returns the answer's JSON. Raises AemMailError where the pipeline failed or cannot run."""
    request = DeploymentRequest.from_json(text)
    with CloudManager(settings.connection(environ, request.connection)) as api:
        execution = Deployment(api, request, say).run()
    return json.dumps({"execution": visible(execution.id)})


class Deployment:
    """One pipeline and one commit. ``clock`` is a test's own where given."""

    def __init__(self, api: CloudManager, request: DeploymentRequest, say: Say, clock: Clock = SYSTEM_CLOCK) -> None:
        self._api = api
        self._request = request
        self._say = say
        self._clock = clock
        self._ends = clock.now() + (request.timeout or LONGEST)

    def run(self) -> Execution:
        """Return the execution that deployed the commit, once it has succeeded."""
        pipeline = chosen(self._api.pipelines.list(self._request.program_id), self._request)
        for _ in range(ATTEMPTS):
            started = self._start(pipeline)
            if started is not None:
                self._say(f"Started {pipeline}, execution {started.id}.")
                return self._followed(pipeline, started)
            running = self._running(pipeline)
            if running is None:
                continue
            if deploys(running, self._request.commit):
                self._say(f"{pipeline} has begun by itself, execution {running.id}.")
                return self._followed(pipeline, running)
            self._say(f"{pipeline} is busy with execution {running.id}, which does not tell that it builds the commit; waiting for it.")
            self._waited(pipeline, running, lambda seen: DONE if seen.is_over else going_on(progress(seen)))
        raise Busy(
            f"{pipeline}: other executions came first, {ATTEMPTS} times in a row, and the commit {self._request.commit[:12]} was not "
            "deployed. Run `pulumi up` again.",
            status=412,
        )

    def _start(self, pipeline: Pipeline) -> Execution | None:
        """Start it; None where it is busy. Where the answer is lost, the execution that now runs began after the commit."""
        if not pipeline.is_idle and self._running(pipeline) is not None:
            return None
        try:
            return self._api.pipelines.start(pipeline)
        except Busy:
            return None
        except CloudManagerError as error:
            running = self._running(pipeline) if error.outcome_unknown else None
            if running is None:
                raise
            return running

    def _running(self, pipeline: Pipeline) -> Execution | None:
        try:
            current = self._api.pipelines.current_execution(pipeline)
        except NotFound:
            return None
        return None if current.is_over else current

    def _followed(self, pipeline: Pipeline, execution: Execution) -> Execution:
        ended = self._waited(pipeline, execution, verdict)
        self._say(f"{pipeline}, execution {ended.id}, has succeeded: {self._request.commit[:12]} is deployed.")
        return ended

    def _waited(self, pipeline: Pipeline, execution: Execution, judge: Callable[[Execution], WaitVerdict]) -> Execution:
        what = f"{pipeline}, execution {execution.id},"
        deadline = max(self._ends - self._clock.now(), 1.0)
        try:
            return wait_for(
                lambda: self._api.pipelines.execution(pipeline, execution.id),
                self._telling(what, judge),
                what=what,
                deadline=deadline,
                clock=self._clock,
            )
        except WaitTimedOut:
            raise WaitTimedOut(
                f"{what} did not end within {duration(deadline)}. Cloud Manager goes on with it, and may wait for somebody to approve "
                "a step there; run `pulumi up` again afterwards, or raise pipeline_timeout."
            ) from None
        except WaitFailed as error:
            raise WaitFailed(f"{error} The commit is pushed; fix the cause and run `pulumi up` again.") from None

    def _telling(self, what: str, judge: Callable[[Execution], WaitVerdict]) -> Callable[[Execution], WaitVerdict]:
        """Say each step once: whatever is said is kept in the state."""
        told = ""

        def judged(seen: Execution) -> WaitVerdict:
            nonlocal told
            found = judge(seen)
            if found.state is WaitState.GOING_ON and found.detail != told:
                told = found.detail
                self._say(f"{what} {told}.")
            return found

        return judged


def chosen(pipelines: Sequence[Pipeline], request: DeploymentRequest) -> Pipeline:
    """Return the pipeline of that id or name; raises InvalidInput that names those there are."""
    found = [one for one in pipelines if one.id == request.pipeline] or [one for one in pipelines if one.name == request.pipeline]
    if len(found) == 1:
        return found[0]
    there = ", ".join(f"{one.id} ({one.name})" for one in pipelines) or "none"
    fault = f"program {request.program_id} has {'several pipelines' if found else 'no pipeline'} {request.pipeline!r}; there are: {there}"
    raise InvalidInput(NAME, [Problem("pipeline", fault)])


def deploys(execution: Execution, commit: str) -> bool:
    """Say whether an execution that somebody else began, such as a trigger on commits, builds this commit."""
    return any(step.commit_id and commit.startswith(step.commit_id) for step in execution.steps)


def verdict(execution: Execution) -> WaitVerdict:
    """Say what an execution's state means: going on with a step, done, or failed in one."""
    if not execution.is_over:
        return going_on(progress(execution))
    if execution.status == EXECUTION_SUCCEEDED:
        return DONE
    culprit = next((step for step in execution.steps if step.is_failed), None)
    where = "" if culprit is None else f" in step {culprit}{_links(culprit)}"
    link = f" (execution: {execution.link})" if execution.link else ""
    return failed(f"it is {execution.status}{where}{link}")


def progress(execution: Execution) -> str:
    """Name the step that an execution is in, and what it waits for."""
    current = next((step for step in execution.steps if step.is_current), None)
    if current is None:
        return execution.status
    return f"{current} waits for somebody in Cloud Manager" if current.status == "WAITING" else f"step {current}"


def _links(step: StepState) -> str:
    return f" (logs: {step.logs})" if step.logs else ""
