"""One world per test, asked directly or over HTTP."""

from collections.abc import Iterator

import httpx
import pytest

from aem_mail.simulator.server import Running, running_simulator
from tests import loopback
from tests.simulator.direct import Direct


@pytest.fixture
def direct() -> Direct:
    return Direct()


@pytest.fixture(scope="module")
def _running() -> Iterator[Running]:
    with running_simulator(time_scale=0) as running:
        yield running


@pytest.fixture
def running(_running: Running) -> Running:
    """A simulator whose clock stands still, as if it had just been started."""
    loopback.post(f"{_running.url}/_sim/reset").raise_for_status()
    return _running


@pytest.fixture
def http(running: Running) -> Iterator[httpx.Client]:
    with loopback.client(base_url=running.url, headers=running.headers()) as client:
        yield client
