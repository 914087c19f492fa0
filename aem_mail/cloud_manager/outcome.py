"""What became of one attempt to send a request, and whether it is sent again."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

from aem_mail.cloud_manager.waiting import Clock


class NotJson(ValueError):
    """The bytes are no JSON text."""


@dataclass(frozen=True, slots=True)
class Answered:
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
    ``certificate`` if the server could not prove who it is; ``nobody_listens`` if this machine itself refused the connection.
    """

    reason: str
    sent: bool
    lasting: bool = False
    certificate: bool = False
    nobody_listens: bool = False


Outcome = Answered | Lost


def decode(body: bytes) -> Any:
    """Parse JSON that may be anything, also far too deep or with numbers far too long; raises NotJson."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        cause = type(error).__name__
    # Outside of the handler: as its context, the decoder's error would keep the whole text.
    raise NotJson(cause)


def is_cut(answer: Answered) -> bool:
    """Say whether a good answer begins as a JSON object and ends before that object does."""
    text = answer.body.strip()
    return answer.ok and answer.whole and text.startswith(b"{") and not text.endswith(b"}")


def phrase(status: int) -> str:
    """What HTTP calls a status; a server's own phrase is not read."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason was given"


BUDGET: Final = 300.0
"""Seconds that all pauses of one request may take together; a longer Retry-After is left to the user."""

_FIRST: Final = 0.5
_LONGEST: Final = 20.0


def repeatable(outcome: Outcome, *, reads: bool) -> bool:
    """Say whether sending again can help and can do no harm.

    A write is repeated only if it was certainly not applied: nothing was sent, or 429. A 5xx, also a 503 that names a time,
    and a 408 say nothing about what happened before them, so only reads are repeated.
    """
    if isinstance(outcome, Lost):
        return not outcome.lasting and (reads or not outcome.sent)
    return outcome.status == 429 or (reads and (outcome.status == 408 or outcome.status >= 500))


def attempts(outcome: Outcome) -> int:
    """How often a request is sent at most if it keeps ending like this."""
    if isinstance(outcome, Lost):
        return 2 if outcome.nobody_listens else 4
    return 8 if outcome.status == 429 else 6


def pause(attempt: int, jitter: float, asked: float | None = None, *, first: float = _FIRST, longest: float = _LONGEST) -> float:
    """Seconds between attempt number ``attempt`` (from 1) and the next: ``first``, doubled each time up to ``longest``.

    Up to a half is taken off by ``jitter`` (0 … 1).

    What the server asked for is a minimum, with up to a tenth on top, so that many threads do not return at once.
    """
    own = min(first * 2.0 ** min(attempt - 1, 20), longest) * (1 - jitter / 2)
    return own if asked is None else max(own, asked * (1 + jitter / 10))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that `Retry-After` asks for, as number or date (compared with the answer's own `Date`, else ``now``); None without."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(min(int(value[:12]), 10**9))
    until = _date(value)
    if until is None:
        return None
    return max(0.0, (until - (_date(headers.get("date", "")) or now)).total_seconds())


def persist(send: Callable[[], Outcome], *, reads: bool, clock: Clock) -> Outcome:
    """Send until the outcome is not worth repeating or the attempts or the budget are used up; the last outcome."""
    attempt, waited = 1, 0.0
    while True:
        outcome = send()
        if not repeatable(outcome, reads=reads) or attempt >= attempts(outcome):
            return outcome
        seconds = pause(attempt, random.random(), asked_for(outcome))  # noqa: S311 - spreads attempts, guards nothing
        if waited + seconds > BUDGET:
            return outcome
        clock.sleep(seconds)
        attempt, waited = attempt + 1, waited + seconds


def asked_for(outcome: Outcome) -> float | None:
    """What the outcome's Retry-After asks for, in seconds."""
    return retry_after(outcome.headers, datetime.now(UTC)) if isinstance(outcome, Answered) else None


def _date(value: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
