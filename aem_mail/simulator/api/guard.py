"""Keeps out what a browser sends in the name of a page: loopback alone does not, since a page can have any name lead here.

A page of this machine is kept out too: any program may have put it there, on another port. What is no browser sends neither header.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from aem_mail.model.loopback import is_on_loopback
from aem_mail.simulator.api.problems import Problem, forbidden
from aem_mail.simulator.api.responses import problem_response

Headers = Iterable[tuple[bytes, bytes]]

OWN_SITES: Final = frozenset({"same-origin", "none"})
"""What `Sec-Fetch-Site` says of an address that the user has typed, and of what the simulator's own answer asks for."""


class Guard:
    """Answers 403 to requests that were sent to another name than this machine's own, or by another page than the simulator's."""

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
    given = [(name.lower(), value.decode("latin-1")) for name, value in headers]
    hosts = [value for name, value in given if name == b"host"] or [""]
    if not all(is_on_loopback(f"//{host}") for host in hosts):
        return forbidden("the header Host names another machine than this one; use the address that the simulator has printed")
    own = {f"http://{host}".lower() for host in hosts}
    if any(value.lower() not in own for name, value in given if name == b"origin"):
        return forbidden("the header Origin names a page of somebody else, and pages may not talk to the simulator")
    if any(value.lower() not in OWN_SITES for name, value in given if name == b"sec-fetch-site"):
        return forbidden("a page of somebody else sent this, says the header Sec-Fetch-Site, and pages may not talk to the simulator")
    return None
