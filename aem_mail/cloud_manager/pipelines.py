"""Pipelines: list them, start one, follow its execution."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.cloud_manager import answer_fields
from aem_mail.cloud_manager.call import DEPLOYMENT_MANAGER, Call, Exchange, each, part, program_path
from aem_mail.model.statuses import EXECUTION_OVER, STEP_CURRENT, STEP_FAILED

LOGS: Final = "http://ns.adobe.com/adobecloud/rel/pipeline/logs"


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline of a program; ``status`` is IDLE, BUSY or WAITING, ``environment_ids`` are the environments that it says it deploys to."""

    id: str
    program_id: str
    name: str
    status: str
    environment_ids: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"program {self.program_id}, pipeline {self.id} ({self.name})"

    @property
    def is_idle(self) -> bool:
        return self.status == "IDLE"

    def is_deploying_to(self, environment_id: str) -> bool:
        """Say whether it runs, waits for nobody, and says that it deploys there."""
        return self.status == "BUSY" and environment_id in self.environment_ids


@dataclass(frozen=True, slots=True)
class StepState:
    """One step of an execution; ``status`` as the specification lists them, ``logs`` the path of its log where there is one."""

    action: str
    status: str
    environment_type: str | None = None
    environment_id: str | None = None
    commit_id: str | None = None
    logs: str | None = None

    def __str__(self) -> str:
        target = " ".join(part for part in (self.environment_type, self.environment_id) if part)
        return f"{self.action} ({target})" if target else self.action

    @property
    def is_failed(self) -> bool:
        return self.status in STEP_FAILED

    @property
    def is_current(self) -> bool:
        return self.status in STEP_CURRENT


@dataclass(frozen=True, slots=True)
class Execution:
    """One run of a pipeline, with its steps in their order; ``link`` is its path in the API."""

    id: str
    status: str
    steps: tuple[StepState, ...] = ()
    link: str | None = None

    @property
    def is_over(self) -> bool:
        return self.status in EXECUTION_OVER


class PipelinesClient:
    """The pipelines of a program."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def list(self, program_id: str) -> list[Pipeline]:
        """List a program's pipelines; raises NotFound for the program."""
        call = Call("GET", f"{program_path(program_id)}/pipelines", f"list the pipelines of program {program_id}")
        return self._exchange.many(call, "pipelines", each(lambda document: pipeline_of(program_id, document)))

    def start(self, pipeline: Pipeline) -> Execution:
        """Start it; raises Busy where it runs already."""
        call = Call("PUT", _path(pipeline), f"start {pipeline}", DEPLOYMENT_MANAGER, body={})
        return self._exchange.one(call, execution_of)

    def current_execution(self, pipeline: Pipeline) -> Execution:
        """Read the execution that is under way; raises NotFound where there is none."""
        return self._exchange.one(Call("GET", _path(pipeline), f"read the execution of {pipeline}"), execution_of)

    def execution(self, pipeline: Pipeline, execution_id: str) -> Execution:
        """Read one execution: the poll while it is followed. Raises NotFound."""
        path = f"{_path(pipeline)}/{part('execution', execution_id)}"
        return self._exchange.one(Call("GET", path, f"read execution {execution_id} of {pipeline}"), execution_of)


def pipeline_of(program_id: str, document: Mapping[str, Any]) -> Pipeline:
    """Read a pipeline; one that tells no status may be idle, which starting it shows."""
    return Pipeline(
        id=answer_fields.text(document, "id"),
        program_id=program_id,
        name=answer_fields.text(document, "name"),
        status=answer_fields.text(document, "status", default="IDLE"),
        environment_ids=frozenset(filter(None, map(_target, answer_fields.objects(document, "phases")))),
    )


def execution_of(document: Mapping[str, Any]) -> Execution:
    """Read an execution with its steps."""
    embedded = answer_fields.optional_object(document, "_embedded") or {}
    return Execution(
        id=answer_fields.text(document, "id"),
        status=answer_fields.text(document, "status"),
        steps=tuple(map(step_of, answer_fields.objects(embedded, "stepStates"))),
        link=_href(document, "self"),
    )


def step_of(document: Mapping[str, Any]) -> StepState:
    """Read a step's state."""
    return StepState(
        action=answer_fields.text(document, "action", default="") or "without a name",
        status=answer_fields.text(document, "status", default="NOT_STARTED"),
        environment_type=answer_fields.optional_text(document, "environmentType"),
        environment_id=answer_fields.optional_text(document, "environmentId"),
        commit_id=answer_fields.optional_text(document, "commitId"),
        logs=_href(document, LOGS),
    )


def _target(phase: Mapping[str, Any]) -> str | None:
    return answer_fields.optional_text(phase, "environmentId")


def _href(document: Mapping[str, Any], relation: str) -> str | None:
    link = answer_fields.optional_object(answer_fields.optional_object(document, "_links") or {}, relation)
    return None if link is None else answer_fields.optional_text(link, "href")


def _path(pipeline: Pipeline) -> str:
    return f"{program_path(pipeline.program_id)}/pipeline/{part('pipeline', pipeline.id)}/execution"
