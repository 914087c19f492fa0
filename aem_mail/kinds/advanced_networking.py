"""AdvancedNetworking: the enablement of an environment's advanced networking, and its non-proxy hosts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from aem_mail.errors import Problem
from aem_mail.kinds import forms
from aem_mail.kinds.hosts import non_proxy_host
from aem_mail.kinds.kind import LiveValues, ResourceKind, Scope
from aem_mail.kinds.network_infrastructure import KIND, REGION
from aem_mail.kinds.requests import Disable, Enable, EnablementNeeds, NetworkingRequest, Operation, Origin
from aem_mail.kinds.shapes import ENVIRONMENT, Check, Field, Superfluous, list_of, seconds
from aem_mail.model import UNKNOWN, AdvancedNetworking, Kind, Properties
from aem_mail.text.confidential import secret_names

NON_PROXY_HOSTS: Final[Check] = list_of(non_proxy_host, "hosts")
NON_PROXY_HOSTS_FORM: Final[forms.Forms] = {"non_proxy_hosts": forms.set_of(forms.host)}
REQUIRED_INFRASTRUCTURE: Final = ("infrastructure_kind", "infrastructure_region")


class AdvancedNetworkingKind(ResourceKind):
    """One to an environment: a switch that others use too."""

    name = "AdvancedNetworking"
    scope = Scope.NETWORKING
    parts = ("program_id", "environment_id")
    normal: ClassVar[forms.Forms] = {**forms.ENVIRONMENT, **NON_PROXY_HOSTS_FORM}
    fields: ClassVar[Mapping[str, Field]] = {
        **ENVIRONMENT,
        "non_proxy_hosts": Field(NON_PROXY_HOSTS),
        "infrastructure_kind": Field(KIND),
        "infrastructure_region": Field(REGION),
        "timeout": Field(seconds),
    }
    compared = (*parts, "non_proxy_hosts", *REQUIRED_INFRASTRUCTURE, "timeout")
    never_sent = frozenset({"timeout", *REQUIRED_INFRASTRUCTURE})
    sent_if_declared = frozenset({"non_proxy_hosts"})
    readable = ("non_proxy_hosts",)
    enables = True

    def thing(self, properties: Properties) -> str:
        return "advanced networking"

    def problems(self, properties: Properties) -> Iterator[Problem]:
        yield from super().problems(properties)
        yield from non_proxy_hosts_problems(properties.get("infrastructure_kind"), properties.get("non_proxy_hosts"))

    def live_values(self, recorded: Properties, there: AdvancedNetworking | None) -> LiveValues | None:
        """Read the enablement, and the hosts where they are managed."""
        if there is None or not there.enabled:
            return None
        live: dict[str, Any] = {"network_infrastructure_id": there.network_infrastructure_id}
        if recorded.get("non_proxy_hosts") is not None:
            live["non_proxy_hosts"] = sorted({host.casefold() for host in there.non_proxy_hosts})
        return live

    def request(self, operation: Operation, recorded: Properties, wanted: Properties, value: str | None = None) -> NetworkingRequest:
        if operation is Operation.DELETE:
            return Disable(recorded.get("origin") == Origin.CREATED, tuple(recorded.get("non_proxy_hosts") or ()))
        hosts = wanted.get("non_proxy_hosts")
        return Enable(
            wanted["logical_name"],
            None if hosts is None else tuple(hosts),
            wanted.get("infrastructure_kind"),
            wanted.get("infrastructure_region"),
            operation is Operation.UPDATE,
            "non_proxy_hosts" in secret_names(wanted),
        )

    def with_stand_ins(self, wanted: Properties, text: str, port: int) -> Properties:
        given = wanted.get("non_proxy_hosts")
        listed = given if isinstance(given, list) else [given]
        hosts = None if given is None else [text if host is UNKNOWN else host for host in listed]
        required = {name: None for name in REQUIRED_INFRASTRUCTURE if wanted.get(name) is UNKNOWN}
        return {**super().with_stand_ins(wanted, text, port), "non_proxy_hosts": hosts, **required}

    def wins(self, wanted: Properties) -> bool:
        return wanted.get("non_proxy_hosts") is not None

    def enablements(self, properties: Properties) -> Sequence[EnablementNeeds]:
        kind, region = (value if isinstance(value, str) else None for value in map(properties.get, REQUIRED_INFRASTRUCTURE))
        return (EnablementNeeds(bool(properties.get("non_proxy_hosts")), kind, region),)

    def hosts(self, properties: Properties) -> Sequence[str]:
        hosts = properties.get("non_proxy_hosts")
        return hosts if isinstance(hosts, list) else ()


ADVANCED_NETWORKING: Final = AdvancedNetworkingKind()


def non_proxy_hosts_problems(kind: Any, hosts: Any, field: str = "non_proxy_hosts") -> list[Problem]:
    """Return what forbids these hosts on an infrastructure of ``kind``, which an environment's own inputs do not tell."""
    if kind == Kind.FLEXIBLE_PORT_EGRESS and isinstance(hosts, list) and hosts:
        return [
            Superfluous(field, f"an infrastructure of kind {kind} has no non-proxy hosts; only a dedicated egress IP and a vpn have them")
        ]
    return []
