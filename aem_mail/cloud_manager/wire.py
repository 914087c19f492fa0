"""The one place that talks HTTP: sends one request once, and says what became of it. It alone imports httpx."""

import os
import re
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from typing import Any, Final
from urllib.request import getproxies

import httpcore
import httpx

from aem_mail.cloud_manager.call import origin
from aem_mail.cloud_manager.logs import redacted
from aem_mail.cloud_manager.outcome import Answered, Lost, Outcome, phrase
from aem_mail.cloud_manager.proxy_and_tls import proxy_for, tls_context
from aem_mail.errors import InvalidInput, Problem
from aem_mail.model.loopback import is_on_loopback

Transport = httpx.BaseTransport
"""What carries the requests, where it is none of this machine's connections."""


class _Limit(threading.local):
    """What the request of this thread may take: seconds, and when they end once the network has been used."""

    seconds: float | None = None
    ends: float | None = None


_LIMIT = _Limit()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Bound all that this thread does on a BoundedBackend's network, from its first use on."""
    _LIMIT.seconds, _LIMIT.ends = seconds, None
    try:
        yield
    finally:
        _LIMIT.seconds = _LIMIT.ends = None


class BoundedBackend(httpcore.NetworkBackend):
    """A network whose every wait ends with the deadline, as httpcore's own time-outs do."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect."""
        seconds = _left(timeout, httpcore.ConnectTimeout)
        return _BoundedStream(self._backend.connect_tcp(host, port, seconds, local_address, socket_options))

    def sleep(self, seconds: float) -> None:
        """Pause."""
        self._backend.sleep(seconds)


class _BoundedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, _left(timeout, httpcore.ConnectTimeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(timeout: float | None, too_late: type[httpcore.TimeoutException]) -> float | None:
    """Seconds that a wait may last."""
    if _LIMIT.seconds is None:
        return timeout
    now = time.monotonic()
    _LIMIT.ends = now + _LIMIT.seconds if _LIMIT.ends is None else _LIMIT.ends
    if now >= _LIMIT.ends:
        raise too_late
    left = _LIMIT.ends - now
    return left if timeout is None else min(timeout, left)


MAX_BODY: Final = 16 * 2**20
"""Bytes of a good answer; of any other one MAX_PROBLEM is enough."""

MAX_PROBLEM: Final = 64 * 2**10
MAX_SECONDS: Final = 120.0
"""Seconds that a request may take from the connection to the end of the answer, however steadily that drips."""

TIMEOUT: Final = httpx.Timeout(30, connect=10, pool=120)
LIMITS: Final = httpx.Limits(max_connections=128, max_keepalive_connections=32, keepalive_expiry=2)
"""Connections are dropped before servers drop them (5 s and more), so that no write meets one that is just being closed."""

_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
_TIME_OUTS: Final = {
    httpx.ConnectTimeout: "no connection in time",
    httpx.PoolTimeout: "too many requests of our own at once",
    httpx.WriteTimeout: "the request could not be sent in time",
}
_CUT_ANSWERS: Final = {
    "Server disconnected": "the server disconnected without an answer",
    "peer closed connection": "the connection ended within the answer",
}
"""How httpcore's texts begin for what is no fault of the protocol, and what is said instead."""

_LASTING: Final = (httpx.ProxyError, httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL)


class Wire:
    """One httpx client for all threads and both servers; it keeps connections, but no cookies."""

    def __init__(self, transport: httpx.BaseTransport, *, user_agent: str) -> None:
        self._client = httpx.Client(
            headers={"User-Agent": user_agent, "Accept": "application/json", "Accept-Encoding": "identity"},
            follow_redirects=False,
            trust_env=False,
            timeout=TIMEOUT,
            transport=transport,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )

    def send(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None) -> Outcome:
        """Send one request once. Never raises for what the network or the server does."""
        try:
            with redacted(), within(MAX_SECONDS), self._client.stream(method, url, headers=dict(headers), content=content) as response:
                body, whole = _bounded(response, MAX_BODY if response.is_success else MAX_PROBLEM)
                return Answered(response.status_code, {name.lower(): value for name, value in response.headers.items()}, body, whole)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _lost(error, url)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()


def open_wire(bases: Sequence[str], transport: httpx.BaseTransport | None) -> Wire:
    """A wire to these servers through the proxies and with the authorities that the environment names; raises InvalidInput."""
    routes = transport or _Routes(bases, os.environ, getproxies())
    return Wire(routes, user_agent=f"aem-mail/{version('aem-mail')}")


class _Routes(httpx.BaseTransport):
    """A transport per server, each direct or through the proxy that the environment names for it."""

    def __init__(self, bases: Sequence[str], environ: Mapping[str, str], proxies: Mapping[str, str]) -> None:
        routes = {origin(base): proxy_for(base, proxies) for base in bases}
        encrypted = any(base.startswith("https:") for base in bases)
        context = tls_context(environ) if encrypted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._transports = {server: _transport(context, proxy) for server, proxy in routes.items()}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._transports[origin(str(request.url))].handle_request(request)

    def close(self) -> None:
        for transport in self._transports.values():
            transport.close()


def _bounded(response: httpx.Response, limit: int) -> tuple[bytes, bool]:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > limit:
            return bytes(body[:limit]), False
    return bytes(body), True


def _transport(context: ssl.SSLContext, proxy: str | None) -> httpx.HTTPTransport:
    transport = httpx.HTTPTransport(verify=context, trust_env=False, limits=LIMITS, proxy=_proxy(proxy, context))
    # A public argument of httpcore's pools, which httpx does not hand on.
    pool = transport._pool
    pool._network_backend = BoundedBackend(pool._network_backend)
    return transport


def _proxy(url: str | None, context: ssl.SSLContext) -> httpx.Proxy | None:
    if url is None:
        return None
    try:
        return httpx.Proxy(url, ssl_context=context if url.lower().startswith("https:") else None)
    except httpx.InvalidURL:
        raise InvalidInput("proxy", [Problem("HTTPS_PROXY", "is not the URL of a proxy")]) from None


def _lost(error: httpx.HTTPError | httpx.InvalidURL, url: str) -> Lost:
    sent = not isinstance(error, (*_NOT_SENT, httpx.InvalidURL))
    certificate = next((cause for cause in _causes(error) if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        return Lost(f"its certificate is not trusted ({certificate.verify_message})", sent=False, lasting=True, certificate=True)
    nobody_listens = is_on_loopback(url) and any(isinstance(cause, ConnectionRefusedError) for cause in _causes(error))
    return Lost(_reason(error), sent, lasting=isinstance(error, _LASTING), nobody_listens=nobody_listens)


def _reason(error: Exception) -> str:
    """Say what happened; a server's or a proxy's own words are not quoted, since they may hold what was sent."""
    match error:
        case httpx.TimeoutException():
            return _TIME_OUTS.get(type(error), "no answer in time")
        case httpx.LocalProtocolError() | httpx.InvalidURL():
            return f"the request cannot be written ({type(error).__name__})"
        case httpx.ProxyError():
            status = re.match(r"[1-5][0-9]{2}\b", str(error))
            return f"the proxy refused the connection{f' ({status[0]} {phrase(int(status[0]))})' if status else ''}"
        case httpx.RemoteProtocolError():
            return next((words for start, words in _CUT_ANSWERS.items() if str(error).startswith(start)), "the answer is not HTTP")
        case _:
            return str(error) or type(error).__name__


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
