"""What a resource asks of the rollout when it is created, updated or deleted; pure, so that a plan asks the same."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from aem_mail.confidential import secret_names
from aem_mail.decide import decide
from aem_mail.model import PortForward, Properties, VariableType
from aem_mail.rollout.live_values import TYPES, variable_key
from aem_mail.rollout.requests import (
    REPLACE,
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

POLICIES: Final = {"SecretEnvVar": REPLACE}
"""What ``on_conflict`` is where nothing is declared; of all others it is "error"."""


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
        "non_proxy_hosts" in secret_names(wanted),
    )


def rule_request(operation: Operation, recorded: Properties, wanted: Properties) -> NetworkingRequest:
    """Return what a PortForward asks."""
    if operation is Operation.DELETE:
        return RemoveRule(recorded["port_orig"], secret_names(recorded))
    rule = PortForward(wanted["name"], wanted["port_dest"], wanted["port_orig"])
    owned = operation is Operation.UPDATE
    return PutRule(wanted["logical_name"], rule, wanted.get("on_conflict", "error"), owned, secret_names(wanted))


def variable_request(kind: str, operation: Operation, recorded: Properties, wanted: Properties, value: str | None) -> VariableRequest:
    """Return what an EnvVar or a SecretEnvVar asks; ``value`` is the one to write, None for a secret that is only kept."""
    type_ = TYPES[kind]
    if operation is Operation.DELETE:
        return RemoveVariable(variable_key(recorded), type_, "value" in secret_names(recorded))
    owned, policy = operation is Operation.UPDATE, wanted.get("on_conflict", POLICIES.get(kind, "error"))
    verdict = decide(kind, recorded, wanted) if owned and type_ is VariableType.SECRET_STRING else None
    rewrite = verdict is None or (verdict.changes and not verdict.state_only)
    secret = "value" in secret_names(wanted)
    return SetVariable(wanted["logical_name"], variable_key(wanted), type_, value, policy, owned, rewrite, secret)


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
        secret=secret_names(properties),
    )
