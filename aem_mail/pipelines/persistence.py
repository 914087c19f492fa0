"""Trying again: how often, and how long to wait before."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from aem_mail.pipelines.errors import Unavailable

T = TypeVar("T")
ATTEMPTS = 5
SLEEP: Callable[[float], None] = time.sleep


def pause(attempt: int, jitter: float, *, first: float = 1.0, longest: float = 30.0) -> float:
    """Seconds after attempt number ``attempt`` (from 1): ``first``, doubled each time, less up to a half by ``jitter`` (0 … 1)."""
    return float(min(first * 2.0 ** min(attempt - 1, 20), longest) * (1 - jitter / 2))


def persist(act: Callable[[], T]) -> T:
    """Do what looks before it writes, and so may be done again, until the other side is available. Raises the last Unavailable."""
    for attempt in range(1, ATTEMPTS):
        try:
            return act()
        except Unavailable:
            SLEEP(pause(attempt, random.random()))  # noqa: S311 - spreads attempts, guards nothing
    return act()
