"""What is asked of Cloud Manager for a plan."""

from collections.abc import Iterator

import pytest

from aem_mail.cli.live import findings_of
from aem_mail.model import EnvironmentId
from aem_mail.plan.plan import Asked
from aem_mail.simulator.server import Running, running_simulator
from tests.plan.build import INFRASTRUCTURE, PLACE, E, P, changes, delete, recorded, same
from tests.rollout.harness import connection_to, document, seed


@pytest.fixture(scope="module")
def shared_simulator() -> Iterator[Running]:
    with running_simulator() as running:
        yield running


@pytest.fixture
def simulator(fresh_simulator: Running) -> Running:
    return fresh_simulator


@pytest.mark.parametrize("is_enabled", [True, False])
def test_whether_a_recorded_environment_still_needs_an_infrastructure_that_goes_is_asked(simulator: Running, is_enabled: bool) -> None:
    networking = document() if is_enabled else None
    simulator.world.replace({**simulator.state(), **seed(advancedNetworking=networking)})
    steps = same("AdvancedNetworking", "net", **PLACE), delete("NetworkInfrastructure", "infra", **INFRASTRUCTURE)

    findings = findings_of(connection_to(simulator), changes(*steps), recorded(*steps))

    there = findings.world.environment(EnvironmentId(P, E))
    assert findings.asked is Asked.YES
    assert there.networking.enabled is is_enabled
    assert (there.environment.type == "dev") is is_enabled
    assert findings.world.program(P).users == ()
