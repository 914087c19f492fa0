"""A VPN from its creation to an updated connection and its end; the shared key goes out with each change and never comes back."""

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import VPN
from tests.flow.stack import Stack
from tests.vpn import SHARED_KEY

pytestmark = pytest.mark.flow

PROGRAM = f'NetworkInfrastructure("vpn", NetworkInfrastructureArgs(P, "vpn", "va7", {VPN}))'
ANOTHER_KEY = "another-key-of-the-office"


def test_a_vpn_is_created_updated_and_destroyed_with_its_key_kept_secret(stack: Stack, simulator: Simulator) -> None:
    stack.watch.add(SHARED_KEY, ANOTHER_KEY)
    stack.program(PROGRAM).up()
    assert "error" not in stack.preview("--refresh", "--expect-no-changes").output

    stack.program(PROGRAM.replace(SHARED_KEY, ANOTHER_KEY)).up()
    stack.program(PROGRAM.replace(SHARED_KEY, ANOTHER_KEY).replace('"saLifetime": 3600', '"saLifetime": 7200')).up()
    stack.up("--expect-no-changes")

    (live,) = simulator.state()["programs"]["10001"]["infrastructures"]
    assert live["connections"][0]["ipsecPolicy"]["saLifetime"] == 7200
    stack.destroy()
    assert simulator.mutations() == [
        "POST networkInfrastructures",
        "PUT networkInfrastructure",
        "PUT networkInfrastructure",
        "DELETE networkInfrastructure",
    ]


def test_a_connection_changed_outside_pulumi_is_drift_and_is_repaired(stack: Stack, simulator: Simulator) -> None:
    stack.watch.add(SHARED_KEY)
    stack.program(PROGRAM).up()

    def change(state: dict[str, object]) -> None:
        infrastructure = state["programs"]["10001"]["infrastructures"][0]  # type: ignore[index]
        infrastructure["connections"][0]["gateway"]["address"] = "203.0.113.99"

    simulator.edit(change)
    simulator.forget_journal()

    assert stack.preview("--refresh", "--expect-no-changes", code=None).code != 0
    stack.up("--refresh")

    assert simulator.mutations() == ["PUT networkInfrastructure"]
    assert simulator.state()["programs"]["10001"]["infrastructures"][0]["connections"][0]["gateway"]["address"] == "203.0.113.10"


def test_a_changed_address_space_is_refused_at_preview_with_the_steps(stack: Stack, simulator: Simulator) -> None:
    stack.watch.add(SHARED_KEY)
    stack.program(PROGRAM).up()

    result = stack.program(PROGRAM.replace("10.0.0.0/26", "10.0.0.0/25")).preview(code=1)

    assert "allow_replace" in result.output
    assert "Traceback" not in result.output
