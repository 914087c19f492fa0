"""Four operations at a time, or one: more changes than necessary, and the same end."""

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import mail_egress, networking, rule
from tests.flow.seeds import with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

WIDTHS = {"the pool is not widened": {"AEM_MAIL_POOL_WIDTH": "4"}, "the engine goes one by one": {"PULUMI_PARALLEL": "1"}}
ENABLEMENT = 'AdvancedNetworking("net", AdvancedNetworkingArgs(P, E))'
INFRASTRUCTURE = 'NetworkInfrastructure("infra", NetworkInfrastructureArgs(P, "flexiblePortEgress", "va7"))'


@pytest.mark.parametrize("width", WIDTHS)
def test_many_rules_come_and_go_with_their_enablement_in_a_narrow_run(width: str, stack: Stack, simulator: Simulator) -> None:
    stack.env.update(WIDTHS[width])
    stack.program(networking(*[rule(f"rule-{number}", 30100 + number) for number in range(6)])).up()
    assert len(simulator.rules()) == 6

    stack.destroy()

    assert simulator.environment()["advancedNetworking"] is None
    assert simulator.state()["programs"]["10001"]["infrastructures"] == []


def test_rules_enable_ahead_of_what_declares_it_where_the_engine_goes_one_by_one_on_a_fresh_program_too(
    stack: Stack, simulator: Simulator
) -> None:
    rules = [rule(f"rule-{number}", 30100 + number, options="") for number in range(3)]
    stack.program("\n".join([*rules, ENABLEMENT, INFRASTRUCTURE])).up("--parallel", "1")

    assert simulator.mutations() == ["POST networkInfrastructures", *["PUT advancedNetworking"] * 3]
    assert stack.resource("net")["outputs"]["origin"] == "created"

    stack.destroy("--parallel", "1")

    assert simulator.environment()["advancedNetworking"] is None
    assert simulator.state()["programs"]["10001"]["infrastructures"] == []


def test_rules_that_fill_the_engine_do_not_wait_for_an_enablement_that_comes_after_them(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    rules = [rule(f"rule-{number}", 30100 + number, options="") for number in range(50)]

    stack.program("\n".join([*rules, ENABLEMENT])).up("--parallel", "8")

    assert len(simulator.rules()) == 50
    assert stack.resource("net")["outputs"]["origin"] == "created"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_mail_arrives_after_a_narrow_run(width: str, stack: Stack, simulator: Simulator) -> None:
    stack.env.update(WIDTHS[width])
    stack.program(mail_egress("flexiblePortEgress")).up()

    assert simulator.send(stack.folder / "osgiconfig")["delivered"]


def test_progress_is_shown_while_waiting_and_nothing_of_it_stays(stack: Stack, simulator: Simulator) -> None:
    result = stack.program(mail_egress("flexiblePortEgress")).up()

    running, _, diagnostics = result.output.partition("Diagnostics:")
    assert "usually 10 minutes" in running
    assert "usually" not in diagnostics
