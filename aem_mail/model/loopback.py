"""Whether an address can only mean this machine."""

import ipaddress
from urllib.parse import urlsplit


def is_loopback(host: str | None) -> bool:
    """Say whether a host name or IP address can only mean this machine; other names are not resolved."""
    if host is None:
        return False
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_on_loopback(url: str) -> bool:
    """Say whether a URL, or what follows its ``scheme:``, leads to this machine."""
    try:
        return is_loopback(urlsplit(url).hostname)
    except ValueError:
        return False
