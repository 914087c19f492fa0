"""What both APIs have in common: an outcome that is an exception, paging, the JSON of a request."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.pipelines.forge.state import ForgeState


class Refusal(Exception):
    """An answer that ends the request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


async def body_of(request: Request) -> dict[str, Any]:
    try:
        document = json.loads(await request.body() or b"{}")
    except ValueError:
        raise Refusal(400, "Problems parsing JSON") from None
    if not isinstance(document, dict):
        raise Refusal(400, "Body should be a JSON object")
    return document


def paged(state: ForgeState, request: Request, entries: list[Any]) -> Response:
    """Answer one page, with a Link header to the next."""
    number, wanted = int(request.query_params.get("page", 1)), int(request.query_params.get("per_page", 30))
    page, more = state.page(entries, number, wanted)
    url = request.url.include_query_params(page=number + 1)
    return JSONResponse(page, headers={"Link": f'<{url}>; rel="next"'} if more else None)


def number_of(request: Request, name: str) -> int:
    text = request.path_params[name]
    if not text.isdecimal():
        raise Refusal(404, "Not Found")
    return int(text)
