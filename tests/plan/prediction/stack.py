"""One stack on the engine's stand-in, whose requests are gathered by what the engine still has to do instead of by the clock."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any, Final

import pytest

from aem_mail.kinds.requests import Answer
from aem_mail.model import EnvironmentId
from aem_mail.resources.base import outcomes
from aem_mail.resources.base.outcomes import Outcomes
from aem_mail.resources.base.plugin import Run
from aem_mail.rollout.gathering import Gathering, Window
from aem_mail.rollout.rollout import Rollout, RolloutOptions, Voice
from tests.plan.prediction.deletions import Leaving
from tests.resources.runs import begin_again
from tests.rollout.harness import PATIENT, Bench
from tests.soak.components import renamed
from tests.soak.engine import EVERYTHING, Engine, Listener
from tests.soak.history import Operation, Program, Recorded, Result

STALLED: Final = 20.0
"""Real seconds after which a batch goes all the same: the engine has stopped, and what is missing never comes."""
WINDOW: Final = Window(idle=STALLED, at_most=STALLED * 3, held=STALLED)


class Burst:
    """How many operations the engine still has to end, how many of them it runs at a time, and how many wait for the rollout."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left = 0
        self._width = EVERYTHING
        self._waiting = 0

    @property
    def is_complete(self) -> bool:
        """Whether everything that can arrive has arrived."""
        with self._lock:
            return self._waiting >= min(self._left, self._width)

    def announce(self, number: int, width: int) -> None:
        with self._lock:
            self._left, self._width = number, width

    def end_one(self) -> None:
        with self._lock:
            self._left -= 1

    def arrive(self, future: "Future[Answer]") -> None:
        """Count an operation as waiting from when its request can be gathered until it is answered."""
        with self._lock:
            self._waiting += 1
        future.add_done_callback(self._answered)

    def _answered(self, _: object) -> None:
        with self._lock:
            self._waiting -= 1


BURST: Final = Burst()
ASKED: Final = threading.local()
"""``left``: the requests that the operation of this thread still adds, all of which arrive with the last of them."""


class CountedEngine(Engine):
    """Tells how many operations are to come, runs ``width`` of them at a time, follows aliases and deletes by depth."""

    def __init__(self, state: Sequence[Recorded], listener: Listener, width: int) -> None:
        super().__init__(state, listener, width=width)
        self._program: Program = {}
        self._destroys = False

    def up(self, program: Program) -> None:
        BURST.announce(len(program), self._width)
        self._state, self._program = renamed(self._state, program), program
        super().up(program)

    def destroy(self) -> None:
        self._destroys = True
        super().destroy()

    def _phases(self, leaving: Sequence[Recorded]) -> Iterator[Sequence[Recorded]]:
        for phase in Leaving(leaving, self._program, self._destroys).phases():
            BURST.announce(len(phase), self._width)
            yield phase

    def _guarded(self, step: Callable[..., None], *args: Any) -> None:
        try:
            super()._guarded(step, *args)
        finally:
            BURST.end_one()


class Stack:
    """A stack's state, and how the operations of its last run ended."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.state: Sequence[Recorded] = ()
        self.program: Program = {}
        self.operations: list[Operation] = []

    def up(self, program: Program, width: int = EVERYTHING) -> None:
        self.program = program
        self._engine(width).up(program)

    def destroy(self, width: int = EVERYTHING) -> None:
        self.program = {}
        self._engine(width).destroy()

    def failures(self) -> dict[str, str]:
        """Return the errors of the last run by resource."""
        assert all(one.expected for one in self.operations), self.operations
        return {one.name: one.error for one in self.operations if one.result is not Result.DONE}

    def _engine(self, width: int) -> CountedEngine:
        self.operations = []
        engine = CountedEngine(self.state, Listener(self._keep, self.operations.append), width)
        begin_again(connect=self._rollout, outcomes=Outcomes(), record=engine.record())
        return engine

    def _rollout(self, run: Run) -> Rollout:
        options = RolloutOptions(PATIENT, WINDOW, self._bench.locks, run.declares_enablement, run.holders, run.declared_rules)
        return Rollout(self._bench.api, "the simulator", Voice(), options, self._bench.clock)

    def _keep(self, state: Sequence[Recorded]) -> None:
        self.state = state


def gather_by_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a batch begin once every operation that has begun waits for the rollout, however busy the machine is."""
    add, change_together = Gathering.add, Rollout.change_together

    def counted(self: Gathering[Any], request: Any, timeout: float) -> "Future[Answer]":
        future = add(self, request, timeout)
        ASKED.left = getattr(ASKED, "left", 1) - 1
        if not ASKED.left:
            BURST.arrive(future)
            ASKED.left = 1
        return future

    def together(self: Rollout, environment: EnvironmentId, requests: Sequence[Any], timeout: float) -> Any:
        ASKED.left = max(1, len(requests))
        return change_together(self, environment, requests, timeout)

    def wait(self: Gathering[Any], is_over: Callable[[], bool] = lambda: False) -> None:
        began = time.monotonic()
        while not (is_over() or BURST.is_complete) and time.monotonic() < max(self._arrivals.last, began) + STALLED:
            self._arrival.wait(0.005)

    def wait_for_more(self: Gathering[Any]) -> None:
        wait(self, lambda: bool(self._pending))

    monkeypatch.setattr(outcomes, "GRACE", 0.02)
    monkeypatch.setattr(Gathering, "add", counted)
    monkeypatch.setattr(Rollout, "change_together", together)
    monkeypatch.setattr(Gathering, "_wait_for_silence", wait)
    monkeypatch.setattr(Gathering, "_wait_for_more", wait_for_more)
