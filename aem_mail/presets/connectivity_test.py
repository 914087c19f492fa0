"""What the copied result of Cloud Manager's Network Connectivity Test means for mail.

Source of its shape: Adobe's page *Network Connectivity Test*, read on 2026-11-28.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from aem_mail.presets.explanation import Explanation

SOURCE: Final = "https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/security/network-connectivity-test"
MOST: Final = 8
"""Resolvers, and addresses of each, that are told."""
LONGEST_ERROR: Final = 200
REACHED: Final = (
    "Let smtp.host be the proxy and smtp.port the portOrig of a rule that leads to this host and port, and wait until it is in force."
)
CLOSED: Final = (
    "Let the mail server, and every firewall before it, accept the program's egress address. Check host and port; behind a VPN the address "
    "must lie in the gateway's address space."
)
UNRESOLVED: Final = (
    "Correct the name, or let the infrastructure's resolvers know it: only they are asked, and must lie in the VPN gateway's address space."
)


def read_connectivity_test(text: str) -> list[Explanation]:
    """Return what a copied result means, one explanation for each resolver; nothing of any other text."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if not isinstance(document, dict):
        return []
    if document.get("error") == "Request timeout":
        meaning = "The test had no answer within its five seconds, so it tells nothing of host and port."
        return [_explanation(meaning, "Run it again; behind a VPN, look whether the tunnel is up.", ("M22",))]
    resolvers = document.get("resolvers")
    entries = [one for one in resolvers if isinstance(one, dict)][:MOST] if isinstance(resolvers, list) else []
    return [*map(_resolver, entries), *_disagreement(entries)]


def _resolver(entry: Mapping[str, Any]) -> Explanation:
    asked = f"Resolver {entry.get('name')}" if entry.get("name") not in (None, "default") else "The test"
    dns = entry.get("dns_resolution")
    dns = dns if isinstance(dns, dict) else {}
    if entry.get("port_open") is True:
        meaning = f"{asked} reached host and port{_at(dns)} from the program's egress proxy. So the network does not stop the mail."
        return _explanation(meaning, REACHED, ("M01", "M02", "M18", "M22"))
    if "error" in dns or "DNS" in str(entry.get("reachability")):
        said = f" ({str(dns['error'])[:LONGEST_ERROR]})" if dns.get("error") else ""
        return _explanation(f"{asked} did not resolve the name{said}, so AEM logs an UnknownHostException.", UNRESOLVED, ("M20", "M21"))
    return _explanation(f"{asked} resolved the name{_at(dns)}, and the port did not open from the egress proxy.", CLOSED, ("M18", "M20"))


def _disagreement(entries: list[dict[str, Any]]) -> Iterator[Explanation]:
    if len(entries) > 1:
        meaning = "The resolvers disagree, so it depends on who answers whether the mail leaves."
        yield _explanation(meaning, "Give all of the infrastructure's resolvers the same record.", ("M21",))


def _at(dns: Mapping[str, Any]) -> str:
    ips = dns.get("ips")
    return f" at {', '.join(map(str, ips[:MOST]))}" if isinstance(ips, list) and ips else ""


def _explanation(meaning: str, fix: str, checks: tuple[str, ...]) -> Explanation:
    return Explanation("", meaning, fix, checks, SOURCE)
