"""A VPN's own parts, in the API's field names; enumerations and minima are those of the specification."""

import ipaddress
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from aem_mail.errors import Problem
from aem_mail.kinds.hosts import host
from aem_mail.kinds.secret_variable import stand_in
from aem_mail.kinds.shapes import Check, Field, Shape, list_of, object_of, one_of, schema_of, shape, shown, text, whole_number, within
from aem_mail.model import Properties
from aem_mail.model.choices import DhGroup, IkeEncryption, IkeIntegrity, IpsecEncryption, IpsecIntegrity, PfsGroup
from aem_mail.model.limits import SA_DATA_SIZE_MIN, SA_LIFETIME_MIN, VPN_ADDRESS_SPACE_MAX_PREFIX, VPN_CONNECTIONS_ADVISED

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

INT64_MAX: Final = 2**63 - 1
INT32_MAX: Final = 2**31 - 1


@shape(type="string", anyOf=[{"format": "ipv4"}, {"format": "ipv6"}])
def address(path: str, value: Any) -> Iterator[Problem]:
    if address_of(value) is None:
        yield Problem(path, f"must be an IP address, not {shown(value)}")


def address_of(value: Any) -> Address | None:
    try:
        return ipaddress.ip_address(value) if isinstance(value, str) else None
    except ValueError:
        return None


@shape(type="string", pattern=r"^[0-9A-Fa-f.:]+(?:/[0-9]{1,3})?$")
def cidr(path: str, value: Any) -> Iterator[Problem]:
    if network_of(value) is not None:
        return
    network = network_of(value, strict=False)
    hint = f"; write '{network}'" if network else ""
    yield Problem(path, f"must be an address range such as '10.0.0.0/26', not {shown(value)}{hint}")


def network_of(value: Any, *, strict: bool = True) -> Network | None:
    try:
        return ipaddress.ip_network(value, strict=strict) if isinstance(value, str) else None
    except ValueError:
        return None


@shape(type="array", items=schema_of(cidr), minItems=1, maxItems=1)
def address_space(path: str, value: Any) -> Iterator[Problem]:
    """Check the infrastructure's own range: one IPv4 CIDR of 64 addresses or more."""
    if not isinstance(value, list) or len(value) != 1:
        yield Problem(path, f"must be a list of exactly one address range of /26 or larger, such as ['10.0.0.0/26'], not {shown(value)}")
        return
    yield from list_of(cidr, "address ranges")(path, value)
    network = network_of(value[0])
    if network is not None and (network.version != 4 or network.prefixlen > VPN_ADDRESS_SPACE_MAX_PREFIX):
        yield Problem(f"{path}[0]", f"must be an IPv4 range of /26 (64 addresses) or larger, not '{network}'")


def filled(entries: Check) -> Check:
    """Check that a list has at least one entry."""

    def check(path: str, value: Any) -> Iterator[Problem]:
        if value == []:
            yield Problem(path, "must have at least one entry")
        yield from entries(path, value)

    return Shape(check, {**schema_of(entries), "minItems": 1})


@shape(type="string", pattern=r"\S")
def shared_key(path: str, value: Any) -> Iterator[Problem]:
    """Check the pre-shared key without ever showing it."""
    if not isinstance(value, str) or not value.strip():
        yield Problem(path, "must be the pre-shared key, a text that is not empty")


IPSEC_POLICY: Final = object_of(
    {
        "dhGroup": Field(one_of(*DhGroup), required=True),
        "ikeEncryption": Field(one_of(*IkeEncryption), required=True),
        "ikeIntegrity": Field(one_of(*IkeIntegrity), required=True),
        "ipsecEncryption": Field(one_of(*IpsecEncryption), required=True),
        "ipsecIntegrity": Field(one_of(*IpsecIntegrity), required=True),
        "pfsGroup": Field(one_of(*PfsGroup), required=True),
        "saDatasize": Field(whole_number(SA_DATA_SIZE_MIN, INT64_MAX, note="in kilobytes"), required=True),
        "saLifetime": Field(whole_number(SA_LIFETIME_MIN, INT32_MAX, note="in seconds"), required=True),
    }
)
GATEWAY: Final = object_of(
    {
        "address": Field(address, required=True),
        "addressSpace": Field(filled(list_of(cidr, "address ranges"))),
    }
)
CONNECTION: Final = object_of(
    {
        "name": Field(text, required=True),
        "gateway": Field(GATEWAY, required=True),
        "sharedKey": Field(shared_key, required=True),
        "ipsecPolicy": Field(IPSEC_POLICY, required=True),
    }
)
DNS: Final = object_of(
    {
        "resolvers": Field(filled(list_of(address, "IP addresses")), required=True),
        "domains": Field(list_of(host, "domains")),
    }
)


@shape(**schema_of(filled(list_of(CONNECTION, "connections"))))
def connections(path: str, value: Any) -> Iterator[Problem]:
    """Check the connections, which are told apart by their names."""
    yield from filled(list_of(CONNECTION, "connections"))(path, value)
    names = Counter(name for _, name in _named(value))
    for index, name in _named(value):
        if names[name] > 1:
            yield Problem(f"{path}[{index}].name", f"{shown(name)} is the name of {names[name]} connections; give each its own")


def connection_warnings(value: Any, path: str = "connections") -> Iterator[Problem]:
    """Yield what speaks against connections that are allowed."""
    for index, connection in enumerate(value if isinstance(value, list) else ()):
        gateway = connection.get("gateway") if isinstance(connection, Mapping) else None
        if isinstance(gateway, Mapping) and gateway.get("addressSpace") is None:
            reason = "without it no static prefix is routed through this connection; leave it out only where it routes by BGP"
            yield Problem(f"{path}[{index}].gateway.addressSpace", reason)
    if isinstance(value, list) and len(value) > VPN_CONNECTIONS_ADVISED:
        yield Problem(path, f"Adobe advises at most {VPN_CONNECTIONS_ADVISED} connections for a VPN, and these are {len(value)}")


def _named(value: Any) -> list[tuple[int, str]]:
    entries = enumerate(value if isinstance(value, list) else ())
    return [(index, one["name"]) for index, one in entries if isinstance(one, Mapping) and isinstance(one.get("name"), str)]


def stand_in_keys(properties: Properties, path: str, allow_placeholder: Any) -> Iterator[Problem]:
    """Yield a problem for each shared key that only stands for one."""
    given = properties.get("connections")
    for index, connection in enumerate(given if isinstance(given, list) else ()):
        if isinstance(connection, Mapping):
            yield from stand_in(f"{within(path, 'connections')}[{index}].sharedKey", connection.get("sharedKey"), allow_placeholder)


def resolvers_outside(properties: Properties, path: str = "") -> Iterator[Problem]:
    """Yield a problem for each DNS resolver that the VPN does not route to: its name look-ups would never arrive.

    Where a connection routes by BGP, what the VPN routes is not known.
    """
    ranges = gateway_ranges(properties.get("connections"))
    dns = properties.get("dns")
    resolvers = dns.get("resolvers") if isinstance(dns, Mapping) else None
    if not ranges or not isinstance(resolvers, list):
        return
    for index, resolver in enumerate(resolvers):
        ip = address_of(resolver)
        if ip is not None and not any(ip in network for network in ranges):
            where = ", ".join(map(str, ranges))
            place = f"{within(path, 'dns')}.resolvers[{index}]"
            yield Problem(place, f"'{ip}' lies outside the gateway's addressSpace ({where}), so the VPN does not route to it")


def gateway_ranges(value: Any) -> list[Network]:
    """Return the ranges of all connections' gateways, or none where they are not all known and right."""
    try:
        spaces = [network_of(space) for connection in value for space in connection["gateway"]["addressSpace"]]
    except (TypeError, KeyError):
        return []
    ranges = [space for space in spaces if space is not None]
    return ranges if len(ranges) == len(spaces) else []
