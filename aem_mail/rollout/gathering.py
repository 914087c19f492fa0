"""Group commit: requests that arrive together become one batch."""

import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from aem_mail.kinds import Scope
from aem_mail.kinds.requests import Answer
from aem_mail.model import EnvironmentId

LaneKey = tuple[EnvironmentId, Scope]
"""Whose requests one batch gathers: those on the networking, or on the variables, of one environment."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A resource whose calls are followed: the lane of its requests (None: they are not gathered), its kind and its name."""

    lane: LaneKey | None
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Signs:
    """What the engine shows one batch at one moment.

    ``last`` is when a call of the engine last showed that it goes on, in seconds of a monotonic clock; ``deciding`` is how many
    calls decide at the moment whether a request follows, ``expected`` how many requests are known to follow. ``complete`` says
    that all has come which the program declares for the batch, ``blocked`` that nothing can come, since each operation that the
    engine runs at a time waits for an answer.
    """

    last: float = -math.inf
    deciding: int = 0
    expected: int = 0
    complete: bool = False
    blocked: bool = False


@dataclass(slots=True)
class _Tally:
    """What is known of one lane: how many resources the program declares, those that were checked, and whose request is to come."""

    declared: int = 0
    checked: set[Caller] = field(default_factory=set)
    announced: set[Caller] = field(default_factory=set)
    surprised: bool = False
    """Whether a request came that nobody had announced, as on a destroy: then nobody knows how many more do."""

    @property
    def expected(self) -> int:
        return len(self.announced) + max(0, self.declared - len(self.checked))


class Traffic:
    """Follows the calls of one engine run; thread safe.

    A resource is expected from when its inputs were checked until its request arrives, or a diff finds that there is none.
    What is expected may never come: the engine stops after an error, leaves out what is no target, and begins nothing that
    depends on what waits. So it is a reason to wait longer, never one to wait for ever.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._last = -math.inf
        self._deciding = 0
        self._waiting = 0
        self._announced = 0
        self._parallel = math.inf
        self._whole = False
        self._lanes: defaultdict[LaneKey | None, _Tally] = defaultdict(_Tally)

    def declare(self, resources: Mapping[LaneKey, int], *, whole: bool, parallel: int | None = None) -> None:
        """Take note of how many resources the program declares for each lane: those that were not checked yet are expected too.

        ``whole`` says that there are no others, ``parallel`` how many operations the engine runs at a time, None where nobody knows.
        """
        with self._lock:
            self._whole = whole
            self._parallel = parallel or math.inf
            for lane, number in resources.items():
                self._lanes[lane].declared = number

    def begin(self) -> None:
        """Take note of a call that decides whether a request follows."""
        with self._lock:
            self._deciding += 1
            self._last = self._now()

    def end(self, caller: Caller, *, follows: bool) -> None:
        """Take note of the end of such a call, and of whether the resource's request follows."""
        with self._lock:
            self._deciding -= 1
            self._last = self._now()
            self._lanes[caller.lane].checked.add(caller)
            self._expect(caller, follows=follows)

    def arrive(self, caller: Caller) -> None:
        """Take note of a resource's request."""
        with self._lock:
            self._waiting += 1
            self._last = self._now()
            tally = self._lanes[caller.lane]
            tally.surprised = tally.surprised or caller not in tally.announced
            self._expect(caller, follows=False)

    def leave(self) -> None:
        """Take note of the end of a request, which lets the engine go on with another one."""
        with self._lock:
            self._waiting -= 1
            self._last = self._now()

    def signs(self, lane: LaneKey | None = None) -> Signs:
        """Return what the engine shows the batch of a lane now."""
        with self._lock:
            tally = self._lanes[lane]
            expected = tally.expected
            return Signs(
                self._last,
                self._deciding,
                expected if self._whole else max(expected, self._announced),
                complete=self._whole and not expected and not tally.surprised,
                blocked=self._waiting >= self._parallel,
            )

    def _expect(self, caller: Caller, *, follows: bool) -> None:
        announced = self._lanes[caller.lane].announced
        self._announced += follows - (caller in announced)
        (announced.add if follows else announced.discard)(caller)


Request = TypeVar("Request")

PATIENCE: Final = 4
"""How many times longer a silence has to last to be the end of a burst of which more is known to come."""
LOOK_AGAIN: Final = 0.05
"""Seconds after which a waiting batch looks again at the earliest."""
SETTLED: Final = 0.1
"""Seconds after the last request in which nobody else may be on the way, where nobody else is to come."""
PACE: Final = 4
"""How many mean pauses between arrivals a silence has to last to be their end."""


@dataclass(frozen=True, slots=True)
class Window:
    """Real seconds: a batch starts after a silence of ``idle``, of ``at_most`` at the longest; held requests wait ``held``."""

    idle: float = 0.3
    at_most: float = 5.0
    held: float = 2.0


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How many requests wait for a batch, and when the first and the last of them arrived."""

    count: int = 0
    first: float = 0.0
    last: float = 0.0

    def plus(self, now: float) -> "Arrivals":
        """Return them with one that arrives now."""
        return Arrivals(self.count + 1, self.first if self.count else now, now)

    @property
    def out_of_step(self) -> float:
        """How many seconds of silence do not go with how they arrived: some mean pauses, or all their time where that is less."""
        return PACE * (self.last - self.first) / max(PACE, self.count - 1)


def left(now: float, arrivals: Arrivals, signs: Signs, window: Window) -> float:
    """Return how many seconds a batch still waits for further requests; 0 or less where it starts.

    It waits for what is known to come: where all has come, or nothing can come, it starts as soon as that is SETTLED. Where nobody
    knows, it waits for a silence, since any call of the engine shows that the engine has not said all yet.
    How long that lasts: ``at_most`` while a call decides whether a request follows; longer than ``idle`` where requests are known
    to follow, or have come so far apart that ``idle`` would be in step with them; never longer than ``at_most``.
    """
    if signs.blocked or signs.complete:
        return arrivals.last + min(SETTLED, window.idle, window.at_most) - now
    silence = max(window.idle, arrivals.out_of_step) * (PATIENCE if signs.expected else 1)
    longest = window.at_most if signs.deciding else min(silence, window.at_most)
    return max(arrivals.last, signs.last) + longest - now


@dataclass(frozen=True, slots=True, eq=False)
class Pending(Generic[Request]):
    """A request with the place for its answer, and how many seconds its owner is ready to wait for the environment."""

    request: Request
    timeout: float
    future: "Future[Answer]" = field(default_factory=Future)


Latecomers = Callable[[Callable[[Any], bool]], Sequence[Pending[Any]]]
"""Takes into the batch those requests that have arrived since it began to wait for its turn, and of which the given function is true."""

Apply = Callable[[Sequence[Pending[Any]], bool, Latecomers], Sequence[Pending[Any]]]
"""Carries out one batch, answers each request, and returns those it holds; with True, nothing further is to be expected."""


class Gathering(Generic[Request]):
    """Gathers concurrent requests and hands them, one batch at a time, to ``apply`` on a thread of its own.

    ``apply`` answers every request of the batch, latecomers included, but those it returns: these are tried again with the
    next batch, or, when none has arrived for ``window.held`` seconds, again with its second argument true; then it
    answers all. What ``apply`` raises is the answer to every request that has none yet. ``signs`` says what the engine shows it.
    """

    def __init__(
        self, name: str, apply: Apply, window: Window, signs: Callable[[], Signs] = Signs, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._apply = apply
        self._window = window
        self._signs = signs
        self._now = now
        self._arrival = threading.Condition()
        self._pending: list[Pending[Request]] = []
        self._arrivals = Arrivals()
        self._working = False

    def submit(self, request: Request, timeout: float) -> Answer:
        """Add a request to the next batch and wait for its answer; raises what ``apply`` gave as its error."""
        return self.add(request, timeout).result()

    def add(self, request: Request, timeout: float) -> "Future[Answer]":
        """Add a request to the next batch, without waiting for its answer."""
        pending = Pending(request, timeout)
        with self._arrival:
            if not self._working:
                threading.Thread(target=self._work, name=self._name, daemon=True).start()
                self._working = True
            self._arrivals = (self._arrivals if self._pending else Arrivals()).plus(self._now())
            self._pending.append(pending)
            self._arrival.notify_all()
        return pending.future

    def _work(self) -> None:
        held: Sequence[Pending[Request]] = ()
        while True:
            batch = self._next_batch(held)
            if batch is None:
                return
            arrived, finally_ = batch
            held = self._carry_out([*held, *arrived], finally_)

    def _next_batch(self, held: Sequence[Pending[Request]]) -> tuple[list[Pending[Request]], bool] | None:
        with self._arrival:
            if held:
                self._wait_for_more()
            if not self._pending:
                self._working = bool(held)
                return ([], True) if held else None
            self._wait_for_silence()
            arrived, self._pending = self._pending, []
            return arrived, False

    def _wait_for_more(self) -> None:
        self._arrival.wait_for(lambda: bool(self._pending), self._window.held)

    def _wait_for_silence(self) -> None:
        while (seconds := self._left()) > 0:
            # What the engine shows elsewhere wakes nobody here, and may have shortened the wait.
            self._arrival.wait(min(seconds, max(self._window.idle, LOOK_AGAIN)))

    def _wait_while_expected(self) -> None:
        """Wait for those that a narrow engine begins with once the batch before has been answered."""
        while self._signs().expected and (seconds := self._left()) > 0:
            self._arrival.wait(min(seconds, LOOK_AGAIN))

    def _left(self) -> float:
        return left(self._now(), self._arrivals, self._signs(), self._window)

    def _carry_out(self, batch: list[Pending[Request]], finally_: bool) -> Sequence[Pending[Request]]:
        held: Sequence[Pending[Request]] = ()

        def latecomers(may_join: Callable[[Request], bool]) -> Sequence[Pending[Request]]:
            if finally_:
                return ()
            with self._arrival:
                self._wait_while_expected()
                joining = [pending for pending in self._pending if may_join(pending.request)]
                self._pending = [pending for pending in self._pending if pending not in joining]
            batch.extend(joining)
            return joining

        failure: BaseException = RuntimeError(f"{self._name}: a request was left without an answer")
        try:
            undecided = self._apply(tuple(batch), finally_, latecomers)
            held = () if finally_ else undecided
        except BaseException as error:  # whatever happened is the answer: a waiting caller must not hang
            failure = error
        for pending in batch:
            if not pending.future.done() and pending not in held:
                pending.future.set_exception(failure)
        return held
