"""Providers that talk to a simulator of their own."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from aem_mail.resources.base.plugin import Run
from aem_mail.simulator.server import running_simulator
from tests.rollout.harness import FOREIGN_RULE, FOREIGN_SECRET, FOREIGN_VARIABLE, SCALE, Bench, seed

from .engine import Engine
from .registered import LOOP
from .runs import Heard, begin_again, begin_on, fresh_run


@pytest.fixture(autouse=True)
def run() -> Iterator[Run]:
    """Return the run that this process serves for the test."""
    with fresh_run() as run:
        yield run


@pytest.fixture(autouse=True)
def loop() -> None:
    """Give outputs the loop that they need; `asyncio.run` in a test before leaves none."""
    asyncio.set_event_loop(LOOP)


@pytest.fixture
def said() -> list[str]:
    """Return what the user is told, in order."""
    heard = Heard()
    begin_again(log=heard)
    return heard.messages


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Return what starts a simulator from a seed and has all providers talk to it."""
    with ExitStack() as stack:

        def start(**fields: Any) -> Bench:
            bench = Bench(stack.enter_context(running_simulator(time_scale=SCALE, seed=seed(**fields))), tmp_path / "locks")
            stack.callback(bench.api.close)
            begin_on(bench)
            return bench

        yield start


@pytest.fixture
def bench(connect: Callable[..., Bench]) -> Bench:
    """Return a bench whose program has a flexible port egress, and whose first environment holds foreign variables."""
    return connect(variables=[FOREIGN_VARIABLE, FOREIGN_SECRET])


@pytest.fixture
def shared(connect: Callable[..., Bench]) -> Bench:
    """Return a bench whose first environment has foreign variables and advanced networking with a foreign rule and host."""
    networking = {"nonProxyHosts": ["*.Foreign.example"], "portForwards": [FOREIGN_RULE]}
    return connect(kind="dedicatedEgressIp", variables=[FOREIGN_VARIABLE, FOREIGN_SECRET], advancedNetworking=networking)


@pytest.fixture
def engine() -> Engine:
    return Engine()
