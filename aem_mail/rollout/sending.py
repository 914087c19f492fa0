"""Sending changes, and what is known of each afterwards."""

import random
from collections.abc import Callable
from enum import Enum, auto
from typing import Final, TypeVar

from aem_mail.cloud_manager.waiting import PATIENCE, Clock, interval
from aem_mail.errors import Busy, CloudManagerError

T = TypeVar("T")

SHORTLY: Final = 20.0
"""Seconds that trouble counts as having lasted already when its first pause is chosen."""


class NotDone(Enum):
    """Why a change is not known to be accepted."""

    BUSY = auto()
    UNKNOWN = auto()


class Sender:
    """Sends changes of ``what`` ("program 1, environment 2"); bears another's change for ``timeout`` seconds, an outage for less."""

    def __init__(self, what: str, clock: Clock, report: Callable[[str], None], timeout: float) -> None:
        self._what = what
        self._clock = clock
        self._report = report
        self._timeout = timeout
        self._trouble_since: float | None = None
        self._lost: CloudManagerError | None = None

    def send(self, write: Callable[[], T]) -> T | NotDone:
        """Send once and return what ``write`` returns.

        After a pause, BUSY where another change is under way, to be tried again (raises Busy when the time is over), and
        UNKNOWN where the answer was lost: then read what became of it. Raises what else ``write`` does.
        """
        self._lost = None
        try:
            result = write()
        except Busy as error:
            self._report(f"{self._what}: busy with another change, waiting")
            self._bear(error, self._timeout)
            return NotDone.BUSY
        except CloudManagerError as error:
            if not error.outcome_unknown:
                raise
            self._report(f"{self._what}: the answer to a change was lost, reading what became of it")
            self._lost = error
            self._pause(0.0)
            return NotDone.UNKNOWN
        self._trouble_since = None
        return result

    def try_again(self) -> None:
        """Return, after a pause, if a change that had no effect may be sent again; else raise the error that it ended with."""
        if self._lost is not None:
            self._bear(self._lost, min(PATIENCE, self._timeout))

    def _bear(self, error: CloudManagerError, limit: float) -> None:
        now = self._clock.now()
        self._trouble_since = now if self._trouble_since is None else self._trouble_since
        if now - self._trouble_since >= limit:
            raise error
        self._pause(now - self._trouble_since)

    def _pause(self, lasted: float) -> None:
        spread = random.uniform(-1, 1)  # noqa: S311 - spreads retries, guards nothing
        self._clock.sleep(interval(max(lasted, SHORTLY), spread))
