"""All mail servers, each on an ephemeral loopback port. Only for use on one event loop."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from aem_mail.kinds.forms import host as normal_host
from aem_mail.simulator.mail.access_tokens import AccessTokens
from aem_mail.simulator.mail.authority import Authority
from aem_mail.simulator.mail.mailbox import Mailbox
from aem_mail.simulator.mail.smtp_server import SmtpConnection
from aem_mail.simulator.state.values import MailServer

LOOPBACK = "127.0.0.1"
CLOSING_SECONDS = 1.0


@dataclass
class ListeningServer:
    """A server that listens; `port` is the loopback port, not the server's own."""

    server: MailServer
    listener: asyncio.Server
    port: int
    connections: set[SmtpConnection]

    async def close(self) -> None:
        self.listener.close()
        for connection in list(self.connections):
            connection.abort()
        deadline = asyncio.get_running_loop().time() + CLOSING_SECONDS
        while self.connections and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0)


class SmtpServers:
    """The mail servers of the simulated internet, by host and port."""

    def __init__(self, authority: Authority, mailbox: Mailbox, tokens: AccessTokens) -> None:
        self._authority = authority
        self._mailbox = mailbox
        self._tokens = tokens
        self._running: dict[tuple[str, int], ListeningServer] = {}

    async def configure(self, servers: Sequence[MailServer]) -> None:
        """Let exactly these servers run; one that is unchanged keeps its port and its connections."""
        wanted = {server.address: server for server in servers}
        for address, running in list(self._running.items()):
            if wanted.get(address) != running.server:
                await self._running.pop(address).close()
        for address, server in wanted.items():
            if address not in self._running:
                self._running[address] = await self._start(server)

    def loopback_port(self, host: str, port: int) -> int | None:
        """Return where the server of that address listens in truth, None if there is none."""
        running = self._running.get((normal_host(host), port))
        return None if running is None else running.port

    def awaits_tls(self, host: str, port: int) -> bool:
        running = self._running.get((normal_host(host), port))
        return running is not None and running.server.tls == "implicit"

    def resolves(self, host: str) -> bool:
        return any(known == normal_host(host) for known, _ in self._running)

    async def _start(self, server: MailServer) -> ListeningServer:
        context = None if server.tls == "none" else self._authority.server_context(normal_host(server.host))
        connections: set[SmtpConnection] = set()
        listener = await asyncio.get_running_loop().create_server(
            lambda: SmtpConnection(server, context, self._mailbox, self._tokens, connections),
            LOOPBACK,
            0,
            ssl=context if server.tls == "implicit" else None,
        )
        return ListeningServer(server, listener, listener.sockets[0].getsockname()[1], connections)
