"""Mail servers on loopback: a real one, and scripts of what real ones do to strangers."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from aem_mail.simulator.mail.loop_thread import LoopThread
from aem_mail.simulator.mail.smtp_server import QuietSession

USER, PASSWORD = "postmaster@wknd.site", "correct horse battery"
Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class MailServer(SMTP):
    """aiosmtpd as a mail server that knows one user."""

    def _create_session(self) -> Session:
        return QuietSession(self.loop)


class _Nothing:
    """Takes no mail, since a preflight sends none."""


def _authenticate(_smtp: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, credentials: Any) -> AuthResult:
    right = isinstance(credentials, LoginPassword) and credentials == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@contextmanager
def mail_server(context: ssl.SSLContext | None, *, implicit: bool = False, **options: Any) -> Iterator[int]:
    """Run a real mail server and yield its port; `context` None offers no STARTTLS, `implicit` begins with TLS."""
    given = {"hostname": "mail.wknd.site", "authenticator": _authenticate, "auth_require_tls": not implicit, **options}

    def protocol() -> MailServer:
        starttls = None if implicit else context
        return MailServer(_Nothing(), tls_context=starttls, loop=asyncio.get_running_loop(), **given)

    async def begin() -> asyncio.Server:
        running = asyncio.get_running_loop()
        return await running.create_server(protocol, "127.0.0.1", 0, ssl=context if implicit else None)

    yield from _running(begin)


@contextmanager
def scripted_server(script: Script, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Run a server that does to each connection what the script says; with `context` TLS begins at once."""

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    async def begin() -> asyncio.Server:
        return await asyncio.start_server(served, "127.0.0.1", 0, ssl=context)

    yield from _running(begin)


@contextmanager
def black_hole() -> Iterator[int]:
    """Yield a port whose connections are neither taken nor refused: its queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        try:
            for _ in range(4):
                one = socket.socket()
                one.setblocking(False)
                one.connect_ex(listener.getsockname())
                waiting.append(one)
            yield listener.getsockname()[1]
        finally:
            for one in waiting:
                one.close()


async def _converse(lines: Sequence[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for number, line in enumerate(lines):
        if number:
            await reader.readuntil(b"\n")
        writer.write(line)
        await writer.drain()


def saying(*lines: bytes) -> Script:
    """Say each line once something was heard, the first one at once; then say nothing more."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _converse(lines, reader, writer)
        await reader.read()

    return script


def hanging_up(*lines: bytes) -> Script:
    """Say the lines as `saying` does, hear again, and close the connection."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _converse(lines, reader, writer)
        if lines:
            await reader.readuntil(b"\n")

    return script


async def cut_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hang up in the middle of the reply to EHLO."""
    writer.write(b"220 hello\r\n")
    await reader.readline()
    writer.write(b"250-hello\r\n")
    await writer.drain()
    writer.write_eof()
    await reader.read()


async def going_on_in_the_clear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Consent to TLS, and answer the handshake with words."""
    writer.write(b"220 hello\r\n")
    await reader.readline()
    writer.write(b"250-hello\r\n250 STARTTLS\r\n")
    await reader.readline()
    writer.write(b"220 go\r\n")
    await reader.read(1)
    writer.write(b"what?\r\n")
    await reader.read()


async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Greet without end and without a line break."""
    while True:
        writer.write(b"220 " + b"a" * 65536)
        await writer.drain()


async def many_lines(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Greet without end, line by line."""
    while True:
        writer.write(b"220-welcome\r\n" * 100)
        await writer.drain()


def _running(begin: Callable[[], Awaitable[asyncio.Server]]) -> Iterator[int]:
    loop = LoopThread("mail-server")
    loop.start()

    async def started() -> asyncio.Server:
        return await begin()

    listener = loop.run(started())
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:

        async def end() -> None:
            listener.close()

        loop.run(end())
        loop.stop()
