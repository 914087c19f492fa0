"""Host names: of mail servers, and of hosts that are reached past the proxy."""

import ipaddress
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from aem_mail.errors import Problem
from aem_mail.kinds.shapes import shape, shown, whole
from aem_mail.model.limits import HOST_LABEL_MAX_LENGTH, HOST_MAX_LENGTH

LABEL: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
ANY_LABEL: Final = "[A-Za-z0-9](?:[-A-Za-z0-9]{0,61}[A-Za-z0-9])?"
ANY_HOST: Final = rf"(?:(?:{OCTET}\.){{3}}{OCTET}|(?:{ANY_LABEL}\.)*(?![0-9]+\.?$){ANY_LABEL})"
"""What is a host name or an IPv4 address before it is in normal form."""
HOST_SCHEMA: Final = {"type": "string", "maxLength": HOST_MAX_LENGTH}

PRIVATE_NETWORKS: Final = tuple(
    map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16"))
)
PRIVATE_SUFFIXES: Final = (".local", ".localhost", ".internal", ".intranet", ".lan", ".corp", ".home.arpa")


@shape(**HOST_SCHEMA, pattern=whole(rf"{ANY_HOST}\.?"))
def host(path: str, value: Any) -> Iterator[Problem]:
    """Check a port forward's destination: a lower-case host name or an IPv4 address (the specification's pattern)."""
    if not isinstance(value, str) or not value:
        yield Problem(path, f"must be a host name or an IPv4 address, not {shown(value)}")
        return
    fault = host_fault(value)
    if fault:
        yield Problem(path, fault)


@shape(**HOST_SCHEMA, pattern=whole(rf"(?:\*\.)?{ANY_HOST}\.?"))
def non_proxy_host(path: str, value: Any) -> Iterator[Problem]:
    """Check a declared non-proxy host: ``example.com`` or ``*.example.com``."""
    if not isinstance(value, str) or not value:
        yield Problem(path, f"must be a host such as 'example.com' or '*.example.com', not {shown(value)}")
        return
    name = value.removeprefix("*.")
    if "*" in name:
        yield Problem(path, f"the wildcard may only stand at the start, as in '*.example.com', not {shown(value)}")
        return
    fault = host_fault(name)
    if fault:
        yield Problem(path, fault)


def host_fault(name: str) -> str | None:
    """Say what is wrong with a host name, and what to write instead; None if nothing is."""
    return next((message(name) for is_wrong, message in FAULTS if is_wrong(name)), None)


def punycode_hint(name: str) -> str:
    try:
        return f": {shown(name.encode('idna').decode())}"
    except UnicodeError:
        return ""


def is_ipv4(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True


def is_overlong(label: str) -> bool:
    return len(label) > HOST_LABEL_MAX_LENGTH


def is_private_host(name: str) -> bool:
    """Say whether a well-formed host is certainly none of the internet: a private address, or a name of a local network."""
    if is_ipv4(name):
        address = ipaddress.IPv4Address(name)
        return any(address in network for network in PRIVATE_NETWORKS)
    return "." not in name or name.endswith(PRIVATE_SUFFIXES)


FAULTS: Final[tuple[tuple[Callable[[str], bool], Callable[[str], str]], ...]] = (
    (
        lambda name: not name.isascii(),
        lambda name: f"{shown(name)} has letters beyond ASCII; write the name in its xn-- form{punycode_hint(name)}",
    ),
    (
        lambda name: "$[" in name,
        lambda name: f"{shown(name)} holds a placeholder, which is resolved in OSGi configurations only; write the host itself",
    ),
    (
        lambda name: "/" in name or "@" in name,
        lambda name: f"{shown(name)} is no host name; write the host alone, without scheme, user or path",
    ),
    (
        lambda name: ":" in name,
        lambda name: f"{shown(name)} is no host name or IPv4 address; write the host alone, the port has its own field",
    ),
    (
        lambda name: len(name) > HOST_MAX_LENGTH,
        lambda name: f"has {len(name)} characters; a host name has at most {HOST_MAX_LENGTH}",
    ),
    (
        lambda name: any(map(is_overlong, name.split("."))),
        lambda name: f"{shown(name)} has more than {HOST_LABEL_MAX_LENGTH} characters between two dots",
    ),
    (
        lambda name: not all(map(LABEL.fullmatch, name.split("."))),
        lambda name: f"{shown(name)} is no host name: parts of a-z, 0-9 and inner hyphens, with one dot between them",
    ),
    (
        lambda name: name.rpartition(".")[2].isdigit() and not is_ipv4(name),
        lambda name: f"{shown(name)} is neither a host name nor an IPv4 address of four numbers from 0 to 255",
    ),
)
"""What can be wrong with a host name and how to say it; the first that applies is told."""
