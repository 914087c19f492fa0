"""Limits of a program's network infrastructure."""

from collections.abc import Iterator, Mapping
from typing import Final

from aem_mail.errors import Problem
from aem_mail.model import Kind, Properties
from aem_mail.rules import vpn
from aem_mail.rules.shapes import PROGRAM, Field, Superfluous, boolean, matching, object_of, one_of, seconds, within

VPN_FIELDS: Final = ("address_space", "dns", "connections")
VPN_REQUIRED: Final = ("address_space", "connections")

KIND: Final = one_of(*(kind.value for kind in Kind))
REGION: Final = matching(r"[a-z0-9]+(?:-[a-z0-9]+)*", "a region's lower-case name, such as 'va7'")

INFRASTRUCTURE: Final[Mapping[str, Field]] = {
    "is_primary_region": Field(boolean),
    "allow_replace": Field(boolean),
    "address_space": Field(vpn.address_space),
    "dns": Field(vpn.DNS),
    "connections": Field(vpn.connections),
}
FIELDS: Final = object_of(
    {
        **PROGRAM,
        "kind": Field(KIND, required=True),
        "region": Field(REGION, required=True),
        **INFRASTRUCTURE,
        "allow_placeholder": Field(boolean),
        "timeout": Field(seconds),
    },
    closed=False,
)


def problems(properties: Properties) -> Iterator[Problem]:
    yield from FIELDS("", properties)
    yield from kind_problems(properties)
    yield from vpn.stand_in_keys(properties, "", properties.get("allow_placeholder"))


def kind_problems(properties: Properties, path: str = "") -> Iterator[Problem]:
    """Yield what a vpn lacks, or what the other kinds must not have; ``path`` is where the fields are."""
    kind = properties.get("kind")
    if kind == Kind.VPN:
        for name in VPN_REQUIRED:
            if properties.get(name) is None:
                yield Problem(within(path, name), "is missing: a vpn needs it")
        yield from vpn.resolvers_outside(properties, path)
    if kind in (Kind.FLEXIBLE_PORT_EGRESS, Kind.DEDICATED_EGRESS_IP):
        for name in VPN_FIELDS:
            if properties.get(name) is not None:
                yield Superfluous(within(path, name), f"only a vpn has it; leave it out for {kind}")


def warnings(properties: Properties) -> Iterator[Problem]:
    if properties.get("kind") != Kind.VPN:
        return
    if properties.get("dns") is None:
        yield Problem("dns", "without resolvers no private host name is found through the VPN, only IP addresses and public names")
    yield from vpn.connection_warnings(properties.get("connections"))
