"""An SMTP connection that trusts nobody: every line, every reply and every wait is bounded."""

import asyncio
import re
import ssl
from dataclasses import dataclass
from typing import Final

from aem_mail.preflight.step import shown

LONGEST_LINE: Final = 4096
MOST_LINES: Final = 100
REPLY_LINE: Final = re.compile(r"(?P<code>[2-5][0-9]{2})(?P<more>[ -]?)(?P<text>.*)", re.DOTALL)


class NoDialogue(Exception):
    """The other side does not talk as a mail server does; the text says how, fit to be printed."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's reply: its code and the texts of its lines, as they came."""

    code: int
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return shown(f"{self.code} {' '.join(self.lines)}")


class Dialogue:
    """One connection. `open` and `start_tls` raise OSError; what reads raises NoDialogue and OSError. The caller bounds the time."""

    def __init__(self, reader: asyncio.StreamReader, transport: asyncio.Transport) -> None:
        # No StreamWriter: one that is replaced when TLS begins would close the connection when it is collected.
        self._reader, self._transport = reader, transport

    @classmethod
    async def open(cls, address: str, port: int) -> "Dialogue":
        """Connect without TLS."""
        reader = asyncio.StreamReader(limit=LONGEST_LINE)
        transport, _ = await asyncio.get_running_loop().create_connection(lambda: asyncio.StreamReaderProtocol(reader), address, port)
        return cls(reader, transport)

    async def start_tls(self, context: ssl.SSLContext, server_name: str) -> ssl.SSLObject:
        """Begin TLS; what came in plain text before, and was not read yet, is forgotten. Raises ssl.SSLError too."""
        reader = asyncio.StreamReader(limit=LONGEST_LINE)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport = await asyncio.get_running_loop().start_tls(self._transport, protocol, context, server_hostname=server_name)
        if transport is None:
            raise NoDialogue("closed the connection")
        reader.set_transport(transport)
        self._reader, self._transport = reader, transport
        session: ssl.SSLObject = transport.get_extra_info("ssl_object")
        return session

    async def command(self, line: str) -> Reply:
        """Send one line and return the reply."""
        self._transport.write(f"{line}\r\n".encode())
        return await self.reply()

    async def reply(self) -> Reply:
        """Return the next reply, of at most MOST_LINES lines of LONGEST_LINE bytes."""
        texts: list[str] = []
        while len(texts) < MOST_LINES:
            line = await self._line()
            found = REPLY_LINE.fullmatch(line)
            if found is None:
                raise NoDialogue(f"answered something other than SMTP: {shown(line)}")
            texts.append(found["text"])
            if found["more"] != "-":
                return Reply(int(found["code"]), tuple(texts))
        raise NoDialogue(f"answered with more than {MOST_LINES} lines")

    def abort(self) -> None:
        """Close at once, whatever is under way."""
        self._transport.abort()

    async def _line(self) -> str:
        try:
            line = await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError:
            raise NoDialogue(f"answered with a line of more than {LONGEST_LINE} bytes") from None
        except asyncio.IncompleteReadError as error:
            said = f" after {shown(error.partial.decode('utf-8', 'replace'))}" if error.partial.strip() else ""
            raise NoDialogue(f"closed the connection{said}") from None
        return line.decode("utf-8", "replace").rstrip("\r\n")
