"""The control plane under `/_sim`: see and set everything, go back, move the clock, break things. No credentials: it is loopback."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from aem_mail.simulator.api.fields import FieldProblems, Fields, parse_json
from aem_mail.simulator.api.problems import Problem, not_found
from aem_mail.simulator.api.responses import json_response, problem_response, read_body
from aem_mail.simulator.control.faults import fault_from_json
from aem_mail.simulator.control.overview import overview
from aem_mail.simulator.control.sending import Sending
from aem_mail.simulator.state.smtp_json import mail_server_from_json, mail_server_json
from aem_mail.simulator.world import SimulatedWorld

_LARGEST_BODY = 16 * 1024 * 1024
_LARGEST_STEP = 100 * 365 * 86400.0
_CLIENT_SECRET = re.compile(r"[!-~]{1,200}")


class _Control:
    """One path of the control plane: a function per method, from the request's JSON to the answer's."""

    def __init__(self, **methods: Callable[[Any], Any]) -> None:
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except Problem as problem:
            response = problem_response(problem)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        body = await read_body(request, _LARGEST_BODY)
        if len(body) > _LARGEST_BODY:
            raise Problem(413, "Body too large")
        handle = self._methods.get(request.method)
        if handle is None:
            allowed = ", ".join(self._methods)
            raise Problem(405, "Method not allowed", errors=(f"takes {allowed}",), headers={"Allow": allowed})
        document = await run_in_threadpool(handle, parse_json(body) if body else None)
        return Response(status_code=204) if document is None else json_response(document)


def control_routes(world: SimulatedWorld, sending: Sending) -> list[Route]:
    return [
        Route("/state", _Control(GET=lambda _: world.to_json(), PUT=lambda body: _put_state(world, body))),
        Route("/overview", _Control(GET=lambda _: overview(world, sending.mails()))),
        Route("/journal", _Control(GET=lambda _: _journal(world), DELETE=lambda _: world.clear_journal())),
        Route("/reset", _Control(POST=lambda _: _reset(world, sending))),
        Route("/clock", _Control(GET=lambda _: {"clock": world.now}, POST=lambda body: _advance(world, body))),
        Route(
            "/faults",
            _Control(GET=lambda _: world.faults.to_json(), POST=lambda body: _arm(world, body), DELETE=lambda _: world.faults.clear()),
        ),
        Route("/tokens/revoke", _Control(POST=lambda _: world.tokens.revoke_all())),
        Route("/tokens/client-secret", _Control(PUT=lambda body: _rotate(world, body))),
        Route("/smtp", _Control(GET=lambda _: _smtp(world), PUT=lambda body: _put_smtp(world, body))),
        Route("/send", _Control(POST=sending.send)),
        Route("/mails", _Control(GET=lambda _: sending.mails(), DELETE=lambda _: sending.clear())),
        Route("/{path:path}", _unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
    ]


async def _unknown(request: Request) -> Response:
    return problem_response(not_found(f"path {request.scope['path']}"))


def _reset(world: SimulatedWorld, sending: Sending) -> None:
    world.reset()
    sending.clear()


def _put_state(world: SimulatedWorld, body: Any) -> Any:
    world.replace(body)
    return world.to_json()


def _journal(world: SimulatedWorld) -> list[dict[str, Any]]:
    return [entry.to_json() for entry in world.journal.entries()]


def _advance(world: SimulatedWorld, body: Any) -> Any:
    findings = FieldProblems("Invalid step of the clock")
    fields = Fields(body, "", findings)
    seconds = fields.optional_number("advance", maximum=_LARGEST_STEP)
    if "advance" not in fields:
        findings.miss("advance", "number")
    fields.done()
    findings.check()
    world.advance(seconds or 0.0)
    return {"clock": world.now}


def _arm(world: SimulatedWorld, body: Any) -> Any:
    fault = fault_from_json(body)
    world.faults.arm(fault)
    return fault.to_json()


def _rotate(world: SimulatedWorld, body: Any) -> None:
    findings = FieldProblems("Invalid client secret")
    fields = Fields(body, "", findings)
    client_secret = fields.text("clientSecret", pattern=_CLIENT_SECRET, shown=False)
    fields.done()
    findings.check()
    world.tokens.rotate(client_secret)


def _smtp(world: SimulatedWorld) -> list[dict[str, Any]]:
    return [mail_server_json(server) for server in world.state.smtp]


def _put_smtp(world: SimulatedWorld, body: Any) -> Any:
    findings = FieldProblems("Invalid mail servers")
    servers = Fields({"smtp": body}, "", findings).objects("smtp") or ()
    read = tuple(mail_server_from_json(each, world.held_secrets()) for each in servers)
    findings.check()
    world.set_smtp(read)
    return _smtp(world)
