"""From the properties of declared resources to declarations, one for each environment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.checks.project_files import concerns_mail
from aem_mail.checks.subject import Declaration, DeclaredVariable
from aem_mail.kinds import ResourceKind, Scope, kind_named
from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.model import UNKNOWN, EnvironmentId, Properties, VariableType, holds_unknown
from aem_mail.osgi import render_configuration
from aem_mail.stack.recorded import RecordedResource
from aem_mail.stack.values import is_masked

Resources = Sequence[tuple[str, Properties]]
"""Class names (PortForward, …, MailEgress for what a component demands) and inputs; what is not known, or a secret, is UNKNOWN."""
Known = Sequence[tuple[ResourceKind, Mapping[str, Any]]]
"""Kinds and inputs in normal form, without what is UNKNOWN."""
IN_EVERY_COMPONENT: Final = (ADVANCED_NETWORKING.name, PORT_FORWARD.name)
"""What a MailEgress has in its environment whatever its arguments are."""


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A configuration that a stack writes: the `osgiconfig` folder, the path below it, and the text."""

    directory: str
    path: str
    content: str


def declarations(resources: Resources, recorded: Sequence[RecordedResource] | None = None) -> dict[EnvironmentId, Declaration]:
    """Return what is declared for each environment that a resource names; an infrastructure counts for its whole program.

    ``recorded`` are the resources as a state has them, None where they are from no state.
    """
    normal = [(kind, _known(one)) for name, properties in resources for kind, one in _singles(kind_named(name), properties)]
    found = {_environment(properties) for _, properties in normal} - {None}
    return {environment: _declaration(environment, normal, recorded) for environment in sorted(filter(None, found))}


def resources_of(recorded: Sequence[RecordedResource]) -> Resources:
    """Return what a stack has recorded, with UNKNOWN for every secret."""
    return [(one.kind, {name: UNKNOWN if is_masked(value) else value for name, value in one.inputs.items()}) for one in recorded]


def rendered_files(resources: Resources) -> list[RenderedFile]:
    """Return the configurations that the stack writes, that have to do with mail, and whose content is known."""
    return list(_rendered(resources))


def _unfinished(environment: EnvironmentId, recorded: Sequence[RecordedResource]) -> Iterator[tuple[str, str]]:
    """Yield each component that has something in the environment, with what of IN_EVERY_COMPONENT it has not."""
    parts: dict[str, set[str]] = {}
    for one in recorded:
        if one.component is not None and _environment(one.inputs) == environment:
            parts.setdefault(one.component, set()).add(one.kind)
    for component, kinds in parts.items():
        yield from ((component, kind) for kind in IN_EVERY_COMPONENT if kind not in kinds)


def _declaration(environment: EnvironmentId, resources: Known, recorded: Sequence[RecordedResource] | None) -> Declaration:
    mine = [(kind, one) for kind, one in resources if _environment(one) == environment]
    program = [one for kind, one in resources if kind.scope is Scope.PROGRAM and one.get("program_id") == environment.program_id]
    infrastructure: Mapping[str, Any] = next(iter(program), {})
    networking = next((one for kind, one in mine if kind.enables), None)
    component: Mapping[str, Any] = next((one for kind, one in mine if kind.scope is Scope.STACK), {})
    variables = tuple(found for kind, one in mine for found in _variables(kind, one))
    services = sorted({one.key.service for one in variables if one.type == VariableType.SECRET_STRING and one.key.service is not None})
    everybody = any(one.key.service is None for one in variables if one.type == VariableType.SECRET_STRING)
    hosts = None if networking is None else networking.get("non_proxy_hosts")
    return Declaration(
        environment.program_id,
        environment.environment_id,
        kind=infrastructure.get("kind") or (networking or {}).get("infrastructure_kind"),
        region=infrastructure.get("region"),
        dns=infrastructure.get("dns"),
        connections=infrastructure.get("connections"),
        enables_networking=networking is not None,
        non_proxy_hosts=None if hosts is None else tuple(hosts),
        port_forwards=tuple(rule for kind, one in mine for rule in kind.rules(one)),
        variables=variables,
        services=tuple(services) if services and not everybody else None,
        requires_fixed_ip=component.get("requires_fixed_ip") is True,
        expected_connections=_number(component.get("expected_connections")),
        recorded=recorded is not None,
        manages_infrastructure=bool(infrastructure),
        unfinished=tuple(_unfinished(environment, recorded or ())),
    )


def _singles(kind: ResourceKind, properties: Properties) -> Iterator[tuple[ResourceKind, Properties]]:
    """Yield the entries of a set, each as its own kind has it, and anything else as it is; in normal form."""
    normal = kind.normalise(properties)
    entries = kind.entries(normal)
    yield from ((entry.kind, entry.properties) for entry in entries)
    if not entries:
        yield kind, normal


def _variables(kind: ResourceKind, one: Mapping[str, Any]) -> Iterator[DeclaredVariable]:
    value, value_from = (text if isinstance(text, str) else None for text in (one.get("value"), one.get("value_from")))
    for variable in kind.variables(one):
        yield DeclaredVariable(variable.key, variable.type, value, one.get("expires_at"), value_from, kind.is_restorable(one))


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _environment(properties: Mapping[str, Any]) -> EnvironmentId | None:
    program_id, environment_id = properties.get("program_id"), properties.get("environment_id")
    known = isinstance(program_id, str) and isinstance(environment_id, str)
    return EnvironmentId(program_id, environment_id) if known else None  # type: ignore[arg-type]  # `known` says so


def _rendered(resources: Resources) -> Iterator[RenderedFile]:
    for kind, properties in resources:
        given = properties.get("properties")
        run_mode = properties.get("run_mode")
        if kind_named(kind).scope is not Scope.PROJECT or not isinstance(given, Mapping) or holds_unknown([given, run_mode]):
            continue
        folder = ".".join(filter(None, ["config", run_mode]))
        path = f"{folder}/{properties['pid']}.cfg.json"
        if concerns_mail(path):
            yield RenderedFile(str(properties["directory"]), path, render_configuration(given))


def _known(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not UNKNOWN}
