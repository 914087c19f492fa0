"""The simulator on a loopback port: for the command line, and in process for tests."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import uvicorn
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from aem_mail.simulator.app import build_app
from aem_mail.simulator.control.sending import Sending
from aem_mail.simulator.world import SimulatedWorld

LOOPBACK = "127.0.0.1"
_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Running:
    """A running simulator: where it is, who it lets in, and its inside."""

    url: str
    org_id: str
    client_id: str
    client_secret: str = field(repr=False)
    world: SimulatedWorld = field(repr=False)

    def token(self) -> str:
        """A good access token, without a request for it."""
        return self.world.tokens.issue(self.world.token_now)

    def headers(self) -> dict[str, str]:
        """The headers that every request to the API carries."""
        return {"Authorization": f"Bearer {self.token()}", "x-api-key": self.client_id, "x-gw-ims-org-id": self.org_id}

    def state(self) -> dict[str, Any]:
        """What `GET /_sim/state` answers."""
        return self.world.to_json()

    def journal(self) -> list[dict[str, Any]]:
        """What `GET /_sim/journal` answers."""
        return [entry.to_json() for entry in self.world.journal.entries()]

    def mutations(self) -> list[tuple[str, str]]:
        """Method and path of every change that was applied, oldest first."""
        return [(entry.method, entry.path) for entry in self.world.journal.entries() if entry.applied]


@contextmanager
def running_simulator(*, time_scale: float = 600.0, seed: dict[str, Any] | None = None, page_size: int | None = None) -> Iterator[Running]:
    """Run a simulator in a thread, on a free loopback port, for as long as the context lasts.

    `seed` is in the form of `/_sim/state`, None the default one; with `time_scale` 0 the clock moves by steps only;
    `page_size` makes every list come in pages.
    """
    with serving(SimulatedWorld.seeded(seed, time_scale=time_scale, page_size=page_size), 0) as simulator:
        yield simulator


@contextmanager
def serving(world: SimulatedWorld, port: int, host: str = LOOPBACK) -> Iterator[Running]:
    """Serve `world` from a thread for as long as the context lasts; port 0 picks a free one.

    Raises `ValueError` for a host that is not loopback, `OSError` where the port is taken.
    """
    with listening_socket(host, port) as listener:
        sending = Sending(world)
        server = SimulatorServer(world, sending)
        thread = threading.Thread(target=server.run, args=([listener],), name="simulator", daemon=True)
        thread.start()
        try:
            if not server.is_up.wait(_PATIENCE_SECONDS):
                raise RuntimeError("the simulator did not start")
            yield _running(world, listener)
        finally:
            server.end()
            thread.join(_PATIENCE_SECONDS)
            sending.stop()


REUSE: Final = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
"""A port that has just been let go may be taken; on Windows SO_REUSEADDR would let two take it at a time."""


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket bound to a loopback address; any other address is refused with `ValueError`.

    The protocol is named because asyncio switches Nagle's algorithm off only then, which costs 40 ms per answer.
    """
    address = ipaddress.ip_address(host)
    if not address.is_loopback:
        raise ValueError(f"the simulator listens on loopback only, not on {host}")
    listener = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, REUSE, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _running(world: SimulatedWorld, listener: socket.socket) -> Running:
    host, port = listener.getsockname()[:2]
    credential = world.credential
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    return Running(url, credential.org_id, credential.client_id, credential.client_secret, world)


class SimulatorServer(uvicorn.Server):
    """uvicorn with the simulator's application; `is_up` is set once it answers. It ends at once: many run for one test each."""

    def __init__(self, world: SimulatedWorld, sending: Sending) -> None:
        config = uvicorn.Config(
            build_app(world, sending, self._hang_up),
            http=H11Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=60,
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)
        self.is_up = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ticking: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self.is_up.set()

    async def main_loop(self) -> None:
        """Serve until `end`, which uvicorn itself would see at its next tick."""
        self._ticking = asyncio.create_task(super().main_loop())
        await asyncio.wait([self._ticking])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what is idle; uvicorn's own patience is for answers under way."""
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
        for listener in self.servers:
            listener.close()
            await listener.wait_closed()

    def end(self) -> None:
        """End the server from another thread, which then waits for its own."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop_ticking)

    def _stop_ticking(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()

    def _hang_up(self, scope: Scope) -> None:
        for connection in self.server_state.connections:
            if isinstance(connection, H11Protocol) and connection.client == scope["client"]:
                connection.transport.close()
                return
