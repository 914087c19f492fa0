"""How long changes take, and how things look while they last. All of it derived from the time; nothing here ticks."""

from __future__ import annotations

import math
from dataclasses import replace

from aem_mail.simulator.api.problems import conflict
from aem_mail.simulator.state.executions import is_deploying
from aem_mail.simulator.state.values import Environment, EnvironmentChange, Infrastructure, Networking, Program, SimulatorState, Variable

_MINUTE = 60.0
INFRASTRUCTURE_SECONDS = {"flexiblePortEgress": 15 * _MINUTE, "dedicatedEgressIp": 15 * _MINUTE, "vpn": 50 * _MINUTE}
NETWORKING_SECONDS = 10 * _MINUTE
VARIABLES_SECONDS = 5 * _MINUTE

_UNAVAILABLE = frozenset({"creating", "deleting", "deleted", "updating", "restoring", "resetting", "hibernated"})


def settled(state: SimulatorState, now: float) -> SimulatorState:
    """The same state without the changes that are over at `now`."""
    return replace(state, programs={key: _settled_program(program, now) for key, program in state.programs.items()})


def is_at_rest(state: SimulatorState) -> bool:
    """Whether nothing is in progress and nothing can begin by itself, so that the state stays the same for as long as nobody changes it."""
    return all(map(_is_program_at_rest, state.programs.values()))


def terminal(state: SimulatorState) -> SimulatorState:
    """The state once every change in progress is over."""
    return settled(state, math.inf)


def environment_status(environment: Environment) -> str:
    return "updating" if environment.change or environment.is_deploying else environment.status


def infrastructure_status(infrastructure: Infrastructure) -> str:
    return infrastructure.change.status if infrastructure.change else infrastructure.status


def visible_variables(environment: Environment) -> tuple[Variable, ...]:
    """The variables as the API lists them: those of a change in progress are creating, updating or deleting."""
    change = environment.change
    if change is None:
        return environment.variables
    before = {variable.identity for variable in change.variables}
    after = {variable.identity for variable in environment.variables}
    kept = tuple(
        replace(variable, status="updating" if variable.identity in before else "creating")
        if variable.identity in change.touched
        else variable
        for variable in environment.variables
    )
    return kept + tuple(replace(variable, status="deleting") for variable in change.variables if variable.identity not in after)


def networking_in_force(environment: Environment) -> Networking | None:
    """The rules that AEM's connections follow: while a change lasts, the ones before it."""
    return environment.change.networking if environment.change else environment.networking


def variables_in_force(environment: Environment) -> tuple[Variable, ...]:
    """The values that AEM runs with: while a change lasts, the ones before it; never one that failed."""
    variables = environment.change.variables if environment.change else environment.variables
    return tuple(variable for variable in variables if variable.status != "failed")


def changed_networking(environment: Environment, networking: Networking | None, now: float, *, fails: bool = False) -> Environment:
    """The environment with its networking replaced (None: disabled), `updating` until the change is over.

    A change that fails leaves the environment in status `failed` and what was in force before.
    """
    _require_available(environment)
    change = EnvironmentChange(now + NETWORKING_SECONDS, environment.networking, environment.variables)
    if fails:
        return replace(environment, status="failed", change=change)
    return replace(environment, status="ready", networking=networking, change=change)


def changed_variables(
    environment: Environment, variables: tuple[Variable, ...], touched: frozenset[tuple[str | None, str]], now: float
) -> Environment:
    """The environment with its variables replaced, `updating` until the change is over."""
    _require_available(environment)
    change = EnvironmentChange(now + VARIABLES_SECONDS, environment.networking, environment.variables, touched)
    return replace(environment, status="ready", variables=variables, change=change)


def is_available(environment: Environment) -> bool:
    """Whether the environment accepts a change now."""
    return environment_status(environment) not in _UNAVAILABLE


def _require_available(environment: Environment) -> None:
    if not is_available(environment):
        raise conflict(
            f"environment {environment.id} is {environment_status(environment)}; it accepts one change at a time, and only while it runs"
        )


def _settled_program(program: Program, now: float) -> Program:
    targets = {each.environment_id for each in program.pipelines if is_deploying(each, now)}
    return replace(
        program,
        infrastructures=tuple(_settled_infrastructure(each, now) for each in program.infrastructures if not _is_gone(each, now)),
        environments={key: _settled_environment(each, now, is_target=key in targets) for key, each in program.environments.items()},
    )


def _is_program_at_rest(program: Program) -> bool:
    environments = program.environments.values()
    under_way = any(each.change or each.is_deploying for each in environments) or any(each.change for each in program.infrastructures)
    return not under_way and not program.pipelines


def _settled_environment(environment: Environment, now: float, *, is_target: bool) -> Environment:
    is_over = environment.change is not None and environment.change.until <= now
    return replace(environment, change=None if is_over else environment.change, is_deploying=is_target)


def _settled_infrastructure(infrastructure: Infrastructure, now: float) -> Infrastructure:
    is_over = infrastructure.change is not None and infrastructure.change.until <= now
    return replace(infrastructure, change=None) if is_over else infrastructure


def _is_gone(infrastructure: Infrastructure, now: float) -> bool:
    change = infrastructure.change
    return change is not None and change.status == "deleting" and change.until <= now
