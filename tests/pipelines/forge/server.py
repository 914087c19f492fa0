"""The stand-in on a free loopback port."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.pipelines.forge.answers import Refusal
from tests.pipelines.forge.github_api import github_routes
from tests.pipelines.forge.gitlab_api import gitlab_routes
from tests.pipelines.forge.state import ForgeState


@contextmanager
def running_forge(state: ForgeState) -> Iterator[str]:
    """Serve ``state`` as long as the context lasts; yield the URL of both APIs."""
    app = Starlette(routes=[*github_routes(state), *gitlab_routes(state)], exception_handlers={Refusal: _refused, 404: _not_found})
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(_Faulty(app, state), ws="none", lifespan="off", log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


class _Faulty:
    """Notes every request, and answers with the next fault where there is one."""

    def __init__(self, app: ASGIApp, state: ForgeState) -> None:
        self._app = app
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._state.requests.append(f"{scope['method']} {scope['path']}")
        fault = self._state.faults.pop(0) if self._state.faults else 0
        if fault < 0:
            await self._app(scope, receive, _nowhere)
        if fault:
            await JSONResponse({"message": "simulated"}, abs(fault))(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def _nowhere(_: object) -> None:
    pass


async def _refused(_: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return JSONResponse({"message": refusal.message}, refusal.status)


async def _not_found(_: Request, __: Exception) -> Response:
    return JSONResponse({"message": "Not Found"}, 404)
