"""Whatever an engine's pace and width: what is known to come is waited for, what cannot come is not, and everybody is answered."""

import heapq
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.kinds import Scope
from aem_mail.model import EnvironmentId
from aem_mail.rollout.gathering import PATIENCE, SETTLED, Arrivals, Caller, LaneKey, Traffic, Window, left

WINDOW: Final = Window()
LANES: Final = [(EnvironmentId("10001", id_), scope) for id_ in ("20001", "20002") for scope in (Scope.NETWORKING, Scope.VARIABLES)]
CHANGE_SECONDS: Final = 60.0
PAUSE: Final = PATIENCE * WINDOW.idle - 0.01
"""The longest pause of an engine that goes on."""
JUST: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Step:
    """A resource of the program: how long after the one before it its check begins, takes, and is followed by its request."""

    lane: LaneKey
    gap: float
    takes: float
    follows: bool
    after: float


@dataclass(frozen=True, slots=True)
class Batch:
    """When a batch started, with how many requests, and since when nothing more could come for it: never, where something could."""

    lane: LaneKey
    start: float
    count: int
    blocked_since: float


@dataclass(slots=True)
class _Queue:
    arrivals: Arrivals = field(default_factory=Arrivals)
    free_at: float = 0.0


class Engine:
    """Checks the resources of a program one by one, and has at most ``width`` of their requests under way at a time."""

    def __init__(self, steps: Sequence[Step], width: int, *, told: bool) -> None:
        self.now = 0.0
        self.batches: list[Batch] = []
        self.traffic = Traffic(lambda: self.now)
        self._width = width
        self._under_way = 0
        self._full_since = math.inf
        self._ready: list[Caller] = []
        self._queues = {lane: _Queue() for lane in LANES}
        self._numbers = itertools.count()
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        if told:
            totals = {lane: sum(step.lane == lane for step in steps) for lane in LANES}
            self.traffic.declare(totals, whole=True, parallel=width)
        self._schedule(steps)

    def run(self) -> list[Batch]:
        """Return the batches, in the order in which they started."""
        while self._events or self._waiting():
            moment = self._events[0][0] if self._events else math.inf
            start, lane = min((self._start(lane), LANES.index(lane)) for lane in LANES)
            if start <= moment:
                self._begin_batch(LANES[lane], start)
            else:
                self.now, _, action = heapq.heappop(self._events)
                action()
        return self.batches

    def _schedule(self, steps: Sequence[Step]) -> None:
        moment = 0.0
        for number, step in enumerate(steps):
            caller = Caller(step.lane, "PortForward", f"resource-{number}")
            moment += step.gap
            self._at(moment, self.traffic.begin)
            moment += step.takes
            self._at(moment, partial(self.traffic.end, caller, follows=step.follows))
            if step.follows:
                self._at(moment + step.after, partial(self._ask, caller))

    def _at(self, moment: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._numbers), action))

    def _ask(self, caller: Caller) -> None:
        self._ready.append(caller)
        self._hand_out()

    def _hand_out(self) -> None:
        while self._ready and self._under_way < self._width:
            caller = self._ready.pop(0)
            self._under_way += 1
            self.traffic.arrive(caller)
            assert caller.lane is not None
            queue = self._queues[caller.lane]
            queue.arrivals = queue.arrivals.plus(self.now)
            self._full_since = self.now if self._under_way == self._width else math.inf

    def _waiting(self) -> bool:
        return any(queue.arrivals.count for queue in self._queues.values())

    def _start(self, lane: LaneKey) -> float:
        queue = self._queues[lane]
        if not queue.arrivals.count:
            return math.inf
        return max(queue.free_at, self.now + max(0.0, left(self.now, queue.arrivals, self.traffic.signs(lane), WINDOW)))

    def _begin_batch(self, lane: LaneKey, start: float) -> None:
        queue, self.now = self._queues[lane], start
        count = queue.arrivals.count
        self.batches.append(Batch(lane, start, count, max(self._full_since, queue.free_at)))
        queue.arrivals, queue.free_at = Arrivals(), start + CHANGE_SECONDS
        self._at(queue.free_at, partial(self._answer, count))

    def _answer(self, count: int) -> None:
        for _ in range(count):
            self.traffic.leave()
        self._under_way -= count
        self._full_since = math.inf
        self._hand_out()


pauses = st.floats(0, PAUSE)
steps = st.builds(Step, st.sampled_from(LANES), pauses, st.floats(0, WINDOW.at_most - 0.01), st.booleans(), pauses)
programs = st.lists(steps, min_size=1, max_size=25)


@given(programs)
def test_a_wide_engine_whose_program_is_known_gets_one_batch_a_lane(program: list[Step]) -> None:
    batches = Engine(program, 256, told=True).run()

    assert {batch.lane: batch.count for batch in batches} == {
        lane: number for lane in LANES if (number := sum(step.follows and step.lane == lane for step in program))
    }
    assert len({batch.lane for batch in batches}) == len(batches)


@given(programs)
def test_a_lane_whose_requests_have_all_come_waits_for_no_other(program: list[Step]) -> None:
    first = Step(LANES[0], 0.0, 0.002, follows=True, after=0.0)
    elsewhere = [step for step in program if step.lane != first.lane]

    batches = Engine([first, *elsewhere], 256, told=True).run()

    assert [batch.start for batch in batches if batch.lane == first.lane] == [pytest.approx(0.002 + SETTLED)]


@given(programs, st.integers(1, 8), st.booleans())
def test_a_narrow_engine_comes_to_its_end_and_everybody_is_answered(program: list[Step], width: int, told: bool) -> None:
    batches = Engine(program, width, told=told).run()

    assert sum(batch.count for batch in batches) == sum(step.follows for step in program)


@given(programs, st.integers(1, 8))
def test_nothing_waits_for_what_cannot_come_while_all_operations_wait(program: list[Step], width: int) -> None:
    for batch in Engine(program, width, told=True).run():
        assert batch.start <= batch.blocked_since + SETTLED + JUST
