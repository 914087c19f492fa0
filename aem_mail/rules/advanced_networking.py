"""Limits of an environment's advanced networking."""

from collections.abc import Iterator
from typing import Any, Final

from aem_mail.errors import Problem
from aem_mail.model import Kind, Properties
from aem_mail.rules.hosts import non_proxy_host
from aem_mail.rules.network_infrastructure import KIND, REGION
from aem_mail.rules.shapes import ENVIRONMENT, Check, Field, Superfluous, list_of, object_of, seconds

NON_PROXY_HOSTS: Final[Check] = list_of(non_proxy_host, "hosts")
FIELDS: Final = object_of(
    {
        **ENVIRONMENT,
        "non_proxy_hosts": Field(NON_PROXY_HOSTS),
        "infrastructure_kind": Field(KIND),
        "infrastructure_region": Field(REGION),
        "timeout": Field(seconds),
    },
    closed=False,
)


def problems(properties: Properties) -> Iterator[Problem]:
    yield from FIELDS("", properties)
    yield from non_proxy_hosts_problems(properties.get("infrastructure_kind"), properties.get("non_proxy_hosts"))


def warnings(_: Properties) -> Iterator[Problem]:
    yield from ()


def non_proxy_hosts_problems(kind: Any, hosts: Any, field: str = "non_proxy_hosts") -> list[Problem]:
    """Return what forbids these hosts on an infrastructure of ``kind``, which an environment's own inputs do not tell."""
    if kind == Kind.FLEXIBLE_PORT_EGRESS and isinstance(hosts, list) and hosts:
        return [
            Superfluous(field, f"an infrastructure of kind {kind} has no non-proxy hosts; only a dedicated egress IP and a vpn have them")
        ]
    return []
