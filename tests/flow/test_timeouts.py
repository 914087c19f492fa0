"""Pulumi's own option `custom_timeouts` bounds how long these resources wait, also for a component's children."""

import pytest

from tests.flow.conftest import SCALE, Simulator
from tests.flow.programs import mail_egress
from tests.flow.seeds import enabled, with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

BRIEF = 'brief = pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="2s", update="3s", delete="4s"))\n'
PROGRAMS = {
    "component": BRIEF + mail_egress("flexiblePortEgress", more='timeouts={"environment": 600}').replace("\n))", "\n), brief)"),
    "transformation": """
def brief(args):
    args.opts.custom_timeouts = pulumi.CustomTimeouts(create="2s", delete="4s")
    return pulumi.ResourceTransformationResult(args.props, args.opts)
pulumi.runtime.register_stack_transformation(brief)
PortForward("smtp", PortForwardArgs(P, E, "smtp.example.com", 465, timeout=600))
EnvVars("all", EnvVarsArgs(P, E, {"MAIL_FROM": "noreply@wknd.site"}))
""",
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_custom_timeouts_end_the_wait_and_the_next_up_goes_on(program: str, stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=enabled()))
    stack.program(PROGRAMS[program])
    simulator.pace(0)

    result = stack.up(code=1)

    assert "did not finish within 2 s" in result.output
    assert "Traceback" not in result.output
    simulator.pace(SCALE)
    stack.up()
    simulator.pace(0)
    assert "did not finish within 4 s" in stack.destroy(code=1).output
