"""Keeps out what a browser sends in the name of a page: loopback alone does not, since a page can have any name lead here."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from aem_mail.loopback import is_on_loopback
from aem_mail.simulator.problems import Problem, forbidden
from aem_mail.simulator.responses import problem_response

Headers = Iterable[tuple[bytes, bytes]]


class Guard:
    """Answers 403 to requests that were sent to another name than this machine's own, or by a page of another one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = refusal(scope["headers"]) if scope["type"] == "http" else None
        if problem is None:
            await self._app(scope, receive, send)
        else:
            await problem_response(problem)(scope, receive, send)


def refusal(headers: Headers) -> Problem | None:
    """Say why a request is none of this machine's user; None if it is."""
    given = {name.lower(): value.decode("latin-1") for name, value in headers}
    if not is_on_loopback(f"//{given.get(b'host', '')}"):
        return forbidden("the header Host names another machine than this one; use the address that the simulator has printed")
    if b"origin" in given and not is_on_loopback(given[b"origin"]):
        return forbidden("pages of other machines may not talk to the simulator")
    return None
