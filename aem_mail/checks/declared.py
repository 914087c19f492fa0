"""From the properties of declared resources to declarations, one for each environment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.checks.project_files import concerns_mail
from aem_mail.checks.subject import Declaration, DeclaredVariable
from aem_mail.kinds import normalise
from aem_mail.model import UNKNOWN, EnvironmentId, PortForward, Properties, VariableKey, VariableType
from aem_mail.osgi import render_configuration

Resources = Sequence[tuple[str, Properties]]
"""Class names (PortForward, …, MailEgress for what a component demands) and inputs; what is not known, or a secret, is UNKNOWN."""

VARIABLE_TYPES: Final = {"EnvVar": VariableType.STRING, "SecretEnvVar": VariableType.SECRET_STRING}


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A configuration that a stack writes: the `osgiconfig` folder, the path below it, and the text."""

    directory: str
    path: str
    content: str


def declarations(resources: Resources) -> dict[EnvironmentId, Declaration]:
    """Return what is declared for each environment that a resource names; an infrastructure counts for its whole program."""
    normal = [(kind, _known(normalise(kind, properties))) for kind, properties in resources if kind != "OsgiConfig"]
    found = {_environment(properties) for _, properties in normal} - {None}
    return {environment: _declaration(environment, normal) for environment in sorted(filter(None, found))}


def rendered_files(resources: Resources) -> list[RenderedFile]:
    """Return the configurations that the stack writes, that have to do with mail, and whose content is known."""
    return list(_rendered(resources))


def _declaration(environment: EnvironmentId, resources: Sequence[tuple[str, Mapping[str, Any]]]) -> Declaration:
    mine = [(kind, one) for kind, one in resources if _environment(one) == environment]
    infrastructure = next(
        (one for kind, one in resources if kind == "NetworkInfrastructure" and one.get("program_id") == environment.program_id), {}
    )
    networking = next((one for kind, one in mine if kind == "AdvancedNetworking"), None)
    component: Mapping[str, Any] = next((one for kind, one in mine if kind == "MailEgress"), {})
    variables = tuple(_variable(kind, one) for kind, one in mine if kind in VARIABLE_TYPES and isinstance(one.get("name"), str))
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
        port_forwards=tuple(_rules(mine)),
        variables=variables,
        services=tuple(services) if services and not everybody else None,
        requires_fixed_ip=component.get("requires_fixed_ip") is True,
        expected_connections=_number(component.get("expected_connections")),
    )


def _rules(resources: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[PortForward]:
    for kind, one in resources:
        numbers = (one.get("port_dest"), one.get("port_orig"))
        if kind == "PortForward" and isinstance(one.get("name"), str) and all(isinstance(number, int) for number in numbers):
            yield PortForward(one["name"], one["port_dest"], one["port_orig"])


def _variable(kind: str, one: Mapping[str, Any]) -> DeclaredVariable:
    key = VariableKey(one.get("service"), one["name"])
    value, value_from = (text if isinstance(text, str) else None for text in (one.get("value"), one.get("value_from")))
    return DeclaredVariable(key, str(VARIABLE_TYPES[kind]), value, one.get("expires_at"), value_from)


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _environment(properties: Mapping[str, Any]) -> EnvironmentId | None:
    program_id, environment_id = properties.get("program_id"), properties.get("environment_id")
    known = isinstance(program_id, str) and isinstance(environment_id, str)
    return EnvironmentId(program_id, environment_id) if known else None  # type: ignore[arg-type]  # `known` says so


def _rendered(resources: Resources) -> Iterator[RenderedFile]:
    for kind, properties in resources:
        given = properties.get("properties")
        if kind != "OsgiConfig" or not isinstance(given, Mapping) or UNKNOWN in given.values():
            continue
        folder = ".".join(filter(None, ["config", properties.get("run_mode")]))
        path = f"{folder}/{properties['pid']}.cfg.json"
        if concerns_mail(path):
            yield RenderedFile(str(properties["directory"]), path, render_configuration(given))


def _known(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not UNKNOWN}
