"""The resources that a MailEgress stands for, as values: what the component registers, and what checks judge before that.

Properties are those of a MailEgress, completed by its preset; a value may be one that only `pulumi up` will know.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.forms import default_port_orig, plain
from aem_mail.kinds.mail_configurations import configured_by, mail_configurations, written_pids
from aem_mail.kinds.mail_egress import part
from aem_mail.kinds.mail_secrets import mail_secrets
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.kinds.osgi_config import OSGI_CONFIG
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.model import ConflictPolicy, EgressMode

RULE_ROLE: Final = "port-forward"
"""The role of the mail's rule."""
CAPACITY: Final = ("requires_fixed_ip", "expected_connections")
"""What is demanded of the network, by which checks judge."""

Compute = Callable[..., Any]
"""Gives what a function (the first argument) makes of values that may not be known yet."""


@dataclass(frozen=True, slots=True)
class MailResource:
    """One resource: its kind, the end of its name, its inputs as far as they are given, and the roles of those that it depends on."""

    kind: str
    role: str
    inputs: Mapping[str, Any] = field(repr=False)
    depends_on: tuple[str, ...] = ()


def mail_resources(properties: Mapping[str, Any], compute: Compute) -> list[MailResource]:
    """Return the resources in the order in which they are declared."""
    return [
        *_infrastructure(properties),
        *_networking(properties, compute),
        *_former(properties, compute),
        *_secrets(properties),
        *_configurations(properties, compute),
    ]


def capacity(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a MailEgress demands of the network; empty where it demands nothing."""
    egress = part(properties, "egress")
    return {name: egress[name] for name in CAPACITY if egress.get(name) is not None and egress[name] is not False}


def _infrastructure(properties: Mapping[str, Any]) -> Iterator[MailResource]:
    egress = part(properties, "egress")
    if egress.get("mode") == EgressMode.MANAGED:
        names = ("kind", "region", "is_primary_region", "address_space", "dns", "connections", "allow_replace")
        inputs = {
            "program_id": properties.get("program_id"),
            **{name: egress.get(name) for name in names},
            "allow_placeholder": properties.get("allow_placeholder"),
            "timeout": part(properties, "timeouts").get("infrastructure"),
        }
        yield MailResource(NETWORK_INFRASTRUCTURE.name, "infrastructure", _given(inputs))


def _networking(properties: Mapping[str, Any], compute: Compute) -> Iterator[MailResource]:
    egress, server, environment = part(properties, "egress"), part(properties, "smtp"), _environment(properties)
    managed = egress.get("mode") == EgressMode.MANAGED
    after = ("infrastructure",) if managed else ()
    required = {} if managed else {"infrastructure_kind": egress.get("kind"), "infrastructure_region": egress.get("region")}
    hosts = {"non_proxy_hosts": egress.get("non_proxy_hosts")}
    yield MailResource(ADVANCED_NETWORKING.name, "networking", _given({**environment, **hosts, **required}), after)
    yield MailResource(PORT_FORWARD.name, RULE_ROLE, _rule(properties, server, compute), after)


def _rule(properties: Mapping[str, Any], server: Mapping[str, Any], compute: Compute) -> dict[str, Any]:
    rule = {
        "name": server.get("host"),
        "port_dest": server.get("port"),
        "port_orig": compute(_port_orig, server.get("port"), server.get("port_orig")),
        "on_conflict": _policy(properties, "portForward"),
    }
    return _given({**_environment(properties), **rule})


def _former(properties: Mapping[str, Any], compute: Compute) -> Iterator[MailResource]:
    """Yield what the configuration that is deployed by now goes on using."""
    former = part(part(properties, "smtp"), "former")
    after = ("infrastructure",) if part(properties, "egress").get("mode") == EgressMode.MANAGED else ()
    if former.get("host") is not None:
        yield MailResource(PORT_FORWARD.name, f"former-{RULE_ROLE}", _rule(properties, former, compute), after)
    for service in properties.get("services") or (None,):
        for name in former.get("secrets") or ():
            inputs = {**_environment(properties), "name": name, "service": service, "on_conflict": ConflictPolicy.KEEP}
            yield MailResource(SECRET_VARIABLE.name, "-".join(filter(None, ["former", name, service])), _given(inputs))


def _secrets(properties: Mapping[str, Any]) -> Iterator[MailResource]:
    # As one set they cost less: with three environments in a program, at 8 operations at a time, create, change and destroy took
    # 6 + 6 + 6 changes of the environments instead of 8 + 7 + 8 for two secrets each, and of 8 + 8 + 12 for four. But no
    # alias leads there: it gives a resource one recorded state and that one's id, so that every other secret would be written again.
    for service in properties.get("services") or (None,):
        for secret in mail_secrets(properties):
            inputs = {
                **_environment(properties),
                "name": secret.variable,
                "value": secret.value,
                "value_from": secret.value_from,
                "service": service,
                "expires_at": secret.expires_at,
                "on_conflict": _policy(properties, "secretEnvVar"),
                "allow_placeholder": properties.get("allow_placeholder"),
            }
            yield MailResource(SECRET_VARIABLE.name, "-".join(filter(None, [secret.role, service])), _given(inputs))


def _configurations(properties: Mapping[str, Any], compute: Compute) -> Iterator[MailResource]:
    osgi = part(properties, "osgi")
    if not osgi:
        return
    for pid, role in written_pids(properties).items():
        inputs = {
            "directory": osgi.get("directory"),
            "pid": pid,
            "properties": compute(_properties_of(pid), configured_by(properties)),
            "run_mode": osgi.get("run_mode"),
            "on_conflict": _policy(properties, "osgiConfig"),
        }
        yield MailResource(OSGI_CONFIG.name, role, _given(inputs))


def _properties_of(pid: str) -> Callable[[Mapping[str, Any]], Mapping[str, object]]:
    return lambda known: next(file.properties for file in mail_configurations(known) if file.pid == pid)


def _port_orig(port: Any, port_orig: Any) -> int:
    chosen = default_port_orig(plain(port)) if port_orig is None else plain(port_orig)
    return int(chosen) if isinstance(chosen, int) else 0


def _environment(properties: Mapping[str, Any]) -> dict[str, Any]:
    timeout = part(properties, "timeouts").get("environment")
    return {"program_id": properties.get("program_id"), "environment_id": properties.get("environment_id"), "timeout": timeout}


def _policy(properties: Mapping[str, Any], kind: str) -> Any:
    return part(properties, "on_conflict").get(kind)


def _given(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in inputs.items() if value is not None}
