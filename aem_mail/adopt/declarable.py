"""Which of the live things can be declared so that `pulumi up` adopts them as they are, and why the others cannot."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.kinds import identity, normalise, problems
from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.environment_variable import ENVIRONMENT_VARIABLE
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.kinds.registry import VARIABLE_KINDS
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.model import (
    UNKNOWN,
    AdvancedNetworking,
    EnvironmentId,
    Kind,
    NetworkInfrastructure,
    PortForward,
    Properties,
    Variable,
    VariableKey,
    VariableType,
    port_forward_of,
)
from aem_mail.model.secret_like import is_secret_name, looks_secret
from aem_mail.model.statuses import GONE, VARIABLE_LASTING
from aem_mail.rollout.vpn_connections import CONNECTION
from aem_mail.settings.keys import value_key
from aem_mail.text.words import listed

KEPT: Final[Mapping[str, Properties]] = {SECRET_VARIABLE.name: {"on_conflict": "keep"}}
DNS: Final[Mapping[str, Any]] = {"resolvers": None, "domains": None}
"""What of a VPN can be declared; the rest of an answer is Cloud Manager's own business."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One resource: its class, its name, and its arguments except for the ids of program and environment, and a secret's value."""

    kind: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Undeclared:
    """Something live that is not declared, and why.

    ``kind`` and ``id`` are those of its resource, where a report of drift would name it again and again; else empty.
    """

    what: str
    reason: str
    kind: str = ""
    id: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.reason}"


Judgement = Declared | Undeclared


def declared_in(judgements: Iterable[Judgement]) -> tuple[Declared, ...]:
    """Return what can be declared."""
    return tuple(one for one in judgements if isinstance(one, Declared))


def left_in(judgements: Iterable[Judgement]) -> tuple[Undeclared, ...]:
    """Return what cannot."""
    return tuple(one for one in judgements if isinstance(one, Undeclared))


def port_forwards(environment: EnvironmentId, networking: AdvancedNetworking) -> list[Judgement]:
    """Judge each rule, by ``port_orig``."""
    live = sorted((port_forward_of(entry) for entry in networking.port_forwards), key=lambda rule: (rule.port_orig, rule))
    return [_port_forward(environment, rule, [one for one in live if one.port_orig == rule.port_orig]) for rule in live]


def left_rule(environment: EnvironmentId, rule: PortForward, reason: str) -> Undeclared:
    """Return a rule as one that is not declared."""
    return Undeclared(
        f"port forward {rule}", reason, PORT_FORWARD.name, PORT_FORWARD.identity({**_ids(environment), "port_orig": rule.port_orig})
    )


def variables(environment: EnvironmentId, live: Sequence[Variable]) -> list[Judgement]:
    """Judge each variable, by name and service."""
    return [_variable(environment, one) for one in sorted(live, key=lambda one: (one.key.name, one.key.service or ""))]


def infrastructures(program_id: str, live: Sequence[NetworkInfrastructure]) -> list[Judgement]:
    """Judge each of the program's network infrastructures, by region; of a VPN all but its shared key is declared."""
    return [_infrastructure(program_id, one) for one in sorted(live, key=lambda one: one.region)]


def non_proxy_hosts(environment: EnvironmentId, networking: AdvancedNetworking, kind: str) -> tuple[tuple[str, ...], Undeclared | None]:
    """Return the hosts to declare; where one of them cannot be, none, since a declared list is the whole list."""
    hosts = list(networking.non_proxy_hosts)
    if not hosts:
        return (), None
    declared = {"non_proxy_hosts": hosts, "infrastructure_kind": kind}
    normal = ADVANCED_NETWORKING.normalise({**_ids(environment), **declared})
    fault = _fault(ADVANCED_NETWORKING.name, normal)
    if fault is None and {host.casefold() for host in hosts} != set(normal["non_proxy_hosts"]):
        fault = "a declaration would bring them into another form"
    if fault is not None:
        return (), Undeclared(f"non-proxy hosts {', '.join(hosts)}", fault)
    return tuple(normal["non_proxy_hosts"]), None


def variable_name(key: VariableKey) -> str:
    """Return the name of a variable's resource, under which its value is configured too."""
    return value_key(key.name, key.service)


def _port_forward(environment: EnvironmentId, rule: PortForward, on_port: Sequence[PortForward]) -> Judgement:
    if len(on_port) > 1:
        sharing = f"there are {len(on_port)} rules on that port, {listed(map(str, on_port))}"
        return left_rule(environment, rule, f"{sharing}: remove all but one of them in Cloud Manager")
    arguments = {"name": rule.name, "port_dest": rule.port_dest, "port_orig": rule.port_orig}
    fault = _hindrance(PORT_FORWARD.name, _ids(environment), arguments)
    if fault is not None:
        return left_rule(environment, rule, fault)
    return Declared(PORT_FORWARD.name, f"port-forward-{rule.port_orig}", arguments)


def _variable(environment: EnvironmentId, one: Variable) -> Judgement:
    what = f"variable {one.key}"
    if one.status in GONE:
        return Undeclared(what, f"its status is {one.status}")
    arguments = {"name": one.key.name, "value": one.value, "service": one.key.service}
    arguments = {name: value for name, value in arguments.items() if value is not None}
    kind = VARIABLE_KINDS.get(one.type, ENVIRONMENT_VARIABLE).name
    fault = _fault_of_variable(one) or _hindrance(kind, {**_ids(environment), **KEPT.get(kind, {})}, arguments)
    if fault is None:
        return Declared(kind, variable_name(one.key), arguments)
    return Undeclared(what, fault, kind, identity(kind, {**_ids(environment), **arguments}))


def _fault_of_variable(one: Variable) -> str | None:
    if one.status not in VARIABLE_LASTING:
        return f"its status is {one.status}: set it again in Cloud Manager, or declare it with its value, which writes it again"
    if one.type not in VARIABLE_KINDS:
        return f"its type is {one.type}"
    if one.type == VariableType.STRING and looks_secret(one.key.name, one.value):
        what = "name is" if is_secret_name(one.key.name) else "value looks like"
        return f"its {what} that of a secret, but it is plain, and its value is not copied: make it a secretString"
    return None


def _infrastructure(program_id: str, one: NetworkInfrastructure) -> Judgement:
    arguments: dict[str, Any] = {"kind": one.kind, "region": one.region}
    if one.kind == Kind.VPN:
        arguments["address_space"] = list(one.address_space)
        if one.dns is not None:
            arguments["dns"] = _only(one.dns, DNS)
        arguments["connections"] = [_only(connection, CONNECTION) for connection in one.connections]
    with_keys = [{**connection, "sharedKey": UNKNOWN} for connection in arguments.get("connections", ())]
    complete = {**arguments, "program_id": program_id, **({"connections": with_keys} if one.kind == Kind.VPN else {})}
    fault = _fault(NETWORK_INFRASTRUCTURE.name, NETWORK_INFRASTRUCTURE.normalise(complete))
    if fault is not None:
        return Undeclared(f"network infrastructure {one.id} ({one.kind} in {one.region})", fault)
    return Declared(NETWORK_INFRASTRUCTURE.name, f"network-infrastructure-{one.region}", arguments)


def _hindrance(kind: str, given: Properties, arguments: Mapping[str, Any]) -> str | None:
    normal = normalise(kind, {**given, **arguments})
    return _fault(kind, normal) or next(_other_form(normal, arguments), None)


def _other_form(normal: Properties, arguments: Mapping[str, Any]) -> Iterator[str]:
    for name, value in arguments.items():
        if normal.get(name) != value:
            yield f"a declaration would change its {name} to {normal.get(name)!r}"


def _fault(kind: str, normal: Properties) -> str | None:
    return "; ".join(map(str, problems(kind, normal))) or None


def _only(live: Any, known: Mapping[str, Any]) -> Any:
    """Keep of an object of Cloud Manager the fields that are known."""
    if not isinstance(live, Mapping):
        return live
    return {name: live[name] if inner is None else _only(live[name], inner) for name, inner in known.items() if live.get(name) is not None}


def _ids(environment: EnvironmentId) -> dict[str, str]:
    return {"program_id": environment.program_id, "environment_id": environment.environment_id}
