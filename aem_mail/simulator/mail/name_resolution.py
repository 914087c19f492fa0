"""Who is asked for the mail server's name: a VPN's resolvers alone where it has some, else public name servers."""

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
    """A VPN's resolvers, the names that they know with all below them, and the address ranges (CIDR) that the VPN routes to.

    ``known`` None: every private name, and no public one.
    """

    resolvers: Sequence[str] = ()
    known: Sequence[str] | None = None
    reachable: Sequence[str] = ()


def name_servers_of(infrastructure: Infrastructure) -> NameServers:
    """Return those of a VPN that declares some, else none."""
    resolvers = (infrastructure.dns or {}).get("resolvers") or ()
    known = infrastructure.known_names
    spaces = [space for connection in infrastructure.connections for space in connection.gateway.get("addressSpace") or ANYWHERE]
    return NameServers(tuple(resolvers), None if known is None else tuple(map(host, known)), tuple(spaces))


def resolve_name(name: str, servers: NameServers) -> None:
    """Let the name of a rule be resolved; raises StageFailure at `connect` where nobody who is asked knows it.

    Whether a name that can be resolved is that of a server shows when it is connected to.
    """
    if is_ipv4(name):
        return
    if not servers.resolvers:
        if is_private_host(name):
            raise _unknown_host(name, "public name servers are asked, since the infrastructure has no resolvers")
        return
    resolvers = ", ".join(servers.resolvers)
    if not any(_reaches(servers.reachable, resolver) for resolver in servers.resolvers):
        ranges = ", ".join(servers.reachable) or "none"
        raise _unknown_host(name, f"the VPN does not route to its resolvers ({resolvers}), since the gateway's address space is {ranges}")
    if not _knows(servers.known, name):
        raise _unknown_host(name, f"only the VPN's resolvers ({resolvers}) are asked, and by the state's knownNames they do not know it")


def _knows(known: Sequence[str] | None, name: str) -> bool:
    return is_private_host(name) if known is None else any(name == one or name.endswith(f".{one}") for one in known)


def _reaches(ranges: Sequence[str], resolver: str) -> bool:
    try:
        return any(ipaddress.ip_address(resolver) in ipaddress.ip_network(each, strict=False) for each in ranges)
    except ValueError:
        return False


def _unknown_host(name: str, why: str) -> StageFailure:
    return StageFailure("connect", f"java.net.UnknownHostException: {name}: {why}")
