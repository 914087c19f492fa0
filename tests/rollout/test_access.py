"""How often an environment is looked at: until it can be changed, and then until the change has ended."""

import time
from collections.abc import Callable

import pytest

from aem_mail.rollout.access import JUST_NOW, Access, ChangeLock

from .harness import HERE, SCALE, Bench, answered, enable, put, text

LONGEST = 1200 / SCALE
"""Real seconds in which any change ends."""


class GovernedClock:
    """Stands still, and so does the simulator's, but for pauses: in each of them, changes end."""

    def __init__(self) -> None:
        self.time = 0.0
        self.bench: Bench | None = None

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        assert self.bench is not None
        self.bench.thaw()
        time.sleep(LONGEST)
        self.bench.freeze()


@pytest.fixture
def clock() -> GovernedClock:
    return GovernedClock()


@pytest.fixture
def governed(bench_of: Callable[..., Bench], clock: GovernedClock) -> Bench:
    bench = clock.bench = bench_of(clock=clock)
    bench.freeze()
    return bench


def looks(bench: Bench) -> list[str]:
    """Return what of the environment is read, the environment itself as its id."""
    return [path.rsplit("/", 1)[-1] for path in bench.requests(path="/environment/")]


def test_a_change_looks_before_it_is_sent_and_until_it_has_ended_and_no_more(governed: Bench) -> None:
    answered(governed.networking(enable(), put()))

    assert looks(governed) == ["20001", "advancedNetworking", "20001", "20001", "advancedNetworking"]


def test_the_next_change_of_an_environment_begins_with_what_the_last_one_saw(governed: Bench) -> None:
    answered(governed.variables(text("FIRST")))
    governed.forget()

    answered(governed.networking(enable(), put()))

    assert looks(governed) == ["advancedNetworking", "20001", "20001", "advancedNetworking"]


def test_an_environment_is_looked_at_again_after_a_moment_and_once_something_was_sent(governed: Bench, clock: GovernedClock) -> None:
    access = Access(governed.api, HERE, ChangeLock("", "", governed.locks), clock, print, 0.0)

    def look() -> int:
        access.wait_until_idle("it", 1.0)
        return len(looks(governed))

    assert [look(), look()] == [1, 1]
    clock.time += 2 * JUST_NOW
    assert [look(), look()] == [2, 2]
    access.seen.forget()
    assert look() == 3
