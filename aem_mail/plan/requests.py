"""From a change to the request that its resource would make of the rollout, with texts in the place of what a preview does not tell."""

from collections.abc import Sequence
from typing import Any, Final

from aem_mail.kinds import claim_keys
from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.environment_variable import ENVIRONMENT_VARIABLE, variable_key
from aem_mail.kinds.keys import places_of
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.kinds.requests import NetworkingRequest, Operation, VariableRequest
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.model import UNKNOWN, Properties, Variable, VariableType, keyed
from aem_mail.plan.changes import Change
from aem_mail.rollout.claims import Claims
from aem_mail.rollout.wanted_infrastructure import WantedInfrastructure, wanted_infrastructure
from aem_mail.stack.values import MASKED

NETWORKING_KINDS = frozenset({"AdvancedNetworking", "PortForward"})
VARIABLE_KINDS = frozenset({"EnvVar", "SecretEnvVar"})
VARIABLES: Final = {one.name: one for one in (ENVIRONMENT_VARIABLE, SECRET_VARIABLE)}
LATER: Final = "(known after up)"


class UnknownPort(int):
    """A port that only `pulumi up` will know: equal to no other port, and to no other unknown one."""

    def __str__(self) -> str:
        return LATER


def networking_request(change: Change, place: int = 0) -> NetworkingRequest:
    """Return what an AdvancedNetworking or a PortForward asks; ``place`` tells unknown ports apart."""
    if change.kind == "AdvancedNetworking":
        return ADVANCED_NETWORKING.request(change.operation, change.recorded, _with_known_hosts(_named(change)))
    return PORT_FORWARD.request(change.operation, change.recorded, _with_known_ports(_named(change), UnknownPort(-1 - place)))


def variable_request_of(change: Change, live: tuple[Variable, ...]) -> VariableRequest:
    """Return what an EnvVar or a SecretEnvVar asks.

    A plain variable whose value is a secret in the program cannot be compared: it is taken as what is there when it is
    adopted, and as another one when it is updated.
    """
    wanted = _named(change)
    value = None if change.operation is Operation.DELETE else _secret(wanted) if change.kind == "SecretEnvVar" else _plain(change, live)
    return VARIABLES[change.kind].request(change.operation, change.recorded, wanted, value)


def infrastructure_of(change: Change) -> WantedInfrastructure:
    """Return a NetworkInfrastructure as declared; connections that are hidden are left out."""
    known = {name: LATER if value is UNKNOWN else value for name, value in change.wanted.items()}
    return wanted_infrastructure({**known, "connections": None if hides_connections(change) else known.get("connections")})


def hides_connections(change: Change) -> bool:
    """Say whether a VPN's connections are masked as a whole, since they hold its keys: then nobody can tell whether they differ."""
    return change.wanted.get("connections") == MASKED


def claims_of(changes: Sequence[Change], *, refreshed: bool) -> Claims:
    """Return who holds which place before the changes; what has left the program is known only to a run that is ``refreshed``."""
    claims = Claims()
    for change in changes:
        keys = claim_keys(change.kind, change.recorded)
        for key, place in places_of(keys, claim_keys(change.kind, change.wanted)) if change.operation is not Operation.DELETE else ():
            claims.remember(key, change.name, place)
        for key in keys if change.operation is Operation.DELETE and refreshed else ():
            claims.remember(key, change.name)
    return claims


def uncertain(change: Change) -> bool:
    """Say whether it cannot be told if a variable has to be written: no fingerprint stands for its secret or unknown value."""
    return change.operation is not Operation.DELETE and change.kind == "EnvVar" and change.wanted.get("value") in (MASKED, UNKNOWN)


def _named(change: Change) -> Properties:
    """Return what is wanted, as its owner names itself, with a text for each part of the id that is not known yet."""
    known = {name: LATER if value is UNKNOWN and name in {"name", "service"} else value for name, value in change.wanted.items()}
    return {**known, "logical_name": change.name}


def _with_known_hosts(wanted: Properties) -> Properties:
    hosts = wanted.get("non_proxy_hosts")
    listed = hosts if isinstance(hosts, list) else [] if hosts is None else [hosts]
    known = None if hosts is None else [LATER if host is UNKNOWN else host for host in listed]
    required = {name: None for name in ("infrastructure_kind", "infrastructure_region") if wanted.get(name) is UNKNOWN}
    return {**wanted, "non_proxy_hosts": known, **required}


def _with_known_ports(wanted: Properties, unknown: UnknownPort) -> Properties:
    ports: dict[str, Any] = {name: unknown for name in ("port_orig", "port_dest") if not isinstance(wanted.get(name), int)}
    return {**wanted, **ports}


def _plain(change: Change, live: tuple[Variable, ...]) -> str:
    value = change.wanted.get("value")
    if isinstance(value, str) and value != MASKED:
        return value
    there = keyed(live).get(variable_key(_named(change)))
    if there is None:
        return MASKED
    adopted = change.operation is Operation.CREATE and there.type == VariableType.STRING
    return there.value or "" if adopted else f"{MASKED} another"


def _secret(wanted: Properties) -> str | None:
    if wanted.get("value") is None and wanted.get("value_from") is None:
        return None
    return f"{MASKED} {wanted.get('fingerprint', '')}"
