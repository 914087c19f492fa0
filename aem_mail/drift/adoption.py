"""What declares a thing as it is live: commands for the stack's configuration where that can say it, else Python."""

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.adopt.source import CallExpression, Expression, statement
from aem_mail.drift.compare import Comparison
from aem_mail.kinds import ResourceKind, kind_named
from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.environment_variable import ENVIRONMENT_VARIABLE
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.kinds.osgi_config import OSGI_CONFIG
from aem_mail.kinds.port_forward import PORT_FORWARD, RULES_ON_PORT
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.model import EnvironmentId, PortForward, Properties, Variable, VariableType
from aem_mail.model.secret_like import looks_secret
from aem_mail.settings.keys import PREFIX
from aem_mail.stack.recorded import RecordedResource, is_hidden
from aem_mail.stack.values import is_masked

HIDDEN: Final = "<its value in Cloud Manager>"
INFRASTRUCTURE_FIELDS: Final = ("is_primary_region", "address_space", "dns")


@dataclass(frozen=True, slots=True)
class AdoptionSnippet:
    """A sentence, and what to paste: ``language`` is sh or python, both empty where there is nothing to paste."""

    text: str
    snippet: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The stack whose resources are adopted, and the keys of configuration that it has."""

    stack: str
    config: frozenset[str]

    def configures(self, resource: RecordedResource, key: str) -> bool:
        """Say whether a resource is part of a MailEgress that is declared from this key of the configuration."""
        return resource.component is not None and key in self.config


def adoption(comparison: Comparison, context: Context) -> AdoptionSnippet | None:
    """Return how to declare what is live of a stack's resource, None where there is no way to."""
    resource = comparison.resource
    if comparison.outputs is None:
        return AdoptionSnippet(f"Take {resource.name} out of the program, if it is meant to be gone.")
    if "type" in comparison.changed:
        other = SECRET_VARIABLE if kind_named(resource.kind).type == VariableType.STRING else ENVIRONMENT_VARIABLE
        return AdoptionSnippet(f"Declare it as {other.name}, if it is meant to be one.")
    if {"status", RULES_ON_PORT} & set(comparison.changed):
        return None
    way = WAYS.get(resource.kind)
    return None if way is None else way(resource, comparison.outputs, context)


def foreign_rule(environment: EnvironmentId, rule: PortForward) -> AdoptionSnippet:
    """Return what declares a rule that nobody declares."""
    args = [*_ids(environment), rule.name, rule.port_dest, rule.port_orig]
    return _python(PORT_FORWARD, f"{environment.environment_id}-{rule.port_orig}", args)


def shared_port(number: int) -> str:
    """Say of a port on which several rules stand what can be done about it."""
    return f"{number} rules share that port, and it cannot be told which one counts: remove all but one of them in Cloud Manager."


def foreign_variable(environment: EnvironmentId, variable: Variable, *, secret: bool) -> AdoptionSnippet:
    """Return what declares a variable that nobody declares; ``secret``: a stack declares a secret of that name, or of that value."""
    service = {} if variable.key.service is None else {"service": variable.key.service}
    name = "-".join(filter(None, [environment.environment_id, variable.key.service, variable.key.name]))
    if variable.type == VariableType.SECRET_STRING:
        keep: dict[str, Expression] = {**service, "on_conflict": "keep"}
        return _python(SECRET_VARIABLE, name, [*_ids(environment), variable.key.name], keep)
    hidden = secret or looks_secret(variable.key.name, variable.value)
    value = HIDDEN if hidden or variable.value is None else variable.value
    return _python(ENVIRONMENT_VARIABLE, name, [*_ids(environment), variable.key.name, value], service)


def _rule(resource: RecordedResource, live: Properties, context: Context) -> AdoptionSnippet:
    if context.configures(resource, "smtp"):
        return _configured(context.stack, {"smtp.host": live["name"], "smtp.port": live["port_dest"], "smtp.portOrig": live["port_orig"]})
    environment = EnvironmentId(str(live["program_id"]), str(live["environment_id"]))
    return _python(PORT_FORWARD, resource.name, [*_ids(environment), live["name"], live["port_dest"], live["port_orig"]])


def _hosts(resource: RecordedResource, live: Properties, context: Context) -> AdoptionSnippet | None:
    hosts = live.get("non_proxy_hosts")
    if not isinstance(hosts, list):
        return None
    if hosts and context.configures(resource, "egress"):
        settings = {f"egress.nonProxyHosts[{index}]": host for index, host in enumerate(hosts)}
        return _configured(context.stack, settings, removed="egress.nonProxyHosts")
    environment = EnvironmentId(str(live["program_id"]), str(live["environment_id"]))
    return _python(ADVANCED_NETWORKING, resource.name, _ids(environment), {"non_proxy_hosts": hosts})


def _infrastructure(resource: RecordedResource, live: Properties, context: Context) -> AdoptionSnippet:
    if context.configures(resource, "egress"):
        return _configured(context.stack, {"egress.kind": live["kind"]})
    more = {name: live[name] for name in INFRASTRUCTURE_FIELDS if live.get(name) is not None and not is_masked(live[name])}
    return _python(NETWORK_INFRASTRUCTURE, resource.name, [live["program_id"], live["kind"], live["region"]], more)


def _variable(resource: RecordedResource, live: Properties, _: Context) -> AdoptionSnippet | None:
    if is_masked(live.get("value")):
        return None
    service = {} if live.get("service") is None else {"service": live["service"]}
    environment = EnvironmentId(str(live["program_id"]), str(live["environment_id"]))
    value = HIDDEN if is_hidden(live, "value") else live["value"]
    return _python(ENVIRONMENT_VARIABLE, resource.name, [*_ids(environment), live["name"], value], service)


def _file(resource: RecordedResource, _live: Properties, _context: Context) -> AdoptionSnippet:
    return AdoptionSnippet(f"Bring the properties of {resource.name} in the program in line with the file.")


def _ids(environment: EnvironmentId) -> Sequence[Expression]:
    return [environment.program_id, environment.environment_id]


def _python(kind: ResourceKind, name: str, args: Sequence[Expression], named: Mapping[str, Expression] | None = None) -> AdoptionSnippet:
    declared = CallExpression(kind.name, [name, CallExpression(f"{kind.name}Args", args, named or {})])
    return AdoptionSnippet("Declare it as it is live.", statement(declared), "python")


def _configured(stack: str, settings: Mapping[str, Any], removed: str = "") -> AdoptionSnippet:
    at = ["--stack", stack] if stack else []
    commands = [["pulumi", "config", "rm", "--path", PREFIX + removed, *at]] if removed else []
    commands += [["pulumi", "config", "set", "--path", *at, "--", PREFIX + key, _text(value)] for key, value in settings.items()]
    return AdoptionSnippet("Configure it as it is live.", "\n".join(map(shlex.join, commands)), "sh")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


WAYS: Final[Mapping[str, Callable[[RecordedResource, Properties, Context], AdoptionSnippet | None]]] = {
    ADVANCED_NETWORKING.name: _hosts,
    ENVIRONMENT_VARIABLE.name: _variable,
    NETWORK_INFRASTRUCTURE.name: _infrastructure,
    OSGI_CONFIG.name: _file,
    PORT_FORWARD.name: _rule,
}
