"""A pipeline of the state as JSON and back. Its executions are no part of that: they are changes in progress, and their history."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from aem_mail.simulator.api.fields import Fields
from aem_mail.simulator.state.executions import ACTIONS
from aem_mail.simulator.state.infrastructure_json import ID
from aem_mail.simulator.state.values import Execution, Pipeline

_LATEST = 1e15


def pipeline_json(pipeline: Pipeline) -> dict[str, Any]:
    document = {"id": pipeline.id, "name": pipeline.name, "environmentId": pipeline.environment_id, "branch": pipeline.branch}
    return document if pipeline.failing_step is None else {**document, "failingStep": pipeline.failing_step}


def pipeline_from_json(fields: Fields, environments: Collection[str]) -> Pipeline:
    pipeline = Pipeline(
        id=fields.text("id", pattern=ID),
        name=fields.text("name"),
        environment_id=fields.text("environmentId", choices=environments or ("an environment of the program",)),
        branch=fields.optional_text("branch") or "main",
        failing_step=None if fields.raw("failingStep") is None else fields.text("failingStep", choices=ACTIONS),
    )
    fields.done()
    return pipeline


def execution_json(execution: Execution) -> dict[str, Any]:
    return {"id": execution.id, "started": execution.started, "failing": execution.failing}


def execution_from_json(fields: Fields) -> Execution:
    execution = Execution(
        id=fields.text("id", pattern=ID),
        started=fields.optional_number("started", maximum=_LATEST) or 0.0,
        failing=None if fields.raw("failing") is None else fields.text("failing", choices=ACTIONS),
    )
    fields.done()
    return execution
