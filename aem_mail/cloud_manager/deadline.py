"""A deadline for a whole request: httpx bounds each read by itself, and a server that drips a byte at a time never meets that."""

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore


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
