"""A real HTTP server on loopback that answers what a test tells it to, well-formed or not."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[[BaseHTTPRequestHandler], None]

TOKEN_PATH = "/ims/token/v3"


@dataclass(frozen=True)
class Seen:
    """A request as it arrived; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


def answer(status: int, body: bytes | str | object = b"", **headers: str) -> Reply:
    """A well-formed answer; what is neither bytes nor text is sent as JSON. Headers: `retry_after="3"`."""
    content = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if status != 204:
            handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        if status != 204:
            handler.wfile.write(content)

    return reply


def raw(content: bytes) -> Reply:
    """Exactly these bytes, and the end of the connection."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(content)
        handler.wfile.flush()
        handler.close_connection = True

    return reply


class ScriptedServer:
    """Answers requests one after the other as scripted, the last answer again and again; grants a new token whenever asked."""

    def __init__(self) -> None:
        self.port = 0
        self.seen: list[Seen] = []
        self.tokens_granted = 0
        self.token_life: int = 86400
        self._replies: list[Reply] = []
        self._token_replies: list[Reply] = []
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def script(self, *replies: Reply) -> None:
        self._replies = list(replies)

    def script_tokens(self, *replies: Reply) -> None:
        self._token_replies = list(replies)

    @property
    def requests(self) -> list[Seen]:
        """The requests other than those for tokens."""
        return [seen for seen in self.seen if seen.path != TOKEN_PATH]

    @property
    def token_requests(self) -> list[Seen]:
        return [seen for seen in self.seen if seen.path == TOKEN_PATH]

    def take(self, seen: Seen) -> Reply:
        with self._lock:
            self.seen.append(seen)
            if seen.path != TOKEN_PATH:
                return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
            if self._token_replies:
                return self._token_replies.pop(0) if len(self._token_replies) > 1 else self._token_replies[0]
            self.tokens_granted += 1
            grant = {"access_token": f"token-{self.tokens_granted}", "token_type": "bearer", "expires_in": self.token_life}
            return answer(200, grant)


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve on a free port of this machine, which it yields, for as long as the context lasts."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def get_request(self) -> tuple[socket.socket, Any]:
            connection, client = super().get_request()
            return (connection if context is None else context.wrap_socket(connection, server_side=True)), client

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that closes early is no news."""

    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def running_scripted_server(context: ssl.SSLContext | None = None) -> Iterator[ScriptedServer]:
    """A scripted server, encrypted if a context is given."""
    scripted = ScriptedServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            scripted.take(Seen(self.command, self.path, headers, body))(self)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815 - names that http.server looks for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
            pass

    with serving(Handler, context) as port:
        scripted.port = port
        yield scripted
