"""What is live, as far as the changes of a stack meet it: from the stack's own record, or as Cloud Manager shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aem_mail.kinds import Scope, kind_named
from aem_mail.kinds.requests import Operation
from aem_mail.live.model import LiveEnvironment, LiveProgram
from aem_mail.model import (
    AdvancedNetworking,
    Environment,
    EnvironmentId,
    NetworkInfrastructure,
    Properties,
    port_forward_entry,
)
from aem_mail.plan.changes import Change


@dataclass(frozen=True, slots=True)
class World:
    """What is there. ``asked`` tells what of it Cloud Manager was asked for; the rest is what the stack has recorded.

    ``files`` has the text of each OSGi configuration that is there and that a new resource would overwrite, by its path.
    """

    environments: Mapping[EnvironmentId, LiveEnvironment] = field(default_factory=dict)
    programs: Mapping[str, LiveProgram] = field(default_factory=dict)
    asked: frozenset[EnvironmentId | str] = frozenset()
    files: Mapping[str, str] = field(default_factory=dict)

    def environment(self, environment: EnvironmentId) -> LiveEnvironment:
        return self.environments.get(environment, LiveEnvironment(as_recorded(environment)))

    def program(self, program_id: str) -> LiveProgram:
        return self.programs.get(program_id, LiveProgram())


def as_recorded(environment: EnvironmentId) -> Environment:
    """Return what stands for an environment that nobody asked for."""
    id_ = environment.environment_id
    return Environment(id_, environment.program_id, f"environment {id_}", "as recorded", "ready")


def recorded_world(states: Iterable[tuple[str, Properties]], changes: Iterable[Change]) -> World:
    """Return the world as the stack has recorded it: nothing is there but what its resources stand for.

    An environment whose port forwards come without an AdvancedNetworking is taken as enabled by somebody else.
    """
    known = list(states)
    declared = list(changes)
    environments = {one for kind, properties in known if (one := _environment(kind, properties)) is not None}
    environments |= {change.environment for change in declared if change.environment is not None}
    programs = {str(properties.get("program_id")) for kind, properties in known if kind_named(kind).scope is Scope.PROGRAM}
    return World(
        {environment: _recorded_environment(environment, known, declared) for environment in environments},
        {program_id: LiveProgram(_recorded_infrastructures(program_id, known)) for program_id in programs},
    )


def _environment(kind: str, properties: Properties) -> EnvironmentId | None:
    program_id, environment_id = properties.get("program_id"), properties.get("environment_id")
    if not kind_named(kind).in_environment or not isinstance(program_id, str) or not isinstance(environment_id, str):
        return None
    return EnvironmentId(program_id, environment_id)


def _recorded_environment(
    environment: EnvironmentId, states: Iterable[tuple[str, Properties]], changes: Iterable[Change]
) -> LiveEnvironment:
    own = [(kind_named(kind), properties) for kind, properties in states if _environment(kind, properties) == environment]
    rules = {rule.port_orig: rule for kind, properties in own for rule in kind.rules(properties)}.values()
    hosts = {host for kind, properties in own for host in kind.hosts(properties)}
    enabled = any(kind.enables for kind, _ in own) or bool(rules) or _count_on_enablement(environment, changes)
    networking = AdvancedNetworking(enabled, None, tuple(sorted(hosts)), tuple(map(port_forward_entry, rules)))
    variables = tuple(variable for kind, properties in own for variable in kind.variables(properties))
    return LiveEnvironment(as_recorded(environment), networking, variables)


def _count_on_enablement(environment: EnvironmentId, changes: Iterable[Change]) -> bool:
    """Say whether changes need what none of them brings: an enablement that somebody else keeps."""
    new = [kind_named(one.kind) for one in changes if one.environment == environment and one.operation is not Operation.DELETE]
    return any(kind.scope is Scope.NETWORKING for kind in new) and not any(kind.enables for kind in new)


def _recorded_infrastructures(program_id: str, states: Iterable[tuple[str, Properties]]) -> tuple[NetworkInfrastructure, ...]:
    return tuple(
        NetworkInfrastructure(
            id=str(properties.get("infrastructure_id", "")),
            kind=str(properties.get("kind")),
            region=str(properties.get("region")),
            status=str(properties.get("status", "ready")),
            is_primary_region=properties.get("is_primary_region") is True,
            address_space=tuple(properties.get("address_space") or ()),
            dns=properties.get("dns"),
            connections=_connections(properties.get("connections")),
        )
        for kind, properties in states
        if kind_named(kind).scope is Scope.PROGRAM and properties.get("program_id") == program_id
    )


def _connections(recorded: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple(recorded) if isinstance(recorded, list) else ()
