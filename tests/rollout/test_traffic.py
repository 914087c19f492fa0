"""What is known to come, from the calls of the engine."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.rollout.gathering import Signs, Traffic


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

    traffic.end("rule", follows=False)
    assert traffic.signs() == Signs(last=2.0)


def test_a_request_is_expected_from_its_check_to_its_arrival(traffic: Traffic) -> None:
    traffic.begin()
    traffic.end("rule", follows=True)
    assert traffic.signs() == Signs(last=2.0, expected=1)

    traffic.arrive("rule")
    assert traffic.signs() == Signs(last=3.0)


def test_a_diff_without_a_change_takes_the_expectation_back(traffic: Traffic) -> None:
    for follows in (True, False):
        traffic.begin()
        traffic.end("rule", follows=follows)

    assert traffic.signs().expected == 0


def test_a_resource_that_is_checked_twice_is_expected_once(traffic: Traffic) -> None:
    for _ in range(2):
        traffic.begin()
        traffic.end("rule", follows=True)

    assert traffic.signs().expected == 1


def test_a_request_that_nobody_announced_shows_that_the_engine_goes_on(traffic: Traffic) -> None:
    traffic.arrive("a resource that leaves")

    assert traffic.signs() == Signs(last=1.0)


def test_what_the_program_declares_is_expected_until_it_was_checked_and_its_request_has_arrived(traffic: Traffic) -> None:
    traffic.declare(2)
    expected = [traffic.signs().expected]
    for name in ("one", "two"):
        traffic.begin()
        traffic.end(name, follows=True)
        expected.append(traffic.signs().expected)
        traffic.arrive(name)
        expected.append(traffic.signs().expected)

    assert expected == [2, 2, 1, 1, 0]


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.booleans()), max_size=40))
def test_nothing_is_under_way_or_expected_once_all_has_arrived(calls: list[tuple[str, bool]]) -> None:
    traffic = Traffic()
    for name, follows in calls:
        traffic.begin()
        traffic.end(name, follows=follows)
    for name, _ in calls:
        traffic.arrive(name)

    signs = traffic.signs()
    assert (signs.deciding, signs.expected) == (0, 0)


def test_calls_of_many_threads_are_all_counted() -> None:
    traffic = Traffic()

    def call(number: int) -> None:
        traffic.begin()
        traffic.end(number, follows=True)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(call, range(500)))

    assert (traffic.signs().deciding, traffic.signs().expected) == (0, 500)
