"""The proxy of a company: the only way out, for tunnels only."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

from .scripted_server import serving


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def running_proxy(destination: int, *, refuse: int | None = None) -> Iterator[tuple[str, list[str]]]:
    """An HTTP proxy that tunnels every CONNECT to a port of this machine, or refuses it with a status: its URL, and who was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            asked.append(self.path)
            if refuse is not None:
                self.send_response(refuse)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(200)
            self.end_headers()
            with socket.create_connection(("127.0.0.1", destination)) as upstream:
                back = threading.Thread(target=_pump, args=(upstream, self.connection), daemon=True)
                back.start()
                _pump(self.connection, upstream)
                back.join()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
            pass

    with serving(Handler) as port:
        yield f"http://127.0.0.1:{port}", asked
