"""Reads that many share."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from aem_mail.rollout.rollout import FRESH, SharedReads

LONG = 10.0


class SteppedClock:
    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


class Source:
    """Counts how often it is read; ``gate`` holds a read back."""

    def __init__(self) -> None:
        self.reads = 0
        self.begun = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self) -> int:
        self.reads += 1
        self.begun.set()
        assert self.gate.wait(LONG)
        return self.reads


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


def test_many_readers_share_the_request_in_flight(clock: SteppedClock) -> None:
    reads, source = SharedReads(clock), Source()
    source.gate.clear()
    with ThreadPoolExecutor(20) as pool:
        first = pool.submit(reads.get, "key", source)
        assert source.begun.wait(LONG)
        clock.time += 10 * FRESH
        others = [pool.submit(reads.get, "key", source) for _ in range(19)]
        source.gate.set()
        assert {future.result(LONG) for future in (first, *others)} == {1}


def test_an_answer_serves_for_a_short_moment_only(clock: SteppedClock) -> None:
    reads, source = SharedReads(clock), Source()

    assert reads.get("key", source) == 1
    clock.time += FRESH
    assert reads.get("key", source) == 1
    clock.time += 0.01
    assert reads.get("key", source) == 2


def test_keys_are_read_apart(clock: SteppedClock) -> None:
    reads, source = SharedReads(clock), Source()

    assert [reads.get(key, source) for key in ("one", "two", "one")] == [1, 2, 1]


def test_a_failure_fails_those_who_wait_and_is_not_kept(clock: SteppedClock) -> None:
    reads, gate, begun = SharedReads(clock), threading.Event(), threading.Event()

    def fail() -> int:
        begun.set()
        assert gate.wait(LONG)
        raise ZeroDivisionError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(reads.get, "key", fail)
        assert begun.wait(LONG)
        second = pool.submit(reads.get, "key", fail)
        gate.set()
        assert isinstance(first.exception(LONG), ZeroDivisionError)
        assert isinstance(second.exception(LONG), ZeroDivisionError)

    assert reads.get("key", lambda: 1) == 1


def test_after_a_change_nobody_is_served_the_old_answer(clock: SteppedClock) -> None:
    reads, source = SharedReads(clock), Source()

    assert reads.get("key", source) == 1
    reads.forget()

    assert reads.get("key", source) == 2


def test_a_failure_that_comes_late_does_not_drop_a_newer_answer(clock: SteppedClock) -> None:
    reads, gate, begun = SharedReads(clock), threading.Event(), threading.Event()

    def fail_late() -> int:
        begun.set()
        assert gate.wait(LONG)
        raise ZeroDivisionError

    source = Source()
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(reads.get, "key", fail_late)
        assert begun.wait(LONG)
        reads.forget()
        assert reads.get("key", source) == 1
        gate.set()
        assert isinstance(late.exception(LONG), ZeroDivisionError)

    assert reads.get("key", source) == 1
