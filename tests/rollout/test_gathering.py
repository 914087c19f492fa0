"""Group commit: what arrives together is one batch, and everybody is answered."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aem_mail.kinds.requests import Answer
from aem_mail.rollout.gathering import Gathering, Latecomers, Pending, Signs, Window

from .harness import LONG, wait_until

WINDOW = Window(idle=0.03, at_most=0.3, held=0.05)
Batches = list[tuple[list[str], bool]]


class Recorder:
    """An ``apply`` that answers with the request's own name, and keeps what it was given."""

    def __init__(
        self, hold: Callable[[str], bool] = lambda request: False, meanwhile: Callable[[int], object] = lambda number: None
    ) -> None:
        self.batches: Batches = []
        self._hold = hold
        self._meanwhile = meanwhile

    def __call__(self, batch: Sequence[Pending[Any]], finally_: bool, latecomers: Latecomers) -> Sequence[Pending[Any]]:
        self.batches.append(([pending.request for pending in batch], finally_))
        self._meanwhile(len(self.batches))
        held = [] if finally_ else [pending for pending in batch if self._hold(pending.request)]
        for pending in batch:
            if pending not in held:
                pending.future.set_result(Answer(note=pending.request))
        return held


def submit_all(gathering: Gathering[str], requests: Sequence[str]) -> list[str | None]:
    """Submit from as many threads; the answers' notes in the order of the requests."""
    with ThreadPoolExecutor(len(requests)) as pool:
        futures = [pool.submit(gathering.submit, request, LONG) for request in requests]
        return [future.result(LONG).note for future in futures]


@pytest.mark.parametrize("count", [1, 4, 50])
def test_a_burst_is_one_batch_and_each_request_gets_its_own_answer(count: int) -> None:
    recorder = Recorder()
    requests = [f"request-{number}" for number in range(count)]

    answers = submit_all(Gathering("test", recorder, Window(idle=0.6, at_most=LONG)), requests)

    assert answers == requests
    assert [sorted(batch) for batch, _ in recorder.batches] == [sorted(requests)]


def test_what_arrives_while_a_batch_is_carried_out_joins_the_next_one() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def meanwhile(number: int) -> None:
        if number == 1:
            begun.set()
            assert go_on.wait(LONG)

    recorder = Recorder(meanwhile=meanwhile)
    gathering = Gathering[str]("test", recorder, WINDOW)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(gathering.submit, "first", LONG)
        assert begun.wait(LONG)
        later = [pool.submit(gathering.submit, request, LONG) for request in ("second", "third")]
        wait_until(lambda: len(gathering._pending) == 2)
        go_on.set()
        assert [future.result(LONG).note for future in (first, *later)] == ["first", "second", "third"]

    assert [len(batch) for batch, _ in recorder.batches] == [1, 2]


def test_a_stream_of_arrivals_does_not_put_a_batch_off_for_ever() -> None:
    gathering = Gathering[str]("test", Recorder(), Window(idle=10 * LONG, at_most=0.15))

    assert submit_all(gathering, ["first", "second"]) == ["first", "second"]


def test_a_held_request_is_tried_again_with_the_next_batch() -> None:
    waiting = {"held"}
    recorder = Recorder(hold=lambda request: request in waiting, meanwhile=lambda number: waiting.clear() if number == 2 else None)
    gathering = Gathering[str]("test", recorder, Window(idle=0.02, at_most=1, held=LONG))
    with ThreadPoolExecutor(2) as pool:
        held = pool.submit(gathering.submit, "held", LONG)
        wait_until(lambda: len(recorder.batches) == 1)
        assert gathering.submit("another", LONG).note == "another"
        assert held.result(LONG).note == "held"

    assert recorder.batches == [(["held"], False), (["held", "another"], False)]


def test_a_held_request_is_decided_when_nothing_more_arrives() -> None:
    recorder = Recorder(hold=lambda request: True)

    assert submit_all(Gathering("test", recorder, WINDOW), ["held"]) == ["held"]

    assert recorder.batches == [(["held"], False), (["held"], True)]


def test_the_quiet_time_is_counted_after_the_last_batch_was_done() -> None:
    times: list[float] = []

    def take_long(number: int) -> None:
        times.append(time.monotonic())
        time.sleep(0.1)

    submit_all(
        Gathering("test", Recorder(hold=lambda request: True, meanwhile=take_long), Window(idle=0.01, at_most=1, held=0.1)), ["held"]
    )

    assert times[1] - times[0] >= 0.19


def test_what_arrives_while_a_batch_waits_for_its_turn_goes_with_it() -> None:
    begun, turn = threading.Event(), threading.Event()
    batches: list[list[str]] = []

    def apply(batch: Sequence[Pending[Any]], finally_: bool, latecomers: Latecomers) -> Sequence[Pending[Any]]:
        begun.set()
        assert turn.wait(LONG)
        whole = [*batch, *latecomers(lambda request: request != "another time")]
        batches.append([pending.request for pending in whole])
        whole[0].future.set_result(Answer(note="well"))
        raise ZeroDivisionError

    gathering = Gathering[str]("test", apply, WINDOW)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(gathering.submit, "first", LONG)
        assert begun.wait(LONG)
        late = pool.submit(gathering.submit, "late", LONG)
        wait_until(lambda: len(gathering._pending) == 1)
        later = pool.submit(gathering.submit, "another time", LONG)
        wait_until(lambda: len(gathering._pending) == 2)
        turn.set()
        assert first.result(LONG).note == "well"
        assert isinstance(late.exception(LONG), ZeroDivisionError)
        assert later.result(LONG).note == "well"

    assert batches == [["first", "late"], ["another time"]]


def test_a_batch_whose_turn_has_come_waits_for_those_that_a_narrow_engine_begins_with_only_then() -> None:
    begun, turn, shown = threading.Event(), threading.Event(), [Signs()]
    batches: list[list[str]] = []

    def apply(batch: Sequence[Pending[Any]], finally_: bool, latecomers: Latecomers) -> Sequence[Pending[Any]]:
        begun.set()
        assert turn.wait(LONG)
        whole = [*batch, *latecomers(lambda _: True)]
        batches.append([pending.request for pending in whole])
        for pending in whole:
            pending.future.set_result(Answer())
        return ()

    gathering = Gathering[str]("test", apply, Window(idle=0.01, at_most=LONG), lambda: shown[0])
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(gathering.submit, "first", LONG)
        assert begun.wait(LONG)
        shown[0] = Signs(last=time.monotonic() + LONG, expected=1)
        turn.set()
        time.sleep(0.1)
        late = pool.submit(gathering.submit, "late", LONG)
        wait_until(lambda: len(gathering._pending) == 1)
        shown[0] = Signs(complete=True)
        assert [first.result(LONG), late.result(LONG)] == [Answer(), Answer()]

    assert batches == [["first", "late"]]


def test_nobody_comes_late_to_the_last_decision_about_what_is_held() -> None:
    late: list[Sequence[Pending[Any]]] = []
    gathering: Gathering[str]

    def apply(batch: Sequence[Pending[Any]], finally_: bool, latecomers: Latecomers) -> Sequence[Pending[Any]]:
        if not finally_:
            return batch
        gathering._pending.append(Pending("too late", LONG))
        late.append(latecomers(lambda _: True))
        batch[0].future.set_result(Answer(note="decided"))
        gathering._pending.clear()
        return ()

    gathering = Gathering("test", apply, WINDOW)

    assert gathering.submit("held", LONG).note == "decided"
    assert late == [()]


def test_an_exception_is_the_answer_of_everybody_who_has_none() -> None:
    def apply(batch: Sequence[Pending[Any]], finally_: bool, latecomers: Latecomers) -> Sequence[Pending[Any]]:
        next(pending for pending in batch if pending.request == "answered").future.set_result(Answer(note="well"))
        raise ZeroDivisionError

    gathering = Gathering[str]("test", apply, Window(idle=0.4, at_most=LONG))
    with ThreadPoolExecutor(3) as pool:
        answered, *others = [pool.submit(gathering.submit, request, LONG) for request in ("answered", "one", "two")]
        assert answered.result(LONG).note == "well"
        assert all(isinstance(other.exception(LONG), ZeroDivisionError) for other in others)


def test_a_request_that_was_forgotten_is_told_so_instead_of_waiting_for_ever() -> None:
    def forgetful(batch: Sequence[Pending[Any]], finally_: bool, latecomers: Latecomers) -> Sequence[Pending[Any]]:
        return ()

    with pytest.raises(RuntimeError, match="without an answer"):
        Gathering[str]("test", forgetful, WINDOW).submit("forgotten", LONG)


def test_a_request_that_is_held_even_at_the_end_is_told_so() -> None:
    def stubborn(batch: Sequence[Pending[Any]], finally_: bool, latecomers: Latecomers) -> Sequence[Pending[Any]]:
        return batch

    with pytest.raises(RuntimeError, match="without an answer"):
        Gathering[str]("test", stubborn, WINDOW).submit("held", LONG)


def test_after_a_failed_batch_the_next_one_is_carried_out() -> None:
    recorder = Recorder(meanwhile=_fail_first)
    gathering = Gathering[str]("test", recorder, WINDOW)

    with pytest.raises(ZeroDivisionError):
        gathering.submit("first", LONG)

    assert gathering.submit("second", LONG).note == "second"


def test_a_thread_that_cannot_be_started_fails_its_request_only(monkeypatch: pytest.MonkeyPatch) -> None:
    gathering = Gathering[str]("test", Recorder(), WINDOW)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", _refuse)
        with pytest.raises(RuntimeError, match="can't start"):
            gathering.submit("first", LONG)

    assert gathering.submit("second", LONG).note == "second"


def test_nothing_is_lost_where_requests_meet_a_worker_that_is_about_to_leave() -> None:
    recorder = Recorder()
    gathering = Gathering[str]("test", recorder, Window(idle=0, at_most=0, held=0))
    with ThreadPoolExecutor(8) as pool:
        requests = [f"request-{number}" for number in range(400)]
        answers = list(pool.map(lambda request: gathering.submit(request, LONG).note, requests, timeout=LONG))

    assert answers == requests
    assert sorted(request for batch, _ in recorder.batches for request in batch) == sorted(requests)


def _refuse(thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def _fail_first(number: int) -> None:
    if number == 1:
        raise ZeroDivisionError
