"""A simulator for the commands that talk to one."""

from collections.abc import Iterator

import pytest

from aem_mail.simulator.server import Running, running_simulator
from tests import loopback


@pytest.fixture(scope="module")
def shared_simulator() -> Iterator[Running]:
    with running_simulator() as running:
        yield running


@pytest.fixture
def fresh_simulator(shared_simulator: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """Return the simulator as it was at its start; the environment variables lead to it."""
    for method, what in (("POST", "reset"), ("DELETE", "faults"), ("DELETE", "journal")):
        loopback.request(method, f"{shared_simulator.url}/_sim/{what}").raise_for_status()
    monkeypatch.setenv("CLOUDMANAGER_BASE_URL", shared_simulator.url)
    monkeypatch.setenv("CLOUDMANAGER_ORG_ID", shared_simulator.org_id)
    monkeypatch.setenv("CLOUDMANAGER_CLIENT_ID", shared_simulator.client_id)
    monkeypatch.setenv("CLOUDMANAGER_CLIENT_SECRET", shared_simulator.client_secret)
    for name in ("IMS_URL", "ACCESS_TOKEN"):
        monkeypatch.delenv(f"CLOUDMANAGER_{name}", raising=False)
    return shared_simulator
