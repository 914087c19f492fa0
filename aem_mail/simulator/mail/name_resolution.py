"""Who is asked for the mail server's name: public name servers, or a VPN's resolvers for the domains that it declares."""

import ipaddress
from collections.abc import Sequence

from aem_mail.kinds.hosts import is_ipv4, is_private_host
from aem_mail.simulator.mail.failure import StageFailure
from aem_mail.simulator.mail.model import NameServers, Networking


def resolve_name(name: str, networking: Networking) -> None:
    """Let the name of a rule be resolved; raises StageFailure at `connect` where nobody who is asked can know it.

    Whether a name that can be resolved is that of a server shows when it is connected to.
    """
    servers = networking.name_servers or NameServers()
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
