"""The HTTP side: requests become values, answers become responses. Everything that decides is elsewhere."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

import anyio
from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from aem_mail.simulator.api.guard import Guard
from aem_mail.simulator.api.problems import Problem
from aem_mail.simulator.api.responses import problem_response, read_body
from aem_mail.simulator.api.serve import LARGEST_BODY, Incoming, Outgoing, serve
from aem_mail.simulator.control.endpoints import control_routes
from aem_mail.simulator.control.page import page_routes
from aem_mail.simulator.control.sending import Sending
from aem_mail.simulator.world import SimulatedWorld
from aem_mail.text.characters import visible

Hangup = Callable[[Scope], None]
_LOG = logging.getLogger(__name__)


def build_app(world: SimulatedWorld, sending: Sending, hang_up: Hangup) -> ASGIApp:
    """The application; `hang_up` closes the connection that a request came over, for answers that are to be lost."""
    control = Mount("/_sim", routes=control_routes(world, sending))
    return Guard(Starlette(routes=[*page_routes(), control, Mount("/", app=Gateway(world, hang_up))]))


class Gateway:
    """Everything outside the control plane: the API and the token endpoint, with the faults that are to happen to them."""

    def __init__(self, world: SimulatedWorld, hang_up: Hangup) -> None:
        self._world = world
        self._hang_up = hang_up

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            incoming = await _incoming(Request(scope, receive))
        except ClientDisconnect:
            return
        faults = self._world.faults.fired("answer", incoming.method, incoming.path)
        latency = sum(fault.latency for fault in faults)
        applied_first = any(fault.drop == "after" for fault in faults)
        await anyio.sleep(0 if applied_first else latency)
        try:
            outgoing = serve(self._world, incoming, faults)
        except Exception:
            _LOG.exception("%s %s failed", visible(incoming.method), visible(incoming.path))
            await problem_response(Problem(500, "Internal error of the simulator"))(scope, receive, send)
            return
        await anyio.sleep(latency if applied_first else 0)
        if outgoing.status is None:
            self._hang_up(scope)
            await anyio.sleep(0)
        else:
            await _response(outgoing, outgoing.status)(scope, receive, send)


async def _incoming(request: Request) -> Incoming:
    query = request.scope["query_string"].decode("latin-1")
    return Incoming(
        method=request.method,
        path=request.scope["path"],
        query_string=query,
        query=dict(QueryParams(query)),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await read_body(request, LARGEST_BODY),
    )


def _response(outgoing: Outgoing, status: int) -> Response:
    content = b"" if outgoing.document is None else json.dumps(outgoing.document, ensure_ascii=False).encode()
    return Response(content, status, dict(outgoing.headers), outgoing.media_type)
