"""Waiting for a change that Cloud Manager makes in its own time: a deadline, a verdict per poll, an injected clock."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, Protocol, TypeVar

from aem_mail.errors import AemMailError, NoAnswer, NobodyListens, RateLimited, ServerError, WaitFailed, WaitTimedOut

T = TypeVar("T")

PATIENCE: Final = 300.0
"""Seconds for which polls may go unanswered before their error ends the wait: a change outlives an outage of the API."""
PATIENCE_WITH_A_SIMULATOR: Final = 2.0
"""Seconds that a simulator on this machine may take to be started again."""

PROGRESS_EVERY: Final = 60.0
"""Seconds between two progress messages that say the same state: with ``--non-interactive`` each of them is a line that stays."""


class Clock(Protocol):
    """Time as the client sees it; tests bring their own."""

    def now(self) -> float:
        """Seconds that only grow; their zero means nothing."""

    def sleep(self, seconds: float) -> None:
        """Return that many seconds later."""


class SystemClock:
    """The machine's monotonic clock."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


SYSTEM_CLOCK: Final = SystemClock()


class WaitState(Enum):
    """What one poll can show."""

    DONE = auto()
    GOING_ON = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class WaitVerdict:
    """What a poll means: DONE, GOING_ON (or ``going_on(status)``), or ``failed(reason)``; ``detail`` goes into messages."""

    state: WaitState
    detail: str = ""


DONE: Final = WaitVerdict(WaitState.DONE)
GOING_ON: Final = WaitVerdict(WaitState.GOING_ON)


def going_on(status: str) -> WaitVerdict:
    """Still under way; ``status`` is shown as progress, e.g. ``updating``."""
    return WaitVerdict(WaitState.GOING_ON, status)


def failed(reason: str) -> WaitVerdict:
    """Over and not as wanted; ``reason`` completes "… failed: "."""
    return WaitVerdict(WaitState.FAILED, reason)


def interval(elapsed: float, jitter: float) -> float:
    """Seconds until the next poll, ``elapsed`` seconds into a wait: elapsed / 80 within 0.1 … 15, ± 10 %; less dense in the first 20 s.

    ``jitter`` lies in -1 … 1 and picks the place within the ± 10 %.
    """
    return min(max(elapsed / 80, min(elapsed / 40, 0.25), 0.1), 15.0) * (1 + max(-1.0, min(jitter, 1.0)) / 10)


def wait_for(
    read: Callable[[], T],
    verdict: Callable[[T], WaitVerdict],
    *,
    what: str,
    deadline: float,
    clock: Clock,
    progress: Callable[[str], None] | None = None,
    usually: str = "",
    since: float | None = None,
) -> T:
    """Poll ``read`` until ``verdict`` says DONE, and return what was read then.

    ``what`` names the object and the change ("program 1, environment 2: advanced networking"), ``deadline`` is the number of
    seconds that the wait may take, from now on or from when ``since`` says that it began, ``usually`` what it takes as a rule
    ("10 minutes"). The first poll is made at once and the last one at the deadline. ``progress`` is told each new state, and the
    same state every minute.

    Raises WaitFailed on ``failed(…)``, WaitTimedOut at the deadline, and what ``read`` raises, except that polls which the API
    could not answer (NoAnswer, RateLimited, ServerError) are bridged for PATIENCE seconds, those of a simulator that has ended for
    PATIENCE_WITH_A_SIMULATOR.
    """
    wait = _Wait(WaitProgress(what, usually, clock, progress or _nothing, since), deadline, clock)
    while True:
        seen = wait.poll(read)
        if seen is not None:
            value = seen[0]
            judged = verdict(value)
            if judged.state is WaitState.DONE:
                return value
            if judged.state is WaitState.FAILED:
                raise WaitFailed(f"{what} failed: {judged.detail or 'Cloud Manager gave no reason'}.")
            wait.report(judged.detail or "under way")
        wait.pause()


class WaitProgress:
    """Tells how a wait for ``what`` goes: each new state, and the same state every minute.

    What varies comes first, since Pulumi's display cuts the end of a line off.
    """

    def __init__(self, what: str, usually: str, clock: Clock, tell: Callable[[str], None], since: float | None = None) -> None:
        self.what = what
        self.usually = f", usually {usually}" if usually else ""
        self.began = clock.now() if since is None else since
        self._clock = clock
        self._tell = tell
        self._told = ("", self.began)

    def tell(self, state: str) -> None:
        """Tell the state, unless it was just told."""
        before, at = self._told
        now = self._clock.now()
        if state != before or now - at >= PROGRESS_EVERY:
            self._told = (state, now)
            self._tell(f"{state}, {duration(now - self.began)}{self.usually}: {self.what}")


def _nothing(_: str) -> None:
    """Tell nobody."""


class _Wait:
    def __init__(self, progress: WaitProgress, deadline: float, clock: Clock) -> None:
        self._progress = progress
        self._deadline = deadline
        self._clock = clock
        self._answered = clock.now()
        self._status = "unknown"

    @property
    def _elapsed(self) -> float:
        return self._clock.now() - self._progress.began

    def poll(self, read: Callable[[], T]) -> tuple[T] | None:
        try:
            seen = read()
        except (NoAnswer, RateLimited, ServerError) as error:
            now = self._clock.now()
            if now - self._answered >= patience_with(error) or self._elapsed >= self._deadline:
                raise
            self.report("Cloud Manager does not answer for now")
            return None
        self._answered = self._clock.now()
        return (seen,)

    def report(self, status: str) -> None:
        self._status = status
        self._progress.tell(status)

    def pause(self) -> None:
        left = self._deadline - self._elapsed
        if left <= 0:
            last = f"last status: {self._status}{self._progress.usually}"
            raise WaitTimedOut(
                f"{self._progress.what} did not finish within {duration(self._deadline)} ({last}). Cloud Manager goes on with it: run "
                "`pulumi up` again to go on waiting, or raise the time-out, which is the resource's own or that of aem-mail:timeouts. "
                "Where nothing is under way any more and the status stays, Adobe's support can free it."
            )
        spread = random.uniform(-1, 1)  # noqa: S311 - spreads polls, guards nothing
        self._clock.sleep(min(interval(self._elapsed, spread), left))


def patience_with(error: AemMailError) -> float:
    return PATIENCE_WITH_A_SIMULATOR if isinstance(error, NobodyListens) else PATIENCE


def duration(seconds: float) -> str:
    """Write a number of seconds as people say it."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"
