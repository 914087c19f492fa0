"""How an execution of a pipeline goes on: its steps and their times, derived from when it began. Nothing here ticks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aem_mail.simulator.state.values import Execution, Pipeline

_MINUTE = 60.0


@dataclass(frozen=True)
class PipelineStep:
    """A step of every pipeline: what it does, the type of its phase, and how long it takes in simulated seconds."""

    action: str
    phase: str
    seconds: float


STEPS = (
    PipelineStep("validate", "VALIDATE", _MINUTE),
    PipelineStep("build", "BUILD", 10 * _MINUTE),
    PipelineStep("codeQuality", "BUILD", 5 * _MINUTE),
    PipelineStep("buildImage", "BUILD", 9 * _MINUTE),
    PipelineStep("deploy", "DEPLOY", 20 * _MINUTE),
)
ACTIONS = tuple(step.action for step in STEPS)
DEPLOY = STEPS[-1]


@dataclass(frozen=True)
class StepProgress:
    """A step at a moment; `started` and `finished` are simulated times, None before they come."""

    step: PipelineStep
    status: str
    started: float | None = None
    finished: float | None = None


def step_states(execution: Execution, now: float) -> Iterator[StepProgress]:
    """The steps in their order. The one that is to fail does so at its end, and those after it do not start."""
    begins, is_reached = execution.started, True
    for step in STEPS:
        ends = begins + step.seconds
        fails = step.action == execution.failing
        if not is_reached or now < begins:
            yield StepProgress(step, "NOT_STARTED")
        elif now < ends:
            yield StepProgress(step, "RUNNING", begins)
        else:
            yield StepProgress(step, "FAILED" if fails else "FINISHED", begins, ends)
        begins, is_reached = ends, is_reached and not fails


def execution_status(execution: Execution, now: float) -> str:
    """RUNNING, FINISHED or FAILED."""
    if now < ends_at(execution):
        return "RUNNING"
    return "FAILED" if execution.failing else "FINISHED"


def ends_at(execution: Execution) -> float:
    last = ACTIONS.index(execution.failing) if execution.failing else len(STEPS) - 1
    return execution.started + sum(step.seconds for step in STEPS[: last + 1])


def current_execution(pipeline: Pipeline, now: float) -> Execution | None:
    """The execution that is under way, if there is one: a pipeline has one at a time."""
    return next((each for each in pipeline.executions if now < ends_at(each)), None)


def is_deploying(pipeline: Pipeline, now: float) -> bool:
    """Whether the pipeline's environment is being deployed to."""
    current = current_execution(pipeline, now)
    return current is not None and any(each.step is DEPLOY and each.status == "RUNNING" for each in step_states(current, now))
