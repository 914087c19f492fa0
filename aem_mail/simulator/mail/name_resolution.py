"""Who is asked for the mail server's name: public name servers, or a VPN's resolvers for the domains that it declares."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aem_mail.kinds.forms import host
from aem_mail.kinds.hosts import is_ipv4, is_private_host
from aem_mail.simulator.mail.failure import StageFailure
from aem_mail.simulator.state.values import Infrastructure

ANYWHERE: Final = ("0.0.0.0/0", "::/0")
"""What a connection without static prefixes routes: BGP tells it, and the simulator does not."""


@dataclass(frozen=True)
class NameServers:
    """A VPN's resolvers, the domains that they are asked for, and the address ranges (CIDR) that the VPN routes to."""

    resolvers: Sequence[str] = ()
    domains: Sequence[str] = ()
    reachable: Sequence[str] = ()


def name_servers_of(infrastructure: Infrastructure) -> NameServers:
    """Return those of a VPN that declares some, else none."""
    dns = infrastructure.dns
    if dns is None:
        return NameServers()
    spaces = [space for connection in infrastructure.connections for space in connection.gateway.get("addressSpace") or ANYWHERE]
    return NameServers(tuple(dns.get("resolvers") or ()), tuple(map(host, dns.get("domains") or ())), tuple(spaces))


def resolve_name(name: str, servers: NameServers) -> None:
    """Let the name of a rule be resolved; raises StageFailure at `connect` where nobody who is asked can know it.

    Whether a name that can be resolved is that of a server shows when it is connected to.
    """
    if is_ipv4(name):
        return
    if any(name == domain or name.endswith(f".{domain}") for domain in servers.domains):
        if not any(_reaches(servers.reachable, resolver) for resolver in servers.resolvers):
            ranges = ", ".join(servers.reachable) or "none"
            resolvers = ", ".join(servers.resolvers) or "none"
            why = f"the VPN does not route to its resolvers ({resolvers}), since the gateway's address space is {ranges}"
            raise _unknown_host(name, why)
    elif is_private_host(name):
        domains = ", ".join(servers.domains) or "none"
        raise _unknown_host(name, f"public name servers are asked, since it is under none of the VPN's dns.domains ({domains})")


def _reaches(ranges: Sequence[str], resolver: str) -> bool:
    try:
        return any(ipaddress.ip_address(resolver) in ipaddress.ip_network(each, strict=False) for each in ranges)
    except ValueError:
        return False


def _unknown_host(name: str, why: str) -> StageFailure:
    return StageFailure("connect", f"java.net.UnknownHostException: {name}: {why}")
