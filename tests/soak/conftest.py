"""Engine runs against a simulator of the test's own."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from aem_mail.simulator.server import Running, running_simulator
from tests.soak.history import Program, Recorded
from tests.soak.launcher import Order
from tests.soak.process import Conditions, EngineProcess
from tests.soak.stand_in import StandIn

Runs = Callable[..., EngineProcess]


@pytest.fixture
def simulator() -> Iterator[Running]:
    with running_simulator(time_scale=StandIn.time_scale) as running:
        yield running


@pytest.fixture
def runs(simulator: Running, tmp_path: Path) -> Runs:
    """Return what runs one command of the engine's stand-in to its end."""
    (tmp_path / "Pulumi.yaml").write_text("name: soak\nruntime: python\n")
    environ = {
        "XDG_CACHE_HOME": str(tmp_path),
        "CLOUDMANAGER_BASE_URL": simulator.url,
        "CLOUDMANAGER_ORG_ID": simulator.org_id,
        "CLOUDMANAGER_CLIENT_ID": simulator.client_id,
        "CLOUDMANAGER_CLIENT_SECRET": simulator.client_secret,
    }
    conditions = Conditions(tmp_path, environ, {"aem-mail:gathering": '{"idle": 0.2, "held": 0.2}'})

    def run(command: str, program: Program | None = None, state: Sequence[Recorded] = ()) -> EngineProcess:
        process = EngineProcess(conditions, Order(command, program or {}, state))
        process.start()
        process.wait()
        return process

    return run
