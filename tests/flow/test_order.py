"""What one stack created goes with one destroy, in the order that the classes declare themselves."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import rule
from tests.flow.seeds import with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

INFRASTRUCTURE = 'infra = NetworkInfrastructure("infra", NetworkInfrastructureArgs(P, "flexiblePortEgress", "va7"{options})\n'
HERE = INFRASTRUCTURE.format(options=")")
TWO_ENVIRONMENTS = """
AdvancedNetworking("net-1", AdvancedNetworkingArgs(P, "20001"), pulumi.ResourceOptions(depends_on=[infra]))
AdvancedNetworking("net-2", AdvancedNetworkingArgs(P, "20002"))
PortForward("rule-2", PortForwardArgs(P, "20002", "smtp.example.com", 465))
PortForwards("rules-1", PortForwardsArgs(P, "20001", {"30465": "smtp.example.com:465"}))
"""
MAIL = """
for name, E, egress in [("dev", "20001", Egress("existing")), ("stage", "20002", Egress("managed", "flexiblePortEgress", "va7")),
                        ("prod", "20003", Egress("existing"))]:
    MailEgress(name, MailEgressArgs(P, E, Smtp("smtp.example.com", 465), "noreply@wknd.site", username="apikey", password="password123",
                                    egress=egress))
"""


def left_by(simulator: Simulator) -> list[object]:
    """Return what is there of networking and variables, in all programs."""
    programs = simulator.state()["programs"].values()
    environments = [environment for program in programs for environment in program["environments"].values()]
    infrastructures = [one for program in programs for one in program["infrastructures"]]
    return [*infrastructures, *(one for each in environments for one in (each["advancedNetworking"], *each["variables"]) if one)]


def recorded_before(stack: Stack) -> None:
    """Make the state one of a version that recorded no order but the author's."""
    state = json.loads(stack.run("stack", "export").stdout)
    for resource in state["deployment"]["resources"]:
        if not resource["urn"].endswith("::net-1"):
            resource.pop("dependencies", None)
    file = Path(stack.folder / "state.json")
    file.write_text(json.dumps(state))
    stack.run("stack", "import", "--file", str(file))


def test_one_destroy_leaves_nothing_of_two_environments_of_one_program(stack: Stack, simulator: Simulator) -> None:
    stack.program(HERE + TWO_ENVIRONMENTS).up()
    assert Counter(simulator.mutations()) == {"POST networkInfrastructures": 1, "PUT advancedNetworking": 2}
    simulator.forget_journal()

    stack.destroy()

    assert Counter(simulator.mutations()) == {"DELETE advancedNetworking": 2, "DELETE networkInfrastructure": 1}
    assert left_by(simulator) == []


def test_one_destroy_leaves_nothing_of_three_components_and_a_rule_beside_them(stack: Stack, simulator: Simulator) -> None:
    stack.program(MAIL + rule("ldap", 30636, options="")).up()
    assert Counter(simulator.mutations()) == {"POST networkInfrastructures": 1, "PUT advancedNetworking": 3, "PATCH variables": 3}
    simulator.forget_journal()

    stack.destroy()

    assert Counter(simulator.mutations()) == {"DELETE advancedNetworking": 3, "DELETE networkInfrastructure": 1, "PATCH variables": 3}
    assert left_by(simulator) == []


def test_an_infrastructure_that_is_there_already_costs_no_further_change_and_a_plan_of_the_program_holds(
    stack: Stack, simulator: Simulator
) -> None:
    simulator.edit(with_infrastructure)
    mail = 'AdvancedNetworking("net", AdvancedNetworkingArgs(P, E))\n' + rule("smtp", 30465, options="")
    stack.program(HERE + mail + '\nEnvVar("text", EnvVarArgs(P, E, "TEXT", "a"))\n')

    stack.preview("--save-plan", "plan.json")
    stack.up("--plan", "plan.json")

    assert sorted(simulator.mutations()) == ["PATCH variables", "PUT advancedNetworking"]


def test_an_infrastructure_in_a_component_goes_after_what_stands_beside_it(stack: Stack, simulator: Simulator) -> None:
    component = 'group = pulumi.ComponentResource("users:Group", "group")\n'
    infrastructure = INFRASTRUCTURE.format(options="), pulumi.ResourceOptions(parent=group)")
    stack.program(component + infrastructure + TWO_ENVIRONMENTS).up()

    stack.destroy()

    assert left_by(simulator) == []


def test_a_further_region_comes_after_the_primary_one_and_goes_before_it(stack: Stack, simulator: Simulator) -> None:
    further = 'NetworkInfrastructure("further", NetworkInfrastructureArgs(P, "flexiblePortEgress", "nld2", is_primary_region=False))\n'
    stack.program(further + HERE + TWO_ENVIRONMENTS).up()
    regions = [one["region"] for one in simulator.state()["programs"]["10001"]["infrastructures"]]

    stack.destroy()

    assert regions == ["va7", "nld2"]
    assert left_by(simulator) == []


def test_a_state_that_was_recorded_without_the_order_is_kept_until_two_destroys_have_taken_it_all(
    stack: Stack, simulator: Simulator
) -> None:
    stack.program(HERE + TWO_ENVIRONMENTS).up()
    recorded_before(stack)

    report = json.loads(stack.aem_mail("plan", "--destroy", "--output", "json").stdout)
    result = stack.destroy(code=1)

    assert any("pulumi destroy --continue-on-error" in problem["message"] for problem in report["problems"])
    assert "run `pulumi destroy --continue-on-error`, then `pulumi destroy`" in " ".join(result.output.split())
    assert stack.resource("infra")["outputs"]["origin"] == "created"

    stack.destroy("--continue-on-error", code=None)
    stack.destroy()

    assert left_by(simulator) == []
    assert stack.resources() == []


def test_the_first_up_after_such_a_state_changes_nothing_and_records_the_order(stack: Stack, simulator: Simulator) -> None:
    stack.program(HERE + TWO_ENVIRONMENTS).up()
    recorded_before(stack)
    simulator.forget_journal()

    stack.up("--expect-no-changes")
    assert simulator.mutations() == []
    stack.destroy()

    assert left_by(simulator) == []


@pytest.mark.parametrize(
    "circle",
    [
        "net = {net})\ninfra = {infra}, pulumi.ResourceOptions(depends_on=[net]))",
        "net = {net})\ninfra = {infra}, pulumi.ResourceOptions(parent=net))",
        'group = pulumi.ComponentResource("users:Group", "group")\nnet = {net}, pulumi.ResourceOptions(parent=group))\n'
        "infra = {infra}, pulumi.ResourceOptions(depends_on=[group]))",
        'net = {net})\ntext = EnvVar("text", EnvVarArgs(P, E, "TEXT", net.id.apply(str)))\n'
        'text = EnvVar("more", EnvVarArgs(P, E, "MORE", text.name.apply(str)))\n'
        "infra = {infra}, pulumi.ResourceOptions(depends_on=[text]))",
    ],
)
def test_an_infrastructure_that_its_author_has_wait_for_an_enablement_comes_as_it_did(
    circle: str, stack: Stack, simulator: Simulator
) -> None:
    simulator.edit(with_infrastructure)
    net = 'AdvancedNetworking("net", AdvancedNetworkingArgs(P, E)'
    infra = 'NetworkInfrastructure("infra", NetworkInfrastructureArgs(P, "flexiblePortEgress", "va7")'

    stack.program(circle.format(net=net, infra=infra)).up()

    assert simulator.environment()["advancedNetworking"] is not None


def test_what_a_targeted_rule_enabled_goes_with_the_enablement_that_comes_later(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    net = 'AdvancedNetworking("net", AdvancedNetworkingArgs(P, E))\n'
    stack.program(net + rule("smtp", 30465, options=""))
    stack.up("--target", "urn:pulumi:test::flow-test::pulumi-python:dynamic/aem:PortForward::smtp")
    assert simulator.rules() == {30465: "smtp.example.com:465"}

    stack.up()
    assert stack.resource("net")["outputs"]["origin"] == "created"
    stack.destroy()

    assert simulator.environment()["advancedNetworking"] is None
