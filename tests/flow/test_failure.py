"""When a part fails, the rest is recorded, and the message says how far it came."""

import pytest

from tests.flow.conftest import SCALE, Simulator
from tests.flow.programs import mail_egress
from tests.flow.seeds import enabled, with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow


def test_a_failed_child_says_what_is_live_and_that_mail_does_not_flow(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=enabled((30465, "old.example.com", 465))))
    stack.program(mail_egress("flexiblePortEgress"))

    result = stack.up(code=1)

    assert "Mail does not flow from environment 20001 yet" in result.output
    assert "not live: mail-port-forward" in result.output
    assert "Traceback" not in result.output
    assert simulator.variable_names() == ["EMAIL_PASSWORD", "EMAIL_USERNAME"]

    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=enabled()))
    simulator.forget_journal()
    stack.up()

    assert simulator.mutations() == ["PUT advancedNetworking"]
    assert simulator.send(stack.folder / "osgiconfig")["delivered"]


def test_a_wait_that_times_out_is_recorded_and_the_next_up_goes_on_waiting_without_a_second_change(
    stack: Stack, simulator: Simulator
) -> None:
    simulator.edit(with_infrastructure)
    stack.program(mail_egress("flexiblePortEgress"))
    stack.set_config("aem-mail:timeouts", '{"environment": 2, "infrastructure": 60}')
    simulator.pace(0)

    result = stack.up(code=1)

    assert "did not finish within 2 s" in result.output
    assert "Traceback" not in result.output
    origins = {resource["outputs"]["origin"] for resource in stack.resources() if "EnvVar" in resource["type"]}
    assert origins == {"created"}

    stack.set_config("aem-mail:timeouts", '{"environment": 60, "infrastructure": 60}')
    simulator.pace(SCALE)
    stack.up()

    assert sorted(simulator.mutations()) == ["PATCH variables", "PUT advancedNetworking"]
    assert simulator.send(stack.folder / "osgiconfig")["delivered"]
    assert stack.resource("mail-networking")["outputs"]["origin"] == "created"
