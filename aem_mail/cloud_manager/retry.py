"""When to send a request again, and how long to wait before: pure, but for the one loop that asks them."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from aem_mail.cloud_manager.outcome import Answer, Lost, Outcome
from aem_mail.cloud_manager.waiting import Clock

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
        return 4
    return 8 if outcome.status == 429 else 6


def pause(attempt: int, jitter: float, asked: float | None = None) -> float:
    """Seconds between attempt number ``attempt`` (from 1) and the next: 0.5, 1, 2, … 20, less up to a half by ``jitter`` (0 … 1).

    What the server asked for is a minimum, with up to a tenth on top, so that many threads do not return at once.
    """
    own = min(_FIRST * 2.0 ** min(attempt - 1, 10), _LONGEST) * (1 - jitter / 2)
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
    return retry_after(outcome.headers, datetime.now(UTC)) if isinstance(outcome, Answer) else None


def _date(value: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
