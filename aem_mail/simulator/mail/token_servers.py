"""The token endpoints of the simulated internet: HTTPS on ephemeral loopback ports. Only for use on one event loop."""

import asyncio
import contextlib
import functools
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import h11

from aem_mail.simulator.mail.access_tokens import LIFETIME_SECONDS, AccessTokens
from aem_mail.simulator.mail.authority import Authority
from aem_mail.simulator.mail.smtp_servers import LOOPBACK
from aem_mail.simulator.mail.token_answers import Granted, TokenRefused, google, microsoft
from aem_mail.simulator.state.oauth_client import OAuthClient, Provider

HOSTS: Mapping[str, Provider] = {"login.microsoftonline.com": "microsoft365", "oauth2.googleapis.com": "google"}
MICROSOFT_PATH = re.compile(r"/(?P<tenant>[^/]+)/oauth2/v2\.0/token")
GOOGLE_PATH = "/token"
FORM = "application/x-www-form-urlencoded"
CHUNK = 65536
LARGEST_BODY = 65536
IDLE_SECONDS = 60.0


class TokenServers:
    """Both hosts are always there; which applications they know is configured."""

    def __init__(self, authority: Authority, tokens: AccessTokens) -> None:
        self._authority = authority
        self._tokens = tokens
        self._clients: tuple[OAuthClient, ...] = ()
        self._listeners: dict[str, asyncio.Server] = {}

    async def open(self) -> None:
        for host in HOSTS:
            context = self._authority.server_context(host)
            self._listeners[host] = await asyncio.start_server(functools.partial(self._serve, host), LOOPBACK, 0, ssl=context)

    async def close(self) -> None:
        for listener in self._listeners.values():
            listener.close()
        self._listeners.clear()

    def configure(self, clients: Sequence[OAuthClient]) -> None:
        """Let exactly these applications be known."""
        self._clients = tuple(clients)

    def loopback_port(self, host: str) -> int | None:
        """Return where port 443 of a host listens in truth, None if it does not resolve."""
        listener = self._listeners.get(host)
        return None if listener is None else listener.sockets[0].getsockname()[1]

    def answer(self, host: str, method: str, path: str, content_type: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Return status and document for one request."""
        tenant = MICROSOFT_PATH.fullmatch(path)
        microsofts = HOSTS[host] == "microsoft365"
        if (tenant is None) if microsofts else (path != GOOGLE_PATH):
            return 404, {"error": "not_found"}
        if method != "POST" or content_type.partition(";")[0].strip().lower() != FORM:
            return 400, {"error": "invalid_request", "error_description": f"The endpoint takes POST with {FORM} only."}
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        clients, now = [each for each in self._clients if each.provider == HOSTS[host]], self._tokens.clock()
        try:
            granted = google(clients, form, now) if tenant is None else microsoft(clients, tenant["tenant"], form, now)
        except TokenRefused as refused:
            return refused.status, refused.document
        return 200, self._document(HOSTS[host], granted, form)

    def _document(self, provider: Provider, granted: Granted, form: Mapping[str, str]) -> dict[str, Any]:
        document = {
            "token_type": "Bearer",
            "scope": " ".join(granted.scopes),
            "expires_in": LIFETIME_SECONDS,
            "access_token": self._tokens.issue(provider, granted.user, granted.scopes),
        }
        return document | ({"refresh_token": form["refresh_token"]} if granted.refreshable else {})

    async def _serve(self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        with contextlib.suppress(OSError, h11.ProtocolError, TimeoutError):
            async with asyncio.timeout(IDLE_SECONDS):
                request, body = await _request(connection, reader)
                headers = {name: value.decode("latin-1") for name, value in request.headers}
                status, document = self.answer(
                    host, request.method.decode(), request.target.decode().partition("?")[0], headers.get(b"content-type", ""), body
                )
                writer.write(_response(connection, status, document))
                await writer.drain()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _request(connection: h11.Connection, reader: asyncio.StreamReader) -> tuple[h11.Request, bytes]:
    """Read one request; raises h11.RemoteProtocolError for anything else, and for a body beyond all measure."""
    request, body = None, b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(CHUNK))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data) and len(body) <= LARGEST_BODY:
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            return request, body
        else:
            raise h11.RemoteProtocolError("no request")


def _response(connection: h11.Connection, status: int, document: Mapping[str, Any]) -> bytes:
    body = json.dumps(document).encode()
    headers = [
        ("content-type", "application/json"),
        ("content-length", str(len(body))),
        ("cache-control", "no-store"),
        ("connection", "close"),
    ]
    events = (h11.Response(status_code=status, headers=headers), h11.Data(data=body), h11.EndOfMessage())
    return b"".join(connection.send(event) or b"" for event in events)
