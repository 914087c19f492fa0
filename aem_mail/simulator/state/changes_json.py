"""The changes in progress as JSON and back; only for keeping a state across a restart, the control plane knows none of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aem_mail.simulator.api.fields import FieldProblems, Fields
from aem_mail.simulator.state.infrastructure_json import STATUSES
from aem_mail.simulator.state.pipeline_json import execution_from_json, execution_json
from aem_mail.simulator.state.program_json import networking_from_json, networking_json, variable_from_json, variable_json
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.values import EnvironmentChange, Execution, InfrastructureChange, Program, SimulatorState

_FOREVER = 1e15


def changes_json(state: SimulatorState) -> dict[str, Any]:
    programs = state.programs.values()
    infrastructures = [each for program in programs for each in program.infrastructures]
    environments = [each for program in programs for each in program.environments.values()]
    return {
        "infrastructures": {each.id: _infrastructure_change_json(each.change) for each in infrastructures if each.change},
        "environments": {each.id: _environment_change_json(each.change) for each in environments if each.change},
        "executions": {
            f"{program.id}/{each.id}": {"executions": [execution_json(one) for one in each.executions]}
            for program in programs
            for each in program.pipelines
            if each.executions
        },
    }


def with_changes(state: SimulatorState, document: Any, held: Mapping[str, Secret]) -> SimulatorState:
    """The state with the changes that `changes_json` wrote; raises a `Problem` where the document is not of that form."""
    findings = FieldProblems("Invalid changes")
    fields = Fields(document, "changes", findings)
    infrastructures = {key: _infrastructure_change(each) for key, each in fields.required_object("infrastructures").members().items()}
    environments = {key: _environment_change(each, held) for key, each in fields.required_object("environments").members().items()}
    histories = fields.object("executions")
    executions = {key: _executions(each) for key, each in histories.members().items()} if histories else {}
    fields.done()
    findings.check()
    changed = {key: _program(each, infrastructures, environments) for key, each in state.programs.items()}
    return replace(state, programs={key: _with_executions(each, executions) for key, each in changed.items()})


def _program(
    program: Program, infrastructures: Mapping[str, InfrastructureChange], environments: Mapping[str, EnvironmentChange]
) -> Program:
    return replace(
        program,
        infrastructures=tuple(replace(each, change=infrastructures.get(each.id)) for each in program.infrastructures),
        environments={key: replace(each, change=environments.get(key)) for key, each in program.environments.items()},
    )


def _with_executions(program: Program, executions: Mapping[str, tuple[Execution, ...]]) -> Program:
    return replace(
        program, pipelines=tuple(replace(each, executions=executions.get(f"{program.id}/{each.id}", ())) for each in program.pipelines)
    )


def _executions(fields: Fields) -> tuple[Execution, ...]:
    return tuple(execution_from_json(each) for each in fields.objects("executions") or ())


def _infrastructure_change_json(change: InfrastructureChange) -> dict[str, Any]:
    return {"status": change.status, "until": change.until}


def _infrastructure_change(fields: Fields) -> InfrastructureChange:
    return InfrastructureChange(fields.text("status", choices=STATUSES), fields.optional_number("until", maximum=_FOREVER) or 0.0)


def _environment_change_json(change: EnvironmentChange) -> dict[str, Any]:
    return {
        "until": change.until,
        "networking": None if change.networking is None else networking_json(change.networking),
        "variables": [variable_json(each) for each in change.variables],
        "touched": [{"service": service, "name": name} for service, name in sorted(change.touched, key=str)],
    }


def _environment_change(fields: Fields, held: Mapping[str, Secret]) -> EnvironmentChange:
    return EnvironmentChange(
        until=fields.optional_number("until", maximum=_FOREVER) or 0.0,
        networking=None if fields.raw("networking") is None else networking_from_json(fields.required_object("networking")),
        variables=tuple(variable_from_json(each, held) for each in fields.objects("variables") or ()),
        touched=frozenset((each.raw("service"), each.text("name")) for each in fields.objects("touched") or ()),
    )
