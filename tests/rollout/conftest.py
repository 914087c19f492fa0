"""Benches: a rollout and a simulator of its own for each test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from aem_mail.cloud_manager.waiting import Clock
from aem_mail.simulator.server import running_simulator

from .harness import FOREIGN_RULE, FOREIGN_SECRET, FOREIGN_VARIABLE, SCALE, Bench, ScaledClock, document, foreign_values, seed


@pytest.fixture
def bench_of(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Return what starts a simulator from a seed (the arguments are those of `seed`) and a rollout on that clock."""
    with ExitStack() as stack:

        def start(*, clock: Clock | None = None, **fields: Any) -> Bench:
            simulator = stack.enter_context(running_simulator(time_scale=SCALE, seed=seed(**fields)))
            bench = Bench(simulator, tmp_path / "locks", clock or ScaledClock())
            stack.callback(bench.api.close)
            return bench

        yield start


@pytest.fixture
def bench(bench_of: Callable[..., Bench]) -> Bench:
    """Return a bench on whose first environment nothing is enabled and nothing set."""
    return bench_of()


@pytest.fixture
def with_rule(bench_of: Callable[..., Bench]) -> Bench:
    """Return a bench whose first environment has a foreign rule."""
    return bench_of(advancedNetworking=document(FOREIGN_RULE))


@pytest.fixture
def with_variables(bench_of: Callable[..., Bench]) -> Iterator[Bench]:
    """Return a bench whose first environment has a foreign variable and a foreign secret, which no test may touch."""
    bench = bench_of(variables=[FOREIGN_VARIABLE, FOREIGN_SECRET])
    before = foreign_values(bench)
    yield bench
    if "20001" in bench.simulator.state()["programs"]["10001"]["environments"]:
        assert foreign_values(bench) == before


@pytest.fixture
def program(bench_of: Callable[..., Bench]) -> Bench:
    """Return a bench whose program has no network infrastructure."""
    return bench_of(kind=None)
