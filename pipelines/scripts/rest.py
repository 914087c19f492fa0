"""Requests to a REST API: one method talks HTTP, answers become JSON or errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from pipelines.scripts.errors import NotPermitted, PipelineError, Unavailable

LONGEST_WAIT = 30.0
MOST_PAGES = 100


class Rest:
    """One API at a base URL; ``name`` and ``permission`` are for errors: whose it is, and what its token must be allowed to do."""

    def __init__(self, name: str, url: str, headers: Mapping[str, str], permission: str) -> None:
        self._name = name
        self._permission = permission
        self._base = httpx.URL(f"{url.rstrip('/')}/")
        self._headers = dict(headers)
        # Made once: to read all authorities for each request would take longer than the request.
        self._verify = httpx.create_ssl_context() if self._base.scheme == "https" else False

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send one request, its path relative to the base URL; return the answer's JSON, None without a body."""
        return self._json(self._send(method, path, body), method, path)

    def pages(self, path: str) -> Iterator[Mapping[str, Any]]:
        """Yield the entries of a list, all of its pages."""
        url: str | None = path
        for _ in range(MOST_PAGES):
            if url is None:
                return
            answer = self._send("GET", url, None)
            entries = self._json(answer, "GET", path)
            if not isinstance(entries, list):
                raise PipelineError(f"{self._name} answered GET {path} with something other than a list.")
            yield from (entry for entry in entries if isinstance(entry, dict))
            url = self._next(answer)
        raise PipelineError(f"{self._name}'s list {path} has no end.")

    def _next(self, answer: httpx.Response) -> str | None:
        link = answer.links.get("next", {}).get("url")
        if link is not None and _origin(self._base.join(link)) != _origin(self._base):
            raise PipelineError(f"{self._name}'s list goes on at another address, which shall not get the token.")
        return link

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> httpx.Response:
        try:
            url = self._base.join(path)
            answer = httpx.request(method, url, headers=self._headers, json=body, timeout=LONGEST_WAIT, verify=self._verify)
        except httpx.HTTPError as error:
            raise Unavailable(f"{self._name} gave no answer to {method} {path} ({type(error).__name__}). Run the job again.") from error
        if answer.is_success:
            return answer
        raise self._failure(answer, f"{method} {path}")

    def _failure(self, answer: httpx.Response, request: str) -> PipelineError:
        said = f"{self._name} answered {request} with {answer.status_code}{_reason(answer)}"
        if answer.status_code >= 500 or answer.status_code == 429 or _is_rate_limit(answer):
            return Unavailable(f"{said}. Run the job again later.")
        if answer.status_code in {401, 403}:
            return NotPermitted(f"{said}. The token must be a good one that may {self._permission}.")
        if answer.status_code == 404:
            return PipelineError(f"{said}. It is not there, or the token may not {self._permission}.")
        return PipelineError(f"{said}.")

    def _json(self, answer: httpx.Response, method: str, path: str) -> Any:
        if not answer.content:
            return None
        try:
            return answer.json()
        except ValueError:
            raise PipelineError(f"{self._name} answered {method} {path} with something other than JSON: is its URL right?") from None


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _is_rate_limit(answer: httpx.Response) -> bool:
    return answer.status_code == 403 and (answer.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in answer.headers)


def _reason(answer: httpx.Response) -> str:
    try:
        document = answer.json()
    except ValueError:
        return ""
    message = (document.get("message") or document.get("error")) if isinstance(document, dict) else None
    return f" ({' '.join(str(message).split())[:300]})" if message else ""
