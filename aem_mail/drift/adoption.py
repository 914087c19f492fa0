"""What declares a thing as it is live: commands for the stack's configuration where that can say it, else Python."""

import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.adopt.source import CallExpression, Expression, statement
from aem_mail.drift.compare import Comparison
from aem_mail.drift.homes import Context, Home
from aem_mail.kinds import ResourceKind, Scope, kind_named
from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.environment_variable import ENVIRONMENT_VARIABLE, variable_key
from aem_mail.kinds.environment_variables import ENVIRONMENT_VARIABLES, entry_name
from aem_mail.kinds.mail_secrets import LOGIN
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.kinds.osgi_config import OSGI_CONFIG
from aem_mail.kinds.port_forward import PORT_FORWARD, RULES_ON_PORT
from aem_mail.kinds.port_forwards import PORT_FORWARDS
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.model import EnvironmentId, PortForward, Properties, Variable, VariableKey, VariableType
from aem_mail.model.secret_like import looks_secret
from aem_mail.osgi.variables_file import GivenVariable, variables_text
from aem_mail.settings.environment import FILE, INFRASTRUCTURES, NETWORKING
from aem_mail.settings.keys import PREFIX, value_key
from aem_mail.settings.keys import VARIABLES as VALUES
from aem_mail.stack.recorded import RecordedResource, is_hidden
from aem_mail.stack.values import is_masked

UP: Final = "Then run `pulumi up --refresh`, which sends nothing for it."
NO_TEXT: Final = re.compile(r"true|false|[+-]?[0-9]+")
"""What `pulumi config set --path` takes for another type."""
HIDDEN: Final = "<its value in Cloud Manager>"
INFRASTRUCTURE_FIELDS: Final = ("is_primary_region", "address_space", "dns")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one more rule or variable is declared: its environment, the name that a resource of its own has, its home, and the stack."""

    environment: EnvironmentId
    name: str
    home: Home
    stack: str


@dataclass(frozen=True, slots=True)
class AdoptionSnippet:
    """A sentence, and what to paste: ``language`` is sh or python, both empty where there is nothing to paste."""

    text: str
    snippet: str = ""
    language: str = ""


def adoption(comparison: Comparison, context: Context) -> AdoptionSnippet | None:
    """Return how to declare what is live of a stack's resource, None where there is no way to."""
    resource = comparison.resource
    if comparison.outputs is None:
        return _removed(resource, context)
    if "type" in comparison.changed:
        other = SECRET_VARIABLE if kind_named(resource.kind).type == VariableType.STRING else ENVIRONMENT_VARIABLE
        return AdoptionSnippet(f"Declare it as {other.name}, if it is meant to be one.")
    if {"status", RULES_ON_PORT} & set(comparison.changed):
        return None
    way = WAYS.get(resource.kind)
    return None if way is None else way(resource, comparison.outputs, context)


def foreign_rule(environment: EnvironmentId, rule: PortForward, context: Context) -> AdoptionSnippet:
    """Return what declares a rule that nobody declares, as this stack declares its own."""
    name = f"{environment.environment_id}-{rule.port_orig}"
    return _declared_rule(rule, Spot(environment, name, context.home_for(environment, Scope.NETWORKING), context.stack))


def shared_port(number: int) -> str:
    """Say of a port on which several rules stand what can be done about it."""
    return f"{number} rules share that port, and it cannot be told which one counts: remove all but one of them in Cloud Manager."


def foreign_variable(environment: EnvironmentId, variable: Variable, context: Context, *, secret: bool) -> AdoptionSnippet:
    """Return what declares a variable that nobody declares; ``secret``: a stack declares a secret of that name, or of that value."""
    name = "-".join(filter(None, [environment.environment_id, variable.key.service, variable.key.name]))
    spot = Spot(environment, name, context.home_for(environment, Scope.VARIABLES), context.stack)
    if variable.type == VariableType.SECRET_STRING:
        return _declared_secret(variable.key, spot)
    hidden = secret or looks_secret(variable.key.name, variable.value)
    value = HIDDEN if hidden or variable.value is None else variable.value
    return _declared_value(variable.key, value, spot)


def with_a_value(resource: RecordedResource, context: Context) -> AdoptionSnippet:
    """Return how a secret that is declared without a value is restored: somebody has to give one."""
    up = shlex.join(["pulumi", "up", "--refresh", "--stack", context.stack])
    key = _value_key(resource, context)
    if key:
        text = "It is declared without a value: set one, for which the first command asks, and restore it."
        return AdoptionSnippet(text, f"{shlex.join(['pulumi', 'config', 'set', '--secret', '--stack', context.stack, key])}\n{up}", "sh")
    whole, _, role = resource.name.partition(f"{resource.component}-")
    named = f"MailEgress {resource.component} the argument {role.replace('-', '_')}" if not whole and role else f"{resource.name} a value"
    return AdoptionSnippet(f"It is declared without a value: give {named} in the program, and restore it.", up, "sh")


def _value_key(resource: RecordedResource, context: Context) -> str:
    """Return the key of the configuration that holds a secret's value, empty where the program gives it."""
    if context.home_of(resource).key:
        variable = variable_key(resource.inputs)
        return VALUES + value_key(variable.name, variable.service)
    role = resource.name.removeprefix(f"{resource.component}-")
    return PREFIX + role if context.configures(resource, "smtp") and role in LOGIN else ""


def _removed(resource: RecordedResource, context: Context) -> AdoptionSnippet:
    """Return how a thing that is gone is no longer declared."""
    home, entry = context.home_of(resource), resource.name.partition("[")[2].removesuffix("]")
    if home.key == FILE:
        return AdoptionSnippet(f"Take {entry} out of the file that {PREFIX}{FILE} names, if it is meant to be gone. {UP}")
    if home.key:
        return _configured(
            context.stack, {}, f"{home.key}{_step(entry)}", f"Take it out of the configuration, if it is meant to be gone. {UP}"
        )
    if resource.component is not None:
        whole = f"MailEgress {resource.component} needs it: take that out, if no mail is meant to be sent. {UP}"
        return AdoptionSnippet(whole)
    name = f"the entry {entry} of {home.set_name}" if home.set_name else resource.name
    return AdoptionSnippet(f"Take {name} out of the program, if it is meant to be gone. {UP}")


def _rule(resource: RecordedResource, live: Properties, context: Context) -> AdoptionSnippet:
    rule = PortForward(live["name"], live["port_dest"], live["port_orig"])
    if context.configures(resource, "smtp"):
        return _configured(context.stack, {"smtp.host": rule.name, "smtp.port": rule.port_dest, "smtp.portOrig": rule.port_orig})
    if resource.component is not None:
        return _argument(resource.component, "smtp", CallExpression("Smtp", [rule.name, rule.port_dest, rule.port_orig]))
    return _declared_rule(rule, _spot(resource, live, context))


def _declared_rule(rule: PortForward, spot: Spot) -> AdoptionSnippet:
    entry, destination = str(rule.port_orig), f"{rule.name}:{rule.port_dest}"
    if spot.home.key:
        return _configured(spot.stack, {f"{spot.home.key}{_step(entry)}": destination})
    if spot.home.set_name:
        return _in_set(PORT_FORWARDS, spot.home.set_name, "rules", {entry: destination})
    return _python(PORT_FORWARD, spot.name, [*_ids(spot.environment), rule.name, rule.port_dest, rule.port_orig])


def _declared_value(key: VariableKey, value: str, spot: Spot) -> AdoptionSnippet:
    entry = entry_name(key.name, key.service)
    if spot.home.key == FILE:
        return _in_file(GivenVariable(key.name, str(VariableType.STRING), key.service, value))
    if spot.home.key:
        return _configured(spot.stack, {f"{spot.home.key}{_step(entry)}": value})
    if spot.home.set_name:
        return _in_set(ENVIRONMENT_VARIABLES, spot.home.set_name, "values", {entry: value})
    return _python(ENVIRONMENT_VARIABLE, spot.name, [*_ids(spot.environment), key.name, value], _service(key))


def _declared_secret(key: VariableKey, spot: Spot) -> AdoptionSnippet:
    """Declare a secret that keeps the value which it has."""
    entry, keep = entry_name(key.name, key.service), {"on_conflict": "keep"}
    if spot.home.key == FILE:
        return _in_file(GivenVariable(key.name, str(VariableType.SECRET_STRING), key.service))
    if spot.home.key:
        return _configured(spot.stack, {f"{spot.home.key}{_step(entry)}.type": str(VariableType.SECRET_STRING)})
    if spot.home.set_name:
        return _in_set(ENVIRONMENT_VARIABLES, spot.home.set_name, "secrets", {entry: keep})
    return _python(SECRET_VARIABLE, spot.name, [*_ids(spot.environment), key.name], {**_service(key), **keep})


def _hosts(resource: RecordedResource, live: Properties, context: Context) -> AdoptionSnippet | None:
    hosts = live.get("non_proxy_hosts")
    if not isinstance(hosts, list):
        return None
    if hosts and context.configures(resource, "egress"):
        settings = {f"egress.nonProxyHosts[{index}]": host for index, host in enumerate(hosts)}
        return _configured(context.stack, settings, removed="egress.nonProxyHosts")
    if resource.component is not None:
        return _argument(resource.component, "egress.non_proxy_hosts", hosts)
    if NETWORKING in context.config:
        settings = {f"{NETWORKING}.nonProxyHosts[{index}]": host for index, host in enumerate(hosts)}
        return _configured(context.stack, settings, removed=f"{NETWORKING}.nonProxyHosts")
    return _python(ADVANCED_NETWORKING, resource.name, _ids(_environment(live)), {"non_proxy_hosts": hosts})


def _infrastructure(resource: RecordedResource, live: Properties, context: Context) -> AdoptionSnippet:
    if context.configures(resource, "egress"):
        return _configured(context.stack, {"egress.kind": live["kind"]})
    if resource.component is not None:
        return _argument(resource.component, "egress.kind", live["kind"])
    if INFRASTRUCTURES in context.config:
        return AdoptionSnippet(f"Set the kind of {live['region']} in {PREFIX}{INFRASTRUCTURES} to {live['kind']}. {UP}")
    more = {name: live[name] for name in INFRASTRUCTURE_FIELDS if live.get(name) is not None and not is_masked(live[name])}
    return _python(NETWORK_INFRASTRUCTURE, resource.name, [live["program_id"], live["kind"], live["region"]], more)


def _variable(resource: RecordedResource, live: Properties, context: Context) -> AdoptionSnippet | None:
    if is_masked(live.get("value")):
        return None
    value = HIDDEN if is_hidden(live, "value") else live["value"]
    return _declared_value(variable_key(live), value, _spot(resource, live, context))


def _file(resource: RecordedResource, _live: Properties, _context: Context) -> AdoptionSnippet:
    if resource.component is not None:
        return AdoptionSnippet(f"MailEgress {resource.component} renders it: bring that one's arguments in line with the file. {UP}")
    return AdoptionSnippet(f"Bring the properties of {resource.name} in the program in line with the file. {UP}")


def _spot(resource: RecordedResource, live: Properties, context: Context) -> Spot:
    return Spot(_environment(live), resource.name, context.home_of(resource), context.stack)


def _environment(live: Properties) -> EnvironmentId:
    return EnvironmentId(str(live["program_id"]), str(live["environment_id"]))


def _service(key: VariableKey) -> dict[str, Expression]:
    return {} if key.service is None else {"service": key.service}


def _ids(environment: EnvironmentId) -> Sequence[Expression]:
    return [environment.program_id, environment.environment_id]


def _python(kind: ResourceKind, name: str, args: Sequence[Expression], named: Mapping[str, Expression] | None = None) -> AdoptionSnippet:
    declared = CallExpression(kind.name, [name, CallExpression(f"{kind.name}Args", args, named or {})])
    return AdoptionSnippet(f"Declare it as it is live. {UP}", statement(declared), "python")


def _in_set(kind: ResourceKind, name: str, group: str, entries: Mapping[str, Expression]) -> AdoptionSnippet:
    """Return the entries that a set is to have."""
    return AdoptionSnippet(f"Let {group} of {kind.name} {name} have this entry. {UP}", statement(entries), "python")


def _argument(component: str, name: str, value: Expression) -> AdoptionSnippet:
    """Return the argument that a MailEgress is to have."""
    text = f"Let {name} of MailEgress {component} be that. {UP}"
    return AdoptionSnippet(text, statement(value, name.rpartition(".")[2]), "python")


def _in_file(variable: GivenVariable) -> AdoptionSnippet:
    text = f"Let the file that {PREFIX}{FILE} names have this entry, and no other of that name. {UP}"
    return AdoptionSnippet(text, variables_text([variable]).rstrip("\n"), "yaml")


def _configured(
    stack: str, settings: Mapping[str, Any], removed: str = "", text: str = f"Configure it as it is live. {UP}"
) -> AdoptionSnippet:
    at = ["--stack", stack] if stack else []
    commands = [["pulumi", "config", "rm", "--path", PREFIX + removed, *at]] if removed else []
    commands += [["pulumi", "config", "set", "--path", *_type(one), *at, "--", PREFIX + key, _text(one)] for key, one in settings.items()]
    return AdoptionSnippet(text, "\n".join(map(shlex.join, commands)), "sh")


def _type(value: Any) -> list[str]:
    """Return what keeps Pulumi from taking a text for something else."""
    return ["--type", "string"] if isinstance(value, str) and NO_TEXT.fullmatch(value) else []


def _step(entry: str) -> str:
    """Return how a path goes on to an entry whose name may hold anything that a name holds."""
    return f'["{entry}"]'


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


WAYS: Final[Mapping[str, Callable[[RecordedResource, Properties, Context], AdoptionSnippet | None]]] = {
    ADVANCED_NETWORKING.name: _hosts,
    ENVIRONMENT_VARIABLE.name: _variable,
    NETWORK_INFRASTRUCTURE.name: _infrastructure,
    OSGI_CONFIG.name: _file,
    PORT_FORWARD.name: _rule,
}
