"""A port forward at work: a loopback listener that passes bytes on to the mail server that the rule names."""

import asyncio
import contextlib

from aem_mail.simulator.mail.smtp_servers import LOOPBACK, SmtpServers
from aem_mail.simulator.state.values import PortForward

CHUNK = 65536


class Forwarder:
    """Listens from `open` to `close`; takes every connection, and drops it at once where the target is out of reach.

    `refusal` then says why: AEM itself sees no more than a lost connection.
    """

    def __init__(self, rule: PortForward, servers: SmtpServers) -> None:
        self._rule = rule
        self._servers = servers
        self._listener: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._cut = False
        self.refusal: str | None = None

    async def open(self) -> int:
        """Return the loopback port that stands for `AEM_PROXY_HOST:portOrig`."""
        self._listener = await asyncio.start_server(self._accept, LOOPBACK, 0)
        port: int = self._listener.sockets[0].getsockname()[1]
        return port

    async def cut(self) -> None:
        """Drop every connection, also those to come; the listener stays, so that none is lost half accepted."""
        self._cut = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Cut, and listen no more. To be called once the client is done."""
        await self.cut()
        if self._listener is not None:
            self._listener.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.transport.abort()
            return
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # A task that is cancelled before it began never reaches its own clean-up.
        task.add_done_callback(lambda _: writer.transport.abort())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            port = self._servers.loopback_port(self._rule.name, self._rule.port_dest)
            if port is None:
                self.refusal = self._why_unreachable()
                return
            with contextlib.suppress(OSError):
                target_reader, target_writer = await asyncio.open_connection(LOOPBACK, port)
                try:
                    await asyncio.gather(_pump(reader, target_writer), _pump(target_reader, writer))
                finally:
                    await _shut(target_writer)
        finally:
            await _shut(writer)

    def _why_unreachable(self) -> str:
        name, port = self._rule.name, self._rule.port_dest
        return f"nothing listens on {name}:{port}" if self._servers.resolves(name) else f"{name} does not resolve"


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


async def _shut(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
