from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.cloud_manager.outcome import BUDGET, Answered, Lost, Outcome, pause, persist, repeatable, retry_after

from .clocks import SteppedClock

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def answer(status: int, **headers: str) -> Answered:
    return Answered(status, headers, b"")


@pytest.mark.parametrize(
    ("outcome", "read", "write"),
    [
        (answer(200), False, False),
        (answer(302), False, False),
        (answer(400), False, False),
        (answer(401), False, False),
        (answer(403), False, False),
        (answer(404), False, False),
        (answer(408), True, False),
        (answer(409), False, False),
        (answer(429), True, True),
        (answer(500), True, False),
        (answer(502), True, False),
        (Answered(503, {"retry-after": "1"}, b""), True, False),
        (answer(504), True, False),
        (Lost("refused", sent=False), True, True),
        (Lost("time-out", sent=True), True, False),
        (Lost("certificate", sent=False, lasting=True), False, False),
        (Lost("protocol", sent=True, lasting=True), False, False),
    ],
)
def test_a_write_is_repeated_only_if_it_was_certainly_not_applied(outcome: Outcome, read: bool, write: bool) -> None:
    assert (repeatable(outcome, reads=True), repeatable(outcome, reads=False)) == (read, write)


@pytest.mark.parametrize(
    ("attempt", "jitter", "asked", "seconds"),
    [
        (1, 0, None, 0.5),
        (2, 0, None, 1),
        (3, 0, None, 2),
        (3, 1, None, 1),
        (9, 0, None, 20),
        (99, 0, None, 20),
        (1, 0, 7, 7),
        (1, 1, 10, 11),
        (5, 0, 1, 8),
    ],
)
def test_pauses_double_up_to_a_limit_and_respect_what_the_server_asks(
    attempt: int, jitter: float, asked: float | None, seconds: float
) -> None:
    assert pause(attempt, jitter, asked) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3),
        ({"retry-after": " 0 "}, 0),
        ({"retry-after": "Sun, 01 Mar 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Sun, 01 Mar 2026 12:00:30 GMT", "date": "Sun, 01 Mar 2026 12:00:25 GMT"}, 5),
        ({"retry-after": "Sun, 01 Mar 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "³"}, None),
        ({"retry-after": "Sun, 99 Mar 2026 12:00:30 GMT"}, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


@given(st.text(), st.text())
def test_no_retry_after_can_crash_or_turn_time_back(value: str, date: str) -> None:
    seconds = retry_after({"retry-after": value, "date": date}, NOW)

    assert seconds is None or seconds >= 0


def sends(clock: SteppedClock, *outcomes: Outcome, reads: bool = True) -> tuple[Outcome, int]:
    left = list(outcomes)
    sent = 0

    def send() -> Outcome:
        nonlocal sent
        sent += 1
        return left.pop(0) if len(left) > 1 else left[0]

    return persist(send, reads=reads, clock=clock), sent


@pytest.mark.parametrize(("outcome", "attempts"), [(answer(500), 6), (answer(429), 8), (Lost("refused", sent=False), 4), (answer(404), 1)])
def test_attempts_are_bounded(outcome: Outcome, attempts: int, clock: SteppedClock) -> None:
    assert sends(clock, outcome) == (outcome, attempts)
    assert len(clock.sleeps) == attempts - 1


def test_what_passes_is_waited_out(clock: SteppedClock) -> None:
    outcome, sent = sends(clock, answer(503), Lost("time-out", sent=True), Answered(429, {"retry-after": "9"}, b""), answer(200))

    assert (outcome, sent) == (answer(200), 4)
    assert 9 <= clock.sleeps[2] <= 9.9


def test_a_retry_after_within_the_budget_is_honoured_whole(clock: SteppedClock) -> None:
    outcome, sent = sends(clock, Answered(429, {"retry-after": "200"}, b""), answer(200))

    assert (outcome, sent) == (answer(200), 2)
    assert clock.sleeps[0] >= 200


def test_a_retry_after_beyond_the_budget_ends_it_at_once(clock: SteppedClock) -> None:
    late = Answered(429, {"retry-after": str(int(BUDGET) + 1)}, b"")

    assert sends(clock, late) == (late, 1)
    assert clock.sleeps == []
