"""Requests to a REST API: one method sends, answers become JSON or errors."""

from __future__ import annotations

import json
import re
import weakref
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urljoin

from aem_mail.cloud_manager.call import origin
from aem_mail.cloud_manager.outcome import Answered, Lost, NotJson, decode
from aem_mail.cloud_manager.wire import open_wire
from aem_mail.pipelines.errors import NoPermission, PipelineError, Unavailable

MOST_PAGES: Final = 100
_NEXT: Final = re.compile(r'<([^<>]*)>\s*;\s*rel="?next\b')


class Rest:
    """One API at a base URL; ``name`` and ``permission`` are for errors: whose it is, and what its token must be allowed to do."""

    def __init__(self, name: str, url: str, headers: Mapping[str, str], permission: str) -> None:
        self._name = name
        self._permission = permission
        self._base = f"{url.rstrip('/')}/"
        self._headers = {"Content-Type": "application/json", **headers}
        self._wire = open_wire((self._base,), None)
        weakref.finalize(self, self._wire.close)

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

    def _next(self, answer: Answered) -> str | None:
        found = _NEXT.search(answer.headers.get("link", ""))
        if found is None:
            return None
        link: str = urljoin(self._base, found[1])
        if origin(link) != origin(self._base):
            raise PipelineError(f"{self._name}'s list goes on at another address, which shall not get the token.")
        return link

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> Answered:
        content = None if body is None else json.dumps(body).encode()
        outcome = self._wire.send(method, urljoin(self._base, path), self._headers, content)
        if isinstance(outcome, Lost):
            failure = PipelineError if outcome.lasting else Unavailable
            raise failure(f"{self._name} gave no answer to {method} {path} ({outcome.reason}). Run the job again.")
        if outcome.ok:
            return outcome
        raise self._failure(outcome, f"{method} {path}")

    def _failure(self, answer: Answered, request: str) -> PipelineError:
        said = f"{self._name} answered {request} with {answer.status}{_reason(answer)}"
        if answer.status >= 500 or answer.status == 429 or _is_rate_limit(answer):
            return Unavailable(f"{said}. Run the job again later.")
        if answer.status in {401, 403}:
            return NoPermission(f"{said}. The token must be a good one that may {self._permission}.")
        if answer.status == 404:
            return PipelineError(f"{said}. It is not there, or the token may not {self._permission}.")
        return PipelineError(f"{said}.")

    def _json(self, answer: Answered, method: str, path: str) -> Any:
        if not answer.body:
            return None
        try:
            return decode(answer.body)
        except NotJson:
            raise PipelineError(f"{self._name} answered {method} {path} with something other than JSON: is its URL right?") from None


def _is_rate_limit(answer: Answered) -> bool:
    return answer.status == 403 and (answer.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in answer.headers)


def _reason(answer: Answered) -> str:
    try:
        document = decode(answer.body)
    except NotJson:
        return ""
    message = (document.get("message") or document.get("error")) if isinstance(document, dict) else None
    return f" ({' '.join(str(message).split())[:300]})" if message else ""
