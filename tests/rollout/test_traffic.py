"""What is known to come, from the calls of the engine."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.kinds import Scope
from aem_mail.model import EnvironmentId
from aem_mail.rollout.gathering import Caller, Signs, Traffic

LANE = (EnvironmentId("10001", "20001"), Scope.NETWORKING)
OTHER_LANE = (EnvironmentId("10001", "20001"), Scope.VARIABLES)


def named(name: str, lane: tuple[EnvironmentId, Scope] = LANE) -> Caller:
    return Caller(lane, "PortForward", name)


@pytest.fixture
def traffic() -> Traffic:
    """Return the traffic of a run on a clock that counts its readings."""
    clock: Iterator[int] = iter(range(1, 1000))
    return Traffic(lambda: float(next(clock)))


def test_a_run_without_calls_shows_nothing() -> None:
    assert Traffic().signs() == Signs()


def test_a_call_is_deciding_from_its_begin_to_its_end(traffic: Traffic) -> None:
    traffic.begin()
    assert traffic.signs() == Signs(last=1.0, deciding=1)

    traffic.end(named("rule"), follows=False)
    assert traffic.signs() == Signs(last=2.0)


def test_a_request_is_expected_from_its_check_to_its_arrival(traffic: Traffic) -> None:
    traffic.begin()
    traffic.end(named("rule"), follows=True)
    assert traffic.signs() == Signs(last=2.0, expected=1)

    traffic.arrive(named("rule"))
    assert traffic.signs() == Signs(last=3.0)


def test_a_diff_without_a_change_takes_the_expectation_back(traffic: Traffic) -> None:
    for follows in (True, False):
        traffic.begin()
        traffic.end(named("rule"), follows=follows)

    assert traffic.signs().expected == 0


def test_a_resource_that_is_checked_twice_is_expected_once(traffic: Traffic) -> None:
    for _ in range(2):
        traffic.begin()
        traffic.end(named("rule"), follows=True)

    assert traffic.signs().expected == 1


def test_a_request_that_nobody_announced_shows_that_the_engine_goes_on(traffic: Traffic) -> None:
    traffic.arrive(named("a resource that leaves"))

    assert traffic.signs() == Signs(last=1.0)


def test_what_the_program_declares_is_expected_until_it_was_checked_and_its_request_has_arrived(traffic: Traffic) -> None:
    traffic.declare({LANE: 2}, whole=False)
    expected = [traffic.signs(LANE).expected]
    for name in ("one", "two"):
        traffic.begin()
        traffic.end(named(name), follows=True)
        expected.append(traffic.signs(LANE).expected)
        traffic.arrive(named(name))
        expected.append(traffic.signs(LANE).expected)

    assert expected == [2, 2, 1, 1, 0]


def test_a_lane_is_complete_once_all_that_the_program_declares_for_it_has_come_or_stays_as_it_is(traffic: Traffic) -> None:
    traffic.declare({LANE: 2, OTHER_LANE: 1}, whole=True)
    complete = []
    for name in ("changed", "as it was"):
        traffic.begin()
        traffic.end(named(name), follows=name == "changed")
        complete.append(traffic.signs(LANE).complete)
    traffic.arrive(named("changed"))

    assert [*complete, traffic.signs(LANE).complete, traffic.signs(OTHER_LANE).complete] == [False, False, True, False]


def test_a_lane_is_never_complete_where_the_program_does_not_tell_all_or_something_comes_that_it_does_not_declare(traffic: Traffic) -> None:
    traffic.declare({}, whole=False)
    assert not traffic.signs(LANE).complete

    traffic.declare({}, whole=True)
    assert traffic.signs(LANE).complete
    traffic.arrive(named("left the program"))
    assert not traffic.signs(LANE).complete


def test_what_is_expected_elsewhere_prolongs_a_wait_only_where_the_program_does_not_tell_all(traffic: Traffic) -> None:
    traffic.begin()
    traffic.end(named("elsewhere", OTHER_LANE), follows=True)
    assert traffic.signs(LANE).expected == 1

    traffic.declare({LANE: 0, OTHER_LANE: 1}, whole=True)
    assert (traffic.signs(LANE).expected, traffic.signs(OTHER_LANE).expected) == (0, 1)


def test_nothing_can_come_while_as_many_requests_wait_as_the_engine_runs_operations_at_a_time(traffic: Traffic) -> None:
    traffic.declare({}, whole=True, parallel=2)
    blocked = [traffic.signs(LANE).blocked]
    for step in (partial(traffic.arrive, named("one")), partial(traffic.arrive, named("two", OTHER_LANE)), traffic.leave):
        step()
        blocked.append(traffic.signs(LANE).blocked)

    assert blocked == [False, False, True, False]
    assert traffic.signs(LANE).last == 3.0, "an answer lets the engine go on"


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.booleans()), max_size=40))
def test_nothing_is_under_way_or_expected_once_all_has_arrived(calls: list[tuple[str, bool]]) -> None:
    traffic = Traffic()
    for name, follows in calls:
        traffic.begin()
        traffic.end(named(name), follows=follows)
    for name, _ in calls:
        traffic.arrive(named(name))

    signs = traffic.signs()
    assert (signs.deciding, signs.expected) == (0, 0)


def test_calls_of_many_threads_are_all_counted() -> None:
    traffic = Traffic()

    def call(number: int) -> None:
        traffic.begin()
        traffic.end(named(str(number)), follows=True)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(call, range(500)))

    assert (traffic.signs().deciding, traffic.signs().expected) == (0, 500)
