"""Group commit: requests that arrive together become one batch."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from aem_mail.kinds.requests import Answer

Request = TypeVar("Request")


@dataclass(frozen=True, slots=True)
class Window:
    """Real seconds: a batch starts ``idle`` after the last arrival, ``at_most`` after the first; held requests wait ``held``."""

    idle: float = 0.3
    at_most: float = 5.0
    held: float = 2.0


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
    next batch, or, when none has arrived for ``window.held`` seconds, once more with its second argument true; then it
    answers all. What ``apply`` raises is the answer to every request that has none yet.
    """

    def __init__(self, name: str, apply: Apply, window: Window) -> None:
        self._name = name
        self._apply = apply
        self._window = window
        self._arrival = threading.Condition()
        self._pending: list[Pending[Request]] = []
        self._last_arrival = 0.0
        self._working = False

    def submit(self, request: Request, timeout: float) -> Answer:
        """Add a request to the next batch and wait for its answer; raises what ``apply`` gave as its error."""
        pending = Pending(request, timeout)
        self._add(pending)
        return pending.future.result()

    def _add(self, pending: Pending[Request]) -> None:
        with self._arrival:
            if not self._working:
                threading.Thread(target=self._work, name=self._name, daemon=True).start()
                self._working = True
            self._pending.append(pending)
            self._last_arrival = time.monotonic()
            self._arrival.notify_all()

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
                self._arrival.wait_for(lambda: bool(self._pending), self._window.held)
            if not self._pending:
                self._working = bool(held)
                return ([], True) if held else None
            self._wait_for_silence()
            arrived, self._pending = self._pending, []
            return arrived, False

    def _wait_for_silence(self) -> None:
        first = time.monotonic()
        while True:
            left = min(self._last_arrival + self._window.idle, first + self._window.at_most) - time.monotonic()
            if left <= 0:
                return
            self._arrival.wait(left)

    def _carry_out(self, batch: list[Pending[Request]], finally_: bool) -> Sequence[Pending[Request]]:
        held: Sequence[Pending[Request]] = ()

        def latecomers(may_join: Callable[[Request], bool]) -> Sequence[Pending[Request]]:
            if finally_:
                return ()
            with self._arrival:
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
