"""What a company's machine asks for: its proxy and its certificate authorities, from the usual variables."""

import ssl
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import certifi

from aem_mail.errors import InvalidInput, Problem
from aem_mail.files import FileUnusable, is_directory, read_bytes
from aem_mail.model.loopback import is_loopback

LARGEST_BUNDLE: Final = 16 << 20
_BUNDLES: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def proxy_for(url: str, proxies: Mapping[str, str]) -> str | None:
    """URL of the proxy for a request, None for a direct one.

    ``proxies`` is what `urllib.request.getproxies()` gives: scheme → URL, ``all``, and ``no`` for the list of exceptions
    (names with all their subdomains, addresses, networks as CIDR, each perhaps with a port, or ``*``). This machine itself is
    never asked through a proxy. Raises InvalidInput for a proxy that cannot be used.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    proxy = (proxies.get(parts.scheme) or proxies.get("all") or "").strip()
    proxy = f"http://{proxy}" if proxy and "://" not in proxy else proxy
    if not proxy or is_loopback(host) or _excepted(host, port, proxies.get("no", "")):
        return None
    wrong = _what_is_wrong_with(proxy)
    if wrong:
        variable = f"{parts.scheme.upper()}_PROXY" if proxies.get(parts.scheme) else "ALL_PROXY"
        raise InvalidInput("proxy", [Problem(variable, wrong)])
    return proxy


def tls_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """A context that verifies servers against the authorities that the environment names, else against certifi's.

    SSL_CERT_FILE and SSL_CERT_DIR together, else REQUESTS_CA_BUNDLE, else CURL_CA_BUNDLE (a file or a directory each).
    Raises InvalidInput for a variable that names nothing of use.
    """
    named = {name: Path(environ[name]) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if environ.get(name)}
    if not named:
        named = {name: Path(environ[name]) for name in _BUNDLES if environ.get(name)}
        named = dict(list(named.items())[:1])
    if not named:
        return ssl.create_default_context(cafile=certifi.where())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for name, path in named.items():
        _load(context, name, path)
    return context


def _what_is_wrong_with(proxy: str) -> str:
    try:
        parts = urlsplit(proxy)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        return "is not the URL of a proxy"
    return "" if parts.scheme in {"http", "https"} else "only http:// and https:// proxies can be used"


def _load(context: ssl.SSLContext, name: str, path: Path) -> None:
    try:
        if is_directory(path):
            context.load_verify_locations(capath=path)
        else:
            # OpenSSL itself would wait for a pipe that nobody writes to.
            read_bytes(path, LARGEST_BUNDLE)
            context.load_verify_locations(cafile=path)
    except FileUnusable as error:
        raise InvalidInput("TLS", [Problem(name, f"{path} {error.fault}")]) from None
    except OSError:
        raise InvalidInput("TLS", [Problem(name, f"{path} holds no certificates in PEM form that can be read")]) from None


def _excepted(host: str, port: int, exceptions: str) -> bool:
    return any(_covers(entry.strip().lower(), host.lower(), port) for entry in exceptions.split(",") if entry.strip())


def _covers(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    try:
        return ip_address(host) in ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass
    name, colon, number = entry.rpartition(":")
    if colon and number.isdigit() and ":" not in name.strip("[]"):
        return int(number) == port and _covers(name, host, port)
    name = entry.removeprefix("*").strip("[].")
    return bool(name) and (host == name or host.endswith(f".{name}"))
