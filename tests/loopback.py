"""HTTP to a simulator on loopback: no proxy comes between, and no authorities are loaded, which would cost more than the request."""

import ssl
from typing import Any, Final

import httpx

TRUSTS_NOBODY: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def client(**options: Any) -> httpx.Client:
    """Return a client of its own, for what keeps headers or a base address."""
    return httpx.Client(trust_env=False, verify=TRUSTS_NOBODY, **options)


def request(method: str, url: str, **options: Any) -> httpx.Response:
    """Send one request over a connection of its own."""
    return httpx.request(method, url, trust_env=False, verify=TRUSTS_NOBODY, **options)


def get(url: str, **options: Any) -> httpx.Response:
    return request("GET", url, **options)


def put(url: str, **options: Any) -> httpx.Response:
    return request("PUT", url, **options)


def post(url: str, **options: Any) -> httpx.Response:
    return request("POST", url, **options)


def delete(url: str, **options: Any) -> httpx.Response:
    return request("DELETE", url, **options)
