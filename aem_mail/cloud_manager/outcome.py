"""What became of one attempt to send a request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any


class NotJson(ValueError):
    """The bytes are no JSON text."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; header names in lower case. ``whole`` is False if the rest of the body was left unread, being too long."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    whole: bool = True

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def request_id(self) -> str | None:
        """Adobe's name for the request: `x-request-id`, and `x-debug-id` where IMS answers."""
        return self.headers.get("x-request-id") or self.headers.get("x-debug-id")


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer, or not a whole one.

    ``sent`` is False if it is certain that nothing of the request left; ``lasting`` if another attempt would end the same;
    ``certificate`` if the server could not prove who it is.
    """

    reason: str
    sent: bool
    lasting: bool = False
    certificate: bool = False


Outcome = Answer | Lost


def decode(body: bytes) -> Any:
    """Parse JSON that may be anything, also far too deep or with numbers far too long; raises NotJson."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        cause = type(error).__name__
    # Outside of the handler: as its context, the decoder's error would keep the whole text.
    raise NotJson(cause)


def is_cut(answer: Answer) -> bool:
    """Say whether a good answer begins as a JSON object and ends before that object does."""
    text = answer.body.strip()
    return answer.ok and answer.whole and text.startswith(b"{") and not text.endswith(b"}")


def phrase(status: int) -> str:
    """What HTTP calls a status; a server's own phrase is not read."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason was given"
