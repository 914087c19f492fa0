"""What a resource asks of the rollout when it is created, updated or deleted; pure, so that a plan asks the same."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from aem_mail.decide import decide
from aem_mail.model import PortForward, Properties, VariableType
from aem_mail.rollout.live_values import TYPES, variable_key
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
from aem_mail.rollout.wanted_infrastructure import WantedInfrastructure


class Operation(StrEnum):
    """What happens to one resource; a replacement is a creation and a deletion."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


def enablement_request(operation: Operation, recorded: Properties, wanted: Properties) -> NetworkingRequest:
    """Return what an AdvancedNetworking asks."""
    if operation is Operation.DELETE:
        return Disable(recorded.get("origin") == Origin.CREATED, tuple(recorded.get("non_proxy_hosts") or ()))
    hosts: Sequence[str] | None = wanted.get("non_proxy_hosts")
    return Enable(
        wanted["logical_name"],
        None if hosts is None else tuple(hosts),
        wanted.get("infrastructure_kind"),
        wanted.get("infrastructure_region"),
        operation is Operation.UPDATE,
    )


def rule_request(operation: Operation, recorded: Properties, wanted: Properties) -> NetworkingRequest:
    """Return what a PortForward asks."""
    if operation is Operation.DELETE:
        return RemoveRule(recorded["port_orig"])
    rule = PortForward(wanted["name"], wanted["port_dest"], wanted["port_orig"])
    return PutRule(wanted["logical_name"], rule, wanted.get("on_conflict", "error"), operation is Operation.UPDATE)


def variable_request(kind: str, operation: Operation, recorded: Properties, wanted: Properties, value: str | None) -> VariableRequest:
    """Return what an EnvVar or a SecretEnvVar asks; ``value`` is the one to write, None for a secret that is only kept."""
    type_ = TYPES[kind]
    if operation is Operation.DELETE:
        return RemoveVariable(variable_key(recorded), type_)
    owned, secret = operation is Operation.UPDATE, type_ is VariableType.SECRET_STRING
    verdict = decide(kind, recorded, wanted) if owned and secret else None
    rewrite = verdict is None or (verdict.changes and not verdict.state_only)
    policy = wanted.get("on_conflict", "replace" if secret else "error")
    return SetVariable(wanted["logical_name"], variable_key(wanted), type_, value, policy, owned, rewrite)


def wanted_infrastructure(properties: Properties) -> WantedInfrastructure:
    """Return a network infrastructure as declared."""
    space: Any = properties.get("address_space")
    return WantedInfrastructure(
        properties["program_id"],
        properties["kind"],
        properties["region"],
        properties.get("is_primary_region"),
        None if space is None else tuple(space),
        properties.get("dns"),
        properties.get("connections"),
    )
