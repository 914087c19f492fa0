"""Benches: a rollout and a simulator of its own for each test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from aem_mail.cloud_manager.waiting import Clock
from aem_mail.simulator.server import running_simulator

from .harness import SCALE, Bench, ScaledClock, seed


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
