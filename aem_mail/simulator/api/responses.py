"""Small things that the API and the control plane share on the HTTP side."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from aem_mail.simulator.api.problems import Problem


async def read_body(request: Request, largest: int) -> bytes:
    """The body, read no further than one byte beyond `largest`."""
    body = b""
    async for chunk in request.stream():
        body += chunk[: largest + 1 - len(body)]
    return body


def json_response(document: Any, status: int = 200) -> Response:
    return Response(json.dumps(document, ensure_ascii=False).encode(), status, media_type="application/json")


def problem_response(problem: Problem) -> Response:
    content = json.dumps(problem.document(), ensure_ascii=False).encode()
    return Response(content, problem.status, dict(problem.headers), "application/problem+json")
