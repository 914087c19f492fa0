"""Pipelines of a program: list, read, start, follow; changes of one are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aem_mail.simulator.api.call import ApiAnswer, ApiCall
from aem_mail.simulator.api.fields import FieldProblems, Fields, parse_json
from aem_mail.simulator.api.hal import collection, links
from aem_mail.simulator.api.problems import Problem, bad_request, not_found
from aem_mail.simulator.state.executions import DEPLOY, STEPS, StepProgress, current_execution, ends_at, execution_status, step_states
from aem_mail.simulator.state.infrastructure_json import iso
from aem_mail.simulator.state.values import Execution, Pipeline, Program

_PHASES = ("VALIDATE", "BUILD", "DEPLOY")
_MODES = ("NORMAL", "EMERGENCY")
_USUALLY_FAILING = "build"
_PAGE = 500


def list_pipelines(call: ApiCall) -> ApiAnswer:
    """As recorded of Adobe's API: each page has 500 pipelines and names a next one, the last page too."""
    program = call.program
    items = [_representation(program, each, call.now) for each in program.pipelines]
    return ApiAnswer(200, collection(call, "pipelines", items, endless=_PAGE, program=f"/api/program/{program.id}"))


def read_pipeline(call: ApiCall) -> ApiAnswer:
    return ApiAnswer(200, _representation(call.program, call.pipeline, call.now))


def change_pipeline(call: ApiCall) -> ApiAnswer:
    raise bad_request(f"the simulator keeps pipeline {call.pipeline.id}; set the program's pipelines at /_sim/state")


def start_execution(call: ApiCall) -> ApiAnswer:
    """Start the pipeline, unless it runs; one that is to fail does so in the step that the state names, else in `build`."""
    program, pipeline = call.program, call.pipeline
    _refuse_what_is_not_simulated(call)
    busy = current_execution(pipeline, call.now)
    if busy is not None:
        raise Problem(412, "Pipeline is busy", errors=(f"execution {busy.id} of pipeline {pipeline.id} is under way",))
    failing = pipeline.failing_step or (_USUALLY_FAILING if call.fails else None)
    execution = Execution(str(len(pipeline.executions) + 1), call.now, failing)
    started = replace(pipeline, executions=(*pipeline.executions, execution))
    document = _execution(program, started, execution, call.now)
    headers = {"Location": document["_links"]["self"]["href"]}
    return ApiAnswer(201, document, call.state.with_program(program.with_pipeline(started)), headers)


def read_current_execution(call: ApiCall) -> ApiAnswer:
    current = current_execution(call.pipeline, call.now)
    if current is None:
        raise not_found(f"a current execution of pipeline {call.pipeline.id}")
    return ApiAnswer(200, _execution(call.program, call.pipeline, current, call.now))


def read_execution(call: ApiCall) -> ApiAnswer:
    return ApiAnswer(200, _execution(call.program, call.pipeline, _asked_for(call), call.now))


def read_step(call: ApiCall) -> ApiAnswer:
    execution = _asked_for(call)
    for number, state in enumerate(step_states(execution, call.now), start=1):
        if (_phase_id(state), str(number)) == (call.params["phase"], call.params["step"]):
            return ApiAnswer(200, _step(call.program, call.pipeline, execution, number, state))
    raise not_found(f"step {call.params['step']} of phase {call.params['phase']}")


def _asked_for(call: ApiCall) -> Execution:
    for execution in call.pipeline.executions:
        if execution.id == call.params["execution"]:
            return execution
    raise not_found(f"execution {call.params['execution']} of pipeline {call.pipeline.id}")


def _refuse_what_is_not_simulated(call: ApiCall) -> None:
    findings = FieldProblems()
    mode = call.query.get("pipelineExecutionMode", "NORMAL")
    if mode not in _MODES:
        findings.refuse("pipelineExecutionMode", f"must be one of {', '.join(_MODES)}", mode)
    for name in ("stepId", "sourceExecutionId"):
        if name in call.query:
            findings.refuse(name, "the simulator starts pipelines from their first step only", call.query[name])
    Fields(parse_json(call.body) if call.body else {}, "", findings).done()
    findings.check()


def _representation(program: Program, pipeline: Pipeline, now: float) -> dict[str, Any]:
    path = _path(program, pipeline)
    last = pipeline.executions[-1] if pipeline.executions else None
    is_busy = current_execution(pipeline, now) is not None
    document: dict[str, Any] = {
        "id": pipeline.id,
        "programId": program.id,
        "name": pipeline.name,
        "trigger": "MANUAL",
        "status": "BUSY" if is_busy else "IDLE",
        "phases": [_phase(program, pipeline, type_) for type_ in _PHASES],
        "type": "CI_CD",
        "_links": links(path, program=f"/api/program/{program.id}", execution=f"{path}/execution"),
    }
    document["_links"]["http://ns.adobe.com/adobecloud/rel/execution/id"] = {"href": f"{path}/execution/{{executionId}}", "templated": True}
    if last is not None:
        document["lastStartedAt"] = iso(last.started)
        document |= {} if is_busy else {"lastFinishedAt": iso(ends_at(last))}
    return document


def _phase(program: Program, pipeline: Pipeline, type_: str) -> dict[str, Any]:
    phase: dict[str, Any] = {"name": type_, "type": type_, "steps": [{"name": step.action} for step in STEPS if step.phase == type_]}
    if type_ == "BUILD":
        return {**phase, "repositoryId": "1", "branch": pipeline.branch}
    return {**phase, **_environment(program, pipeline)} if type_ == DEPLOY.phase else phase


def _environment(program: Program, pipeline: Pipeline) -> dict[str, str]:
    return {"environmentId": pipeline.environment_id, "environmentType": program.environments[pipeline.environment_id].type}


def _execution(program: Program, pipeline: Pipeline, execution: Execution, now: float) -> dict[str, Any]:
    states = list(step_states(execution, now))
    moments = [moment for state in states for moment in (state.started, state.finished) if moment is not None]
    status = execution_status(execution, now)
    document: dict[str, Any] = {
        "id": execution.id,
        "programId": program.id,
        "pipelineId": pipeline.id,
        "status": status,
        "trigger": "MANUAL",
        "pipelineExecutionMode": "NORMAL",
        "createdAt": iso(execution.started),
        "updatedAt": iso(max(moments)),
        "pipelineType": "CI_CD",
        "_embedded": {"stepStates": [_step(program, pipeline, execution, number, state) for number, state in enumerate(states, start=1)]},
        "_links": links(
            f"{_path(program, pipeline)}/execution/{execution.id}",
            program=f"/api/program/{program.id}",
            pipeline=_path(program, pipeline),
        ),
    }
    return document if status == "RUNNING" else {**document, "finishedAt": iso(ends_at(execution))}


def _step(program: Program, pipeline: Pipeline, execution: Execution, number: int, state: StepProgress) -> dict[str, Any]:
    path = _path(program, pipeline)
    phase = _phase_id(state)
    document: dict[str, Any] = {
        "id": f"{execution.id}{number}",
        "stepId": str(number),
        "phaseId": phase,
        "action": state.step.action,
        "branch": pipeline.branch,
        "status": state.status,
        "_links": links(
            f"{path}/execution/{execution.id}/phase/{phase}/step/{number}",
            program=f"/api/program/{program.id}",
            pipeline=path,
            execution=f"{path}/execution/{execution.id}",
        ),
    }
    if state.step is DEPLOY:
        name = program.environments[pipeline.environment_id].name
        document |= {"environment": name, **_environment(program, pipeline)}
    moments = {"startedAt": state.started, "finishedAt": state.finished}
    return document | {name: iso(moment) for name, moment in moments.items() if moment is not None}


def _phase_id(state: StepProgress) -> str:
    return str(_PHASES.index(state.step.phase) + 1)


def _path(program: Program, pipeline: Pipeline) -> str:
    return f"/api/program/{program.id}/pipeline/{pipeline.id}"
