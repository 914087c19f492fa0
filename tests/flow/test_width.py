"""Four operations at a time, or one: more changes than necessary, and the same end."""

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import mail_egress, networking, rule
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

WIDTHS = {"the pool is not widened": {"AEM_MAIL_POOL_WIDTH": "4"}, "the engine goes one by one": {"PULUMI_PARALLEL": "1"}}


@pytest.mark.parametrize("width", WIDTHS)
def test_many_rules_come_and_go_with_their_enablement_in_a_narrow_run(width: str, stack: Stack, simulator: Simulator) -> None:
    stack.env.update(WIDTHS[width])
    stack.program(networking(*[rule(f"rule-{number}", 30100 + number) for number in range(6)])).up()
    assert len(simulator.rules()) == 6

    stack.destroy()

    assert simulator.environment()["advancedNetworking"] is None
    assert simulator.state()["programs"]["10001"]["infrastructures"] == []


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
