"""From a change to the request that the resource would make of the rollout, secrets by their stand-ins."""

from collections.abc import Sequence

from aem_mail.decide import claim_key, decide
from aem_mail.model import UNKNOWN, PortForward, Properties, Variable, VariableKey, VariableType, keyed
from aem_mail.plan.changes import Change, Operation
from aem_mail.plan.values import MASKED
from aem_mail.rollout.places import Holder, Holders
from aem_mail.rollout.requests import (
    Disable,
    Enable,
    NetworkingRequest,
    Origin,
    PutRule,
    RemoveRule,
    RemoveVariable,
    SetVariable,
    VariableRequest,
)

NETWORKING_KINDS = frozenset({"AdvancedNetworking", "PortForward"})
VARIABLE_KINDS = frozenset({"EnvVar", "SecretEnvVar"})
CREATED = str(Origin.CREATED)


def networking_request(change: Change) -> NetworkingRequest:
    """Return what an AdvancedNetworking or a PortForward asks; a port that is not known yet counts as one of its own."""
    given = change.properties
    owned = change.operation is Operation.UPDATE
    if change.operation is Operation.DELETE:
        if change.kind == "PortForward":
            return RemoveRule(int(given["port_orig"]))
        return Disable(given.get("origin") == CREATED, tuple(given.get("non_proxy_hosts") or ()))
    if change.kind == "PortForward":
        return PutRule(change.name, _rule(change), str(given.get("on_conflict", "error")), owned)
    hosts = given.get("non_proxy_hosts")
    known = None if hosts is None else tuple("(known after up)" if host is UNKNOWN else str(host) for host in _listed(hosts))
    return Enable(change.name, known, _text(given.get("infrastructure_kind")), _text(given.get("infrastructure_region")), owned)


def variable_request(change: Change, live: tuple[Variable, ...]) -> VariableRequest:
    """Return what an EnvVar or a SecretEnvVar asks.

    A plain variable whose value is a secret in the program cannot be compared: it is taken as what is there when it is
    adopted, and as another one when it is updated.
    """
    given = change.properties
    key = VariableKey(_text(given.get("service")), str(given.get("name")))
    type_ = VariableType.SECRET_STRING if change.kind == "SecretEnvVar" else VariableType.STRING
    if change.operation is Operation.DELETE:
        return RemoveVariable(key, type_)
    owned = change.operation is Operation.UPDATE
    if type_ is VariableType.STRING:
        there = keyed(live).get(key)
        adopted = not owned and there is not None and there.type == type_
        value = there.value if adopted and there is not None and uncertain(change) else _value(given, there)
        return SetVariable(change.name, key, type_, value, str(given.get("on_conflict", "error")), owned)
    verdict = decide(change.kind, change.recorded, change.wanted)
    rewrite = not owned or (verdict.changes and not verdict.state_only)
    return SetVariable(change.name, key, type_, _secret(given), str(given.get("on_conflict", "replace")), owned, rewrite)


def holders_of(changes: Sequence[Change], *, refreshed: bool) -> Holders:
    """Return who holds which place before the changes; what has left the program is known only to a run that is ``refreshed``."""
    holders: dict[str, Holder] = {}
    for change in changes:
        key = claim_key(change.kind, change.recorded)
        if key is not None and change.operation is not Operation.DELETE:
            holders[key] = Holder(change.name, claim_key(change.kind, change.wanted))
        elif key is not None and refreshed:
            holders.setdefault(key, Holder(change.name))
    return holders


def uncertain(change: Change) -> bool:
    """Say whether it cannot be told if a variable has to be written: no fingerprint stands for its secret or unknown value."""
    return change.operation is not Operation.DELETE and change.kind == "EnvVar" and change.wanted.get("value") in (MASKED, UNKNOWN)


def _rule(change: Change) -> PortForward:
    given = change.wanted
    # No other rule has a negative port, and two unknown ports are two rules.
    unknown = -1 - abs(hash(change.urn)) % 10**9
    port_orig, port_dest = given.get("port_orig"), given.get("port_dest")
    return PortForward(
        str(given.get("name")),
        port_dest if isinstance(port_dest, int) else 0,
        port_orig if isinstance(port_orig, int) else unknown,
    )


def _value(given: Properties, there: Variable | None) -> str:
    value = given.get("value")
    if isinstance(value, str) and value != MASKED:
        return value
    return f"{MASKED} {'' if there is None else 'another'}"


def _secret(given: Properties) -> str | None:
    if given.get("value") is None and given.get("value_from") is None:
        return None
    return f"{MASKED} {given.get('fingerprint', '')}"


def _listed(hosts: object) -> list[object]:
    return hosts if isinstance(hosts, list) else [hosts]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
