"""Trying again what another side was not available for."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from aem_mail.cloud_manager.outcome import pause
from aem_mail.pipelines.errors import Unavailable

T = TypeVar("T")
ATTEMPTS = 5
FIRST = 1.0
LONGEST = 30.0
"""Seconds of pauses."""
SLEEP: Callable[[float], None] = time.sleep


def persist(act: Callable[[], T]) -> T:
    """Do what looks before it writes, and so may be done again, until the other side is available. Raises the last Unavailable."""
    for attempt in range(1, ATTEMPTS):
        try:
            return act()
        except Unavailable:
            SLEEP(pause(attempt, random.random(), first=FIRST, longest=LONGEST))  # noqa: S311 - spreads attempts, guards nothing
    return act()
