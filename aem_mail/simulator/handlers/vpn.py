"""The parts of a VPN, with every enumeration and minimum of the specification and what Adobe's guide adds to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from aem_mail.simulator.api.fields import Fields
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.values import Infrastructure, VpnConnection

VPN_FIELDS = ("addressSpace", "dns", "connections")
_SMALLEST_PREFIX = 26
_POLICY = {
    "dhGroup": ("DHGroup24", "ECP384", "ECP256", "DHGroup14", "DHGroup2048", "DHGroup2", "DHGroup1", "None"),
    "ikeEncryption": ("AES256", "AES192", "AES128", "DES3", "DES"),
    "ikeIntegrity": ("SHA384", "SHA256", "SHA1", "MD5"),
    "ipsecEncryption": ("GCMAES256", "GCMAES192", "GCMAES128", "AES256", "AES192", "AES128", "DES3", "DES", "None"),
    "ipsecIntegrity": ("GCMAES256", "GCMAES192", "GCMAES128", "SHA256", "SHA1", "MD5"),
    "pfsGroup": ("PFS24", "ECP384", "ECP256", "PFS2048", "PFS2", "PFS1", "None"),
}
_POLICY_MINIMA = {"saDatasize": 1024, "saLifetime": 300}
_LARGEST = {"saDatasize": 2**63 - 1, "saLifetime": 2**31 - 1}
_NEW = VpnConnection("", {}, {}, Secret.of(""))


@dataclass(frozen=True)
class VpnParts:
    """What a VPN has beyond other kinds of infrastructure."""

    address_space: tuple[str, ...]
    dns: Mapping[str, Any] | None
    connections: tuple[VpnConnection, ...]


def read_vpn(fields: Fields, current: Infrastructure | None) -> VpnParts:
    """Read the parts of a new VPN, or of a change to `current`: what a change leaves out stays, except for the connections.

    A field that the specification does not know is accepted where `current` has it with that value; left out, it is dropped.
    """
    connections = _connections(fields, {} if current is None else {each.name: each for each in current.connections})
    there = current.dns if current else None
    dns = _dns(fields, there or {}) if "dns" in fields else there
    _refuse_unreachable_resolvers(fields, dns, connections)
    return VpnParts(current.address_space if current else _address_space(fields), dns, connections)


def _address_space(fields: Fields) -> tuple[str, ...]:
    if "addressSpace" not in fields:
        fields.findings.miss("addressSpace", "array")
    space = fields.texts("addressSpace") or ()
    if "addressSpace" in fields and len(space) != 1:
        fields.refuse("addressSpace", "must be one CIDR")
    for network in _networks(fields, "addressSpace", space):
        if network.prefixlen > _SMALLEST_PREFIX:
            fields.refuse("addressSpace", f"must be a /{_SMALLEST_PREFIX} or larger", str(network))
    return space


def _dns(fields: Fields, held: Mapping[str, Any]) -> Mapping[str, Any]:
    dns = fields.required_object("dns")
    if "resolvers" not in dns:
        dns.findings.miss(dns.name("resolvers"), "array")
    for resolver in dns.texts("resolvers") or ():
        _refuse_non_address(dns, "resolvers", resolver)
    dns.texts("domains")
    dns.kept(held)
    dns.done()
    return dns.document


def _connections(fields: Fields, held: Mapping[str, VpnConnection]) -> tuple[VpnConnection, ...]:
    if "connections" not in fields:
        fields.findings.miss("connections", "array")
        return ()
    connections = tuple(_connection(each, held) for each in fields.objects("connections") or ())
    if not connections:
        fields.refuse("connections", "a VPN has at least one connection")
    for name, count in Counter(each.name for each in connections).items():
        if count > 1:
            fields.refuse("connections", "a connection's name must be unique", name)
    return connections


def _connection(fields: Fields, held: Mapping[str, VpnConnection]) -> VpnConnection:
    name = fields.text("name")
    there = held.get(name, _NEW)
    gateway, policy = fields.required_object("gateway"), fields.required_object("ipsecPolicy")
    _check_gateway(gateway, there.gateway)
    _check_policy(policy, there.ipsec_policy)
    key = fields.text("sharedKey", shown=False)
    if fields.raw("sharedKey") == "":
        fields.refuse("sharedKey", "must not be empty")
    connection = VpnConnection(name, gateway.document, policy.document, Secret.of(key), fields.kept(there.other_fields))
    fields.done()
    return connection


def _check_gateway(gateway: Fields, held: Mapping[str, Any]) -> None:
    """Check a gateway; its address space may be absent only where it is absent already, as with BGP."""
    address = gateway.text("address")
    if address:
        _refuse_non_address(gateway, "address", address)
    if "addressSpace" not in gateway and ("address" not in held or "addressSpace" in held):
        gateway.findings.miss(gateway.name("addressSpace"), "array")
    space = gateway.texts("addressSpace")
    if space == ():
        gateway.refuse("addressSpace", "must have at least one CIDR")
    _networks(gateway, "addressSpace", space or ())
    gateway.kept(held)
    gateway.done()


def _check_policy(policy: Fields, held: Mapping[str, Any]) -> None:
    for field, choices in _POLICY.items():
        policy.text(field, choices=choices)
    for field, minimum in _POLICY_MINIMA.items():
        policy.integer(field, minimum=minimum, maximum=_LARGEST[field])
    policy.kept(held)
    policy.done()


def _refuse_unreachable_resolvers(fields: Fields, dns: Mapping[str, Any] | None, connections: Iterable[VpnConnection]) -> None:
    if fields.findings or dns is None or any("addressSpace" not in connection.gateway for connection in connections):
        return
    spaces = [ip_network(cidr) for connection in connections for cidr in connection.gateway["addressSpace"]]
    for resolver in dns.get("resolvers", ()):
        if not any(ip_address(resolver) in space for space in spaces):
            fields.refuse("dns.resolvers", "must lie in the gateway's address space", resolver)


def _networks(fields: Fields, field: str, cidrs: Iterable[str]) -> list[IPv4Network | IPv6Network]:
    networks = []
    for cidr in cidrs:
        try:
            networks.append(ip_network(cidr))
        except ValueError:
            fields.refuse(field, "must be CIDRs, like 10.0.0.0/24", cidr)
    return networks


def _refuse_non_address(fields: Fields, field: str, address: str) -> None:
    try:
        ip_address(address)
    except ValueError:
        fields.refuse(field, "must be an IP address", address)
