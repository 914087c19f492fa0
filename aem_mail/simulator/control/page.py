"""The page at `/`: one document, one style sheet and one script, which shows `/_sim/overview` and asks for it again and again."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aem_mail.text.palette import page, palette

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Nothing but what the simulator itself serves, no script within the document, and no text that becomes markup."""
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def page_routes() -> list[Route]:
    return [
        _served("/", "text/html", _file("page.html")),
        _served("/_sim/page.css", "text/css", palette() + page() + _file("page.css")),
        _served("/_sim/page.js", "text/javascript", _file("page.js")),
    ]


def _served(path: str, media_type: str, content: str) -> Route:
    async def answer(_request: Request) -> Response:
        return Response(content, headers=HEADERS, media_type=media_type)

    return Route(path, answer, methods=["GET"])


def _file(name: str) -> str:
    return files("aem_mail.simulator.control").joinpath("page", name).read_text(encoding="utf-8")
