"""What declares a thing as it is live: commands for the stack's configuration where that can say it, else Python."""

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.adopt.source import Call, Expression, statement
from aem_mail.drift.compare import Comparison
from aem_mail.kinds.port_forward import RULES_ON_PORT
from aem_mail.model import EnvironmentId, PortForward, Properties, Variable, VariableType
from aem_mail.secret_like import looks_secret
from aem_mail.settings.keys import PREFIX
from aem_mail.stack.recorded import RecordedResource, is_hidden
from aem_mail.stack.values import is_masked

HIDDEN: Final = "<its value in Cloud Manager>"
INFRASTRUCTURE_FIELDS: Final = ("is_primary_region", "address_space", "dns")


@dataclass(frozen=True, slots=True)
class Adoption:
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


def adoption(comparison: Comparison, context: Context) -> Adoption | None:
    """Return how to declare what is live of a stack's resource, None where there is no way to."""
    resource = comparison.resource
    if comparison.outputs is None:
        return Adoption(f"Take {resource.name} out of the program, if it is meant to be gone.")
    if "type" in comparison.moved:
        other = "SecretEnvVar" if resource.kind == "EnvVar" else "EnvVar"
        return Adoption(f"Declare it as {other}, if it is meant to be one.")
    if {"status", RULES_ON_PORT} & set(comparison.moved):
        return None
    way = WAYS.get(resource.kind)
    return None if way is None else way(resource, comparison.outputs, context)


def foreign_rule(environment: EnvironmentId, rule: PortForward) -> Adoption:
    """Return what declares a rule that nobody declares."""
    args = Call("PortForwardArgs", [*_ids(environment), rule.name, rule.port_dest, rule.port_orig])
    return _python("PortForward", f"{environment.environment_id}-{rule.port_orig}", args)


def shared_port(number: int) -> str:
    """Say of a port on which several rules stand what can be done about it."""
    return f"{number} rules share that port, and it cannot be told which one counts: remove all but one of them in Cloud Manager."


def foreign_variable(environment: EnvironmentId, variable: Variable, *, secret_name: bool) -> Adoption:
    """Return what declares a variable that nobody declares; ``secret_name``: a stack declares a secret of that name elsewhere."""
    service = {} if variable.key.service is None else {"service": variable.key.service}
    name = "-".join(filter(None, [environment.environment_id, variable.key.service, variable.key.name]))
    if variable.type == VariableType.SECRET_STRING:
        keep: dict[str, Expression] = {**service, "on_conflict": "keep"}
        return _python("SecretEnvVar", name, Call("SecretEnvVarArgs", [*_ids(environment), variable.key.name], keep))
    hidden = secret_name or looks_secret(variable.key.name, variable.value)
    value = HIDDEN if hidden or variable.value is None else variable.value
    return _python("EnvVar", name, Call("EnvVarArgs", [*_ids(environment), variable.key.name, value], service))


def _rule(resource: RecordedResource, live: Properties, context: Context) -> Adoption:
    if context.configures(resource, "smtp"):
        return _configured(context.stack, {"smtp.host": live["name"], "smtp.port": live["port_dest"], "smtp.portOrig": live["port_orig"]})
    environment = EnvironmentId(str(live["program_id"]), str(live["environment_id"]))
    args = Call("PortForwardArgs", [*_ids(environment), live["name"], live["port_dest"], live["port_orig"]])
    return _python("PortForward", resource.name, args)


def _hosts(resource: RecordedResource, live: Properties, context: Context) -> Adoption | None:
    hosts = live.get("non_proxy_hosts")
    if not isinstance(hosts, list):
        return None
    if hosts and context.configures(resource, "egress"):
        settings = {f"egress.nonProxyHosts[{index}]": host for index, host in enumerate(hosts)}
        return _configured(context.stack, settings, removed="egress.nonProxyHosts")
    environment = EnvironmentId(str(live["program_id"]), str(live["environment_id"]))
    return _python("AdvancedNetworking", resource.name, Call("AdvancedNetworkingArgs", _ids(environment), {"non_proxy_hosts": hosts}))


def _infrastructure(resource: RecordedResource, live: Properties, context: Context) -> Adoption:
    if context.configures(resource, "egress"):
        return _configured(context.stack, {"egress.kind": live["kind"]})
    more = {name: live[name] for name in INFRASTRUCTURE_FIELDS if live.get(name) is not None and not is_masked(live[name])}
    args = Call("NetworkInfrastructureArgs", [live["program_id"], live["kind"], live["region"]], more)
    return _python("NetworkInfrastructure", resource.name, args)


def _variable(resource: RecordedResource, live: Properties, _: Context) -> Adoption | None:
    if is_masked(live.get("value")):
        return None
    service = {} if live.get("service") is None else {"service": live["service"]}
    environment = EnvironmentId(str(live["program_id"]), str(live["environment_id"]))
    value = HIDDEN if is_hidden(live, "value") else live["value"]
    return _python("EnvVar", resource.name, Call("EnvVarArgs", [*_ids(environment), live["name"], value], service))


def _file(resource: RecordedResource, _live: Properties, _context: Context) -> Adoption:
    return Adoption(f"Bring the properties of {resource.name} in the program in line with the file.")


def _ids(environment: EnvironmentId) -> Sequence[Expression]:
    return [environment.program_id, environment.environment_id]


def _python(function: str, name: str, args: Call) -> Adoption:
    return Adoption("Declare it as it is live.", statement(Call(function, [name, args])), "python")


def _configured(stack: str, settings: Mapping[str, Any], removed: str = "") -> Adoption:
    at = ["--stack", stack] if stack else []
    commands = [["pulumi", "config", "rm", "--path", PREFIX + removed, *at]] if removed else []
    commands += [["pulumi", "config", "set", "--path", *at, "--", PREFIX + key, _text(value)] for key, value in settings.items()]
    return Adoption("Configure it as it is live.", "\n".join(map(shlex.join, commands)), "sh")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


WAYS: Final[Mapping[str, Callable[[RecordedResource, Properties, Context], Adoption | None]]] = {
    "AdvancedNetworking": _hosts,
    "EnvVar": _variable,
    "NetworkInfrastructure": _infrastructure,
    "OsgiConfig": _file,
    "PortForward": _rule,
}
