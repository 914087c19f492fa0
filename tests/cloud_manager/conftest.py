"""A scripted server, a stepped clock and a client that uses both."""

from collections.abc import Iterator

import pytest

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.model import Connection

from .clocks import SteppedClock
from .scripted_server import ScriptedServer, running_scripted_server

SECRET = "p8e-correct-horse-battery"


def connection_to(url: str) -> Connection:
    return Connection(url, url, "1234@AdobeOrg", "client-id-1", SECRET, None, "environment variables")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with running_scripted_server() as running:
        yield running


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def api(server: ScriptedServer, clock: SteppedClock) -> Iterator[CloudManager]:
    with CloudManager(connection_to(server.url), clock=clock) as client:
        yield client
