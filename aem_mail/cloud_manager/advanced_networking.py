"""The advanced networking configuration of an environment."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from aem_mail.cloud_manager import answer_fields
from aem_mail.cloud_manager.call import DEPLOYMENT_MANAGER, Call, Exchange, environment_path
from aem_mail.cloud_manager.environments import environment_of
from aem_mail.model import AdvancedNetworking, Environment, EnvironmentId

READ_ONLY: Final = frozenset({"programId", "environmentId", "networkInfrastructureId", "advancedNetworkingEnabled", "_links"})
"""The fields that the specification has in answers only; they are not sent."""

WRITTEN: Final = frozenset({"nonProxyHosts", "portForwards"})


class AdvancedNetworkingClient:
    """One document per environment, written whole."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def get(self, environment: EnvironmentId) -> AdvancedNetworking:
        """Read the document; one that was never enabled reads as disabled and empty. Raises NotFound for the environment."""
        call = Call("GET", _path(environment), f"read the advanced networking of {environment}")
        return self._exchange.many(call, "networkingConfigurations", partial(document_of, environment))

    def put(
        self,
        environment: EnvironmentId,
        *,
        non_proxy_hosts: Sequence[str],
        port_forwards: Sequence[Mapping[str, Any]],
        other_fields: Mapping[str, Any] | None = None,
    ) -> Environment:
        """Enable it with exactly these hosts and rules, which replace all others; rules in the API's field names, sent as given.

        ``other_fields`` are those of the document that was read, sent as given too: a PUT drops what it leaves out.
        Answered at once with the environment, as a rule in status ``updating``.
        """
        ours = {"nonProxyHosts": list(non_proxy_hosts), "portForwards": [dict(rule) for rule in port_forwards]}
        body = {**(other_fields or {}), **ours}
        call = Call("PUT", _path(environment), f"change the advanced networking of {environment}", DEPLOYMENT_MANAGER, body)
        return self._exchange.one(call, partial(environment_of, environment.program_id))

    def delete(self, environment: EnvironmentId) -> Environment:
        """Disable it and drop its hosts and rules; answered at once with the environment."""
        call = Call("DELETE", _path(environment), f"disable the advanced networking of {environment}", DEPLOYMENT_MANAGER)
        return self._exchange.one(call, partial(environment_of, environment.program_id))


def configuration_of(environment: EnvironmentId, document: Mapping[str, Any]) -> AdvancedNetworking:
    """Read one configuration; hosts, rules and unknown fields are kept unchanged, and a disabled one has none."""
    if answer_fields.text(document, "environmentId", default=environment.environment_id) != environment.environment_id:
        raise answer_fields.Mismatch("environmentId is that of another environment")
    if not answer_fields.flag(document, "advancedNetworkingEnabled", default=False):
        return AdvancedNetworking(enabled=False)
    return AdvancedNetworking(
        enabled=True,
        network_infrastructure_id=answer_fields.optional_text(document, "networkInfrastructureId"),
        non_proxy_hosts=answer_fields.texts(document, "nonProxyHosts"),
        port_forwards=tuple(_checked(rule) for rule in answer_fields.objects(document, "portForwards")),
        other_fields=answer_fields.others(document, READ_ONLY | WRITTEN),
    )


def document_of(environment: EnvironmentId, entries: Sequence[Mapping[str, Any]]) -> AdvancedNetworking:
    """Reduce the list resource to the one document that a PUT replaces.

    The specification makes it a list without saying when it has several entries; enabled ones that differ in hosts, rules or
    unknown fields are a Mismatch, because a PUT made from either would drop the other's.
    """
    enabled = [entry for entry in (configuration_of(environment, document) for document in entries) if entry.enabled]
    if not enabled:
        return AdvancedNetworking(enabled=False)
    first = enabled[0]
    if any(replace(entry, network_infrastructure_id=first.network_infrastructure_id) != first for entry in enabled):
        raise answer_fields.Mismatch(
            "networkingConfigurations holds several enabled configurations with different rules, hosts or other fields"
        )
    return first


def _path(environment: EnvironmentId) -> str:
    return f"{environment_path(environment)}/advancedNetworking"


def _checked(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    answer_fields.whole(rule, "portOrig")
    answer_fields.whole(rule, "portDest")
    answer_fields.text(rule, "name", default="")
    return rule
