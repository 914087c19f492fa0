"""Sending one change, and what is known of it afterwards."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeVar

from aem_mail.cloud_manager.waiting import Clock, interval
from aem_mail.errors import Busy, CloudManagerError

T = TypeVar("T")

SHORTLY: Final = 20.0
"""Seconds that a wait counts as having lasted already when its first pause is chosen."""


class NotDone(Enum):
    """Why a change is not known to be accepted."""

    BUSY = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends changes of ``what`` ("program 1, environment 2") from now on for at most ``timeout`` seconds."""

    what: str
    clock: Clock
    report: Callable[[str], None]
    began: float
    timeout: float

    def send(self, write: Callable[[], T]) -> T | NotDone:
        """Send once and return what ``write`` returns.

        After a pause, BUSY where another change is under way, to be tried again (raises Busy when the time is over), and
        UNKNOWN where the answer was lost: then read what became of it. Raises what else ``write`` does.
        """
        try:
            return write()
        except Busy:
            waited = self.clock.now() - self.began
            if waited >= self.timeout:
                raise
            self.report(f"{self.what}: busy with another change, waiting")
            self._pause(waited)
            return NotDone.BUSY
        except CloudManagerError as error:
            if not error.outcome_unknown:
                raise
            self.report(f"{self.what}: the answer to a change was lost, reading what became of it")
            self._pause(0.0)
            return NotDone.UNKNOWN

    def _pause(self, waited: float) -> None:
        spread = random.uniform(-1, 1)  # noqa: S311 - spreads retries, guards nothing
        self.clock.sleep(interval(max(waited, SHORTLY), spread))
