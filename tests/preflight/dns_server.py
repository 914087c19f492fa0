"""A name server on loopback, over UDP and TCP, that knows the records it is given; names can be slow, refused or too long for UDP."""

import asyncio
import socket
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from aem_mail.simulator.mail.loop_thread import LoopThread

Zone = Mapping[str, Mapping[str, Sequence[str]]]
"""Records by name and type, as a zone file writes them; `{"SILENT": []}` never answers, `{"SERVFAIL": []}` fails."""
UDP_SIZE = 512


@dataclass
class NameServer:
    """Where it listens, and what it was asked."""

    zone: Zone
    port: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, wire: bytes) -> dns.message.Message | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, record_type = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, record_type))
        response = dns.message.make_response(query)
        found = self.zone.get(name)
        if found is not None and "SILENT" in found:
            return None
        if found is None or "SERVFAIL" in found:
            response.set_rcode(dns.rcode.NXDOMAIN if found is None else dns.rcode.SERVFAIL)
            return response
        self._add(response, name, record_type)
        return response

    def _add(self, response: dns.message.Message, name: str, record_type: str) -> None:
        """Add the records, also those behind an alias."""
        found = self.zone.get(name, {})
        for kind in ("CNAME", record_type):
            if found.get(kind):
                response.answer.append(dns.rrset.from_text(dns.name.from_text(name), 60, "IN", kind, *found[kind]))
        for target in found.get("CNAME", ()):
            self._add(response, target.rstrip("."), record_type)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # asyncio's own is no subclass of it

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        response = self._server.answer(data)
        if response is None or self._transport is None:
            return
        try:
            wire = response.to_wire(max_size=UDP_SIZE)
        except dns.exception.TooBig:
            short = dns.message.make_response(dns.message.from_wire(data))
            short.flags |= dns.flags.TC
            wire = short.to_wire()
        self._transport.sendto(wire, addr)


@contextmanager
def name_server(zone: Zone) -> Iterator[NameServer]:
    """Serve the zone as long as the block lasts."""
    server = NameServer(zone)
    loop = LoopThread("name-server")
    loop.start()
    closing: list[asyncio.BaseTransport | asyncio.Server] = []

    async def begin() -> None:
        running = asyncio.get_running_loop()
        listener = await asyncio.start_server(lambda reader, writer: _stream(server, reader, writer), "127.0.0.1", 0)
        server.port = listener.sockets[0].getsockname()[1]
        transport, _ = await running.create_datagram_endpoint(lambda: _Datagrams(server), ("127.0.0.1", server.port))
        closing.extend([listener, transport])

    async def end() -> None:
        for one in closing:
            one.close()

    loop.run(begin())
    try:
        yield server
    finally:
        loop.run(end())
        loop.stop()


async def _stream(server: NameServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        response = server.answer(await reader.readexactly(length))
        if response is not None:
            wire = response.to_wire()
            writer.write(struct.pack("!H", len(wire)) + wire)
            await writer.drain()
    finally:
        writer.close()


def closed_port() -> int:
    """Return a loopback port on which nothing listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    return port
