"""The client connected to a simulator of its own, whose time moves only when a test says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.model import Connection, EnvironmentId
from aem_mail.simulator.server import Running, running_simulator
from tests import loopback

from .clocks import SteppedClock

PROGRAM = "10001"
DEV = EnvironmentId("10001", "20001")


@contextmanager
def simulated(**options: Any) -> Iterator[tuple[CloudManager, Running]]:
    """A client and its simulator; options as for `running_simulator`."""
    with running_simulator(time_scale=0, **options) as simulator:
        connection = Connection(simulator.url, simulator.url, simulator.org_id, simulator.client_id, simulator.client_secret)
        with CloudManager(connection, clock=SteppedClock()) as api:
            yield api, simulator


def pass_time(simulator: Running, seconds: float) -> None:
    """Move the simulator's clock."""
    loopback.post(f"{simulator.url}/_sim/clock", json={"advance": seconds}).raise_for_status()
