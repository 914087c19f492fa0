"""How long a batch waits: for each rule a burst on a clock of its own, and what holds for all of them."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.kinds import Scope
from aem_mail.model import EnvironmentId
from aem_mail.rollout.gathering import PATIENCE, SETTLED, Arrivals, Caller, Signs, Traffic, Window, left

WINDOW: Final = Window()
MOMENT: Final = 0.002
"""Seconds between two calls of an engine on an idle machine."""
LANE: Final = (EnvironmentId("10001", "20001"), Scope.NETWORKING)
OTHER_LANE: Final = (EnvironmentId("10001", "20001"), Scope.VARIABLES)
Action = Callable[["Burst"], None]
Event = tuple[float, Action]


class Burst:
    """The engine's calls on a clock of their own, as one batch sees them."""

    def __init__(self, window: Window = WINDOW) -> None:
        self.now = 0.0
        self.window = window
        self.traffic = Traffic(lambda: self.now)
        self.arrivals = Arrivals()

    def batches(self, events: Iterable[Event]) -> list[tuple[float, int]]:
        """Play events in their order; return when each batch starts, and with how many requests."""
        found = []
        for moment, action in [*sorted(events, key=lambda event: event[0]), (math.inf, _nothing)]:
            start = self.now + max(0.0, self._left())
            if self.arrivals.count and start <= moment:
                found.append((start, self.arrivals.count))
                self.arrivals = Arrivals()
            self.now = moment
            action(self)
        return found

    def _left(self) -> float:
        return left(self.now, self.arrivals, self.traffic.signs(LANE), self.window)


def _nothing(_: Burst) -> None:
    """Let the clock run out."""


def named(name: str) -> Caller:
    return Caller(LANE, "PortForward", name)


def begins(burst: Burst) -> None:
    burst.traffic.begin()


def ends(name: str, *, follows: bool = True) -> Action:
    return lambda burst: burst.traffic.end(named(name), follows=follows)


def arrives(name: str) -> Action:
    """Let a resource's request come and join the batch."""

    def arrive(burst: Burst) -> None:
        burst.traffic.arrive(named(name))
        burst.arrivals = burst.arrivals.plus(burst.now)

    return arrive


def passes(name: str) -> Action:
    """Let a resource's request come that belongs to another batch."""
    return lambda burst: burst.traffic.arrive(Caller(OTHER_LANE, "EnvVar", name))


def checked(at: float, name: str, seconds: float = MOMENT, *, follows: bool = True) -> list[Event]:
    return [(at, begins), (at + seconds, ends(name, follows=follows))]


def resource(at: float, name: str, after: float = MOMENT) -> list[Event]:
    """Check a resource, and let its request come ``after`` seconds later."""
    return [*checked(at, name), (at + MOMENT + after, arrives(name))]


def elsewhere(at: float, name: str) -> list[Event]:
    """Check a resource of another batch, and let its request come."""
    caller = Caller(OTHER_LANE, "EnvVar", name)
    return [(at, begins), (at + MOMENT, lambda burst: burst.traffic.end(caller, follows=True)), (at + 2 * MOMENT, passes(name))]


def names(number: int) -> list[str]:
    return [f"resource-{place}" for place in range(number)]


def starts(*events: Event, window: Window = WINDOW) -> list[tuple[float, int]]:
    return [(round(start, 3), count) for start, count in Burst(window).batches(events)]


def test_on_an_idle_machine_a_mail_egress_waits_idle_after_its_last_request() -> None:
    mail = [event for place, name in enumerate(names(4)) for event in resource(place * 3 * MOMENT, name)]

    assert starts(*mail) == [(round(max(at for at, _ in mail) + WINDOW.idle, 3), 4)]


def test_while_a_check_is_under_way_nothing_starts() -> None:
    assert [count for _, count in starts(*resource(0, "first"), *checked(0.1, "second", 2.0), (2.2, arrives("second")))] == [2]


def test_a_check_without_end_holds_a_batch_up_no_longer_than_at_most() -> None:
    assert starts(*resource(0, "first"), (0.1, begins)) == [(0.1 + WINDOW.at_most, 1)]


def test_at_most_counts_from_the_last_check() -> None:
    stream = [event for place, name in enumerate(names(100)) for event in resource(place * 0.2, name)]

    assert [count for _, count in starts(*stream, window=Window(at_most=1.0))] == [100]


def test_a_request_that_a_check_announced_is_waited_for_beyond_idle() -> None:
    late = PATIENCE * WINDOW.idle - 0.1

    assert [count for _, count in starts(*checked(0, "late"), *resource(0, "first"), (late, arrives("late")))] == [2]


def test_a_request_that_never_comes_is_waited_for_within_a_bound() -> None:
    """As at `--parallel 1`, where the one that waits blocks the only worker."""
    events = [*resource(0, "first"), *checked(0.01, "blocked")]

    assert starts(*events) == [(round(0.01 + MOMENT + PATIENCE * WINDOW.idle, 3), 1)]


def test_a_resource_without_a_change_is_not_waited_for() -> None:
    diffed = checked(0.01 + 2 * MOMENT, "as it was", follows=False)

    assert starts(*resource(0, "first"), *checked(0.01, "as it was"), *diffed) == [(round(0.01 + 3 * MOMENT + WINDOW.idle, 3), 1)]


def test_what_the_program_declares_and_nobody_checked_yet_is_waited_for() -> None:
    events = [(0.0, lambda burst: burst.traffic.declare({LANE: 2}, whole=False)), *resource(0.1, "first"), *resource(1.0, "second")]

    assert [count for _, count in starts(*events)] == [2]


def declares(number: int, *, whole: bool = True, parallel: int | None = None) -> Event:
    return -1.0, lambda burst: burst.traffic.declare({LANE: number}, whole=whole, parallel=parallel)


def test_once_all_has_come_that_the_program_declares_other_checks_hold_nothing_up() -> None:
    others = [event for place, name in enumerate(names(30)) for event in elsewhere(0.1 * place, name)]

    assert starts(declares(1), *resource(0, "first"), *others) == [(round(2 * MOMENT + SETTLED, 3), 1)]


def test_a_resource_that_stays_as_it_is_is_one_of_those_that_the_program_declares() -> None:
    unchanged = [*checked(0.5, "as it was"), *checked(0.6, "as it was", follows=False)]

    assert starts(declares(2), *resource(0, "first"), *unchanged) == [(0.602, 1)]


def test_what_the_program_declares_and_is_no_target_is_waited_for_within_a_bound() -> None:
    assert starts(declares(2), *resource(0, "first")) == [(round(2 * MOMENT + PATIENCE * WINDOW.idle, 3), 1)]


def test_what_the_program_does_not_tell_may_have_followers_and_is_gathered_as_if_nothing_were_known() -> None:
    """As deletions do, which come after all that the program declares."""
    pauses = [0.2, 0.2, 0.2, 0.5, 0.2]
    gone = [(100 + sum(pauses[:place]), arrives(name)) for place, name in enumerate(names(len(pauses) + 1))]

    assert [count for _, count in starts(declares(1), *resource(0, "first"), *gone)] == [1, len(gone)]


def test_nothing_is_waited_for_while_all_operations_wait() -> None:
    narrow = [declares(3, parallel=1), *resource(0, "first"), *checked(0.01, "blocked")]

    assert starts(*narrow) == [(round(2 * MOMENT + SETTLED, 3), 1)]


def test_a_program_that_does_not_tell_all_is_no_reason_to_start_sooner() -> None:
    others = [event for place, name in enumerate(names(3)) for event in elsewhere(0.1 * place, name)]

    assert [count for _, count in starts(declares(1, whole=False), *resource(0, "first"), *others, *resource(0.4, "more"))] == [2]


def test_requests_of_other_batches_show_that_the_burst_goes_on() -> None:
    others = [(0.2 * place, passes(name)) for place, name in enumerate(names(6), 1)]

    assert starts((0.0, arrives("first")), *others) == [(1.2 + WINDOW.idle, 1)]


def test_requests_that_come_slowly_are_waited_for_at_their_own_pace() -> None:
    """As on destroy, which has no checks: a machine that is slow shows it in the pauses."""
    pauses = [0.2, 0.2, 0.2, 0.5, 0.2]
    events = [(sum(pauses[:place]), arrives(name)) for place, name in enumerate(names(len(pauses) + 1))]

    assert [count for _, count in starts(*events)] == [len(events)]


def test_requests_that_come_slowly_wait_no_longer_than_at_most() -> None:
    events = [(0.25 * place, arrives(name)) for place, name in enumerate(names(6))]

    assert starts(*events, window=Window(at_most=0.5)) == [(1.75, 6)]


def test_two_bursts_are_two_batches() -> None:
    assert starts(*resource(0, "first"), *resource(10, "second")) == [(0.304, 1), (10.304, 1)]


seconds = st.floats(0, 20)
windows = st.builds(Window, idle=st.floats(0, 2), at_most=st.floats(0, 20))
bursts = st.builds(lambda count, ends: Arrivals(count, min(ends), max(ends)), st.integers(1, 300), st.tuples(seconds, seconds))
shown = st.builds(Signs, last=seconds | st.just(-math.inf), deciding=st.integers(0, 5), expected=st.integers(0, 5))


@dataclass(frozen=True, slots=True)
class Moment:
    """All that the decision depends on."""

    arrivals: Arrivals
    signs: Signs
    window: Window
    after: float

    @property
    def last(self) -> float:
        return max(self.arrivals.last, self.signs.last)

    def left(self, **changed: Any) -> float:
        return left(self.last + self.after, self.arrivals, replace(self.signs, **changed), self.window)


moments = st.builds(Moment, bursts, shown, windows, seconds)


@given(moments)
def test_a_batch_starts_at_most_at_most_after_the_last_sign(moment: Moment) -> None:
    assert moment.left() <= moment.window.at_most - moment.after + 1e-9


@given(moments)
def test_a_batch_does_not_start_before_idle_unless_at_most_is_less(moment: Moment) -> None:
    assert moment.left() >= min(moment.window.idle, moment.window.at_most) - moment.after - 1e-9


@given(moments)
def test_knowing_that_all_has_come_or_that_nothing_can_come_never_lengthens_the_wait(moment: Moment) -> None:
    assert moment.left(blocked=True) == moment.left(complete=True) <= moment.left(deciding=0, expected=0) + 1e-9


@given(moments)
def test_knowing_of_more_never_shortens_the_wait(moment: Moment) -> None:
    nothing = moment.left(deciding=0, expected=0)

    assert nothing <= moment.left(deciding=0, expected=1) <= moment.left(deciding=1, expected=1)


@given(moments)
def test_a_burst_that_is_over_starts_after_idle(moment: Moment) -> None:
    dense = Moment(Arrivals(moment.arrivals.count, moment.arrivals.last, moment.arrivals.last), moment.signs, moment.window, moment.after)

    wait = min(moment.window.idle, moment.window.at_most) - moment.after
    assert dense.left(deciding=0, expected=0) == pytest.approx(wait, abs=1e-9)


@pytest.mark.parametrize(("moments", "silence"), [((1.0,), 0.0), ((1.0, 1.1), 0.1), ((0.0, 0.2, 0.2, 0.8, 1.0, 1.2, 1.2), 0.8)])
def test_a_silence_is_out_of_step_after_four_mean_pauses_or_the_time_of_all_arrivals(moments: Sequence[float], silence: float) -> None:
    arrivals = Arrivals()
    for moment in moments:
        arrivals = arrivals.plus(moment)

    assert arrivals.count == len(moments)
    assert arrivals.out_of_step == pytest.approx(silence)
