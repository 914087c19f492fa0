"""What is live of a resource, under the names of its inputs and outputs; pure, so that whoever reads it says the same.

Each function takes what the state has recorded of the resource and what was read of its program or environment, and returns the
live values of what is declared: None where the thing is not there. What is not declared is not looked at.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aem_mail.confidential import secret_names
from aem_mail.model import AdvancedNetworking, Kind, NetworkInfrastructure, Properties, Variable, VariableKey, VariableType
from aem_mail.model.statuses import DELETED, GONE, INFRASTRUCTURE_FAILED, VARIABLE_FAILED
from aem_mail.rollout.networking_answers import rules_on
from aem_mail.rollout.requests import shown_rule

LiveValues = Mapping[str, Any]

TYPES: Final = {"EnvVar": VariableType.STRING, "SecretEnvVar": VariableType.SECRET_STRING}
RULES_ON_PORT: Final = "rules_on_port"
"""Output of a PortForward that is there only while several rules share its port: all of them, as texts, sorted."""


def network_infrastructure(recorded: Properties, present: Sequence[NetworkInfrastructure]) -> LiveValues | None:
    """Read the infrastructure of the region; a shared key, which is never returned, stays as recorded."""
    live = next((one for one in present if one.region == recorded["region"] and one.status not in GONE), None)
    return None if live is None else _infrastructure(recorded, live)


def advanced_networking(recorded: Properties, document: AdvancedNetworking | None) -> LiveValues | None:
    """Read the enablement, and the hosts where they are managed."""
    if document is None or not document.enabled:
        return None
    live: dict[str, Any] = {"network_infrastructure_id": document.network_infrastructure_id}
    if recorded.get("non_proxy_hosts") is not None:
        live["non_proxy_hosts"] = sorted({host.casefold() for host in document.non_proxy_hosts})
    return live


def port_forward(recorded: Properties, document: AdvancedNetworking | None) -> LiveValues | None:
    """Read the rule on ``port_orig``; where several share it none is picked: what is recorded stays, and all of them are named."""
    rules = [] if document is None or not document.enabled else rules_on(document, recorded["port_orig"])
    if len(rules) > 1:
        return {RULES_ON_PORT: [shown_rule(rule, secret_names(recorded)) for rule in rules]}
    return {"name": rules[0].name, "port_dest": rules[0].port_dest, RULES_ON_PORT: None} if rules else None


def variable(kind: str, recorded: Properties, variables: Sequence[Variable] | None) -> LiveValues | None:
    """Read the variable of that service and name; a secret has no value to read."""
    key = variable_key(recorded)
    live = next((one for one in variables or () if one.key == key and one.status != DELETED), None)
    if live is None:
        return None
    value = {"value": live.value} if kind == "EnvVar" else {}
    return {**value, "type": live.type, "status": live.status}


def variable_key(properties: Properties) -> VariableKey:
    """Return the identity of an EnvVar or a SecretEnvVar."""
    return VariableKey(properties.get("service"), properties["name"])


def drifted(kind: str, outputs: Properties, wanted: Properties) -> tuple[str, ...]:
    """Name the outputs that tell that something is wrong, though every declared input is as wanted."""
    if kind == "NetworkInfrastructure":
        return ("status",) if outputs.get("status") in INFRASTRUCTURE_FAILED else ()
    if kind == "PortForward":
        return (RULES_ON_PORT,) if outputs.get(RULES_ON_PORT) else ()
    if kind in TYPES:
        if outputs.get("type", TYPES[kind]) != TYPES[kind]:
            return ("type",)
        return ("status",) if outputs.get("status") in VARIABLE_FAILED else ()
    if kind == "OsgiConfig":
        return ("content",) if outputs.get("content") != wanted.get("content") else ()
    return ()


def _infrastructure(recorded: Properties, live: NetworkInfrastructure) -> dict[str, Any]:
    values: dict[str, Any] = {"infrastructure_id": live.id, "kind": live.kind, "status": live.status}
    if recorded.get("is_primary_region") is not None:
        values["is_primary_region"] = live.is_primary_region
    if live.kind != Kind.VPN:
        return values
    if recorded.get("address_space") is not None:
        values["address_space"] = list(live.address_space)
    if recorded.get("dns") is not None:
        values["dns"] = _restricted(live.dns, recorded["dns"])
    if recorded.get("connections") is not None:
        values["connections"] = _with_keys(recorded["connections"], live.connections)
    return values


def _with_keys(recorded: Sequence[Mapping[str, Any]], live: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    before = {connection.get("name"): connection for connection in recorded}
    places = {name: place for place, name in enumerate(before)}
    connections = []
    for connection in sorted(live, key=lambda one: places.get(one.get("name"), len(places))):
        declared = before.get(connection.get("name"), {})
        shown = _restricted(connection, declared) if declared else dict(connection)
        connections.append({**shown, **({"sharedKey": declared["sharedKey"]} if "sharedKey" in declared else {})})
    return connections


def _restricted(live: Any, declared: Any) -> Any:
    """Keep of an object what is declared: the rest is Cloud Manager's own business."""
    if isinstance(live, Mapping) and isinstance(declared, Mapping):
        return {name: _restricted(live[name], value) for name, value in declared.items() if name in live}
    return live
