"""Replacing an infrastructure deletes first, and only where nobody uses it; everything else is created first."""

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import networking, rule
from tests.flow.seeds import enabled, with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

INFRASTRUCTURE = 'NetworkInfrastructure("infra", NetworkInfrastructureArgs(P, "{0}", "va7", allow_replace=True))'


def test_an_unused_infrastructure_of_ours_is_replaced_delete_first(stack: Stack, simulator: Simulator) -> None:
    stack.program(INFRASTRUCTURE.format("flexiblePortEgress")).up()
    simulator.forget_journal()

    stack.program(INFRASTRUCTURE.format("dedicatedEgressIp")).up()

    assert simulator.mutations() == ["DELETE networkInfrastructure", "POST networkInfrastructures"]
    assert [one["kind"] for one in simulator.state()["programs"]["10001"]["infrastructures"]] == ["dedicatedEgressIp"]


def test_an_infrastructure_that_another_environment_uses_is_not_replaced_and_the_steps_are_told(stack: Stack, simulator: Simulator) -> None:
    stack.program(INFRASTRUCTURE.format("flexiblePortEgress")).up()
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=enabled()), "20002")
    simulator.forget_journal()

    result = stack.program(INFRASTRUCTURE.format("dedicatedEgressIp")).up(code=1)

    assert "20002" in result.output
    assert "1. disable" in result.output
    assert "Traceback" not in result.output
    assert simulator.mutations() == []
    assert [one["kind"] for one in simulator.state()["programs"]["10001"]["infrastructures"]] == ["flexiblePortEgress"]


def test_an_adopted_infrastructure_is_not_replaced(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    stack.program(INFRASTRUCTURE.format("flexiblePortEgress")).up()

    result = stack.program(INFRASTRUCTURE.format("dedicatedEgressIp")).up(code=1)

    assert "found it there" in result.output
    assert simulator.mutations() == []


def test_a_rule_that_moves_to_another_port_is_created_before_the_old_one_goes(stack: Stack, simulator: Simulator) -> None:
    stack.program(networking(rule("smtp", 30465))).up()
    simulator.forget_journal()

    stack.program(networking(rule("smtp", 30466))).up()

    assert simulator.rules() == {30466: "smtp.example.com:465"}
    assert simulator.mutations() == ["PUT advancedNetworking", "PUT advancedNetworking"]


def test_two_rules_that_swap_their_ports_are_one_change(stack: Stack, simulator: Simulator) -> None:
    stack.program(networking(rule("one", 30465, "a.example.com"), rule("two", 30466, "b.example.com"))).up()
    simulator.forget_journal()

    stack.program(networking(rule("one", 30466, "a.example.com"), rule("two", 30465, "b.example.com"))).up()

    assert simulator.rules() == {30465: "b.example.com:465", 30466: "a.example.com:465"}
    assert simulator.mutations() == ["PUT advancedNetworking"]
    stack.up("--expect-no-changes")


def test_two_variables_that_swap_their_names_are_one_change(stack: Stack, simulator: Simulator) -> None:
    program = 'EnvVar("one", EnvVarArgs(P, E, "{}", "first"))\nEnvVar("two", EnvVarArgs(P, E, "{}", "second"))'
    stack.program(program.format("MAIL_A", "MAIL_B")).up()
    simulator.forget_journal()

    stack.program(program.format("MAIL_B", "MAIL_A")).up()

    assert {one["name"]: one["value"] for one in simulator.environment()["variables"]} == {"MAIL_A": "second", "MAIL_B": "first"}
    assert simulator.mutations() == ["PATCH variables"]


NUMBERED_VARIABLES = (
    "for i, name in enumerate({}):\n"
    '    EnvVar(name, EnvVarArgs(P, E, f"NAME_{{i}}", name))\n'
    '    SecretEnvVar("secret-" + name, SecretEnvVarArgs(P, E, f"SECRET_{{i}}", "password123"))'
)


def test_variables_that_follow_an_index_shift_with_one_up(stack: Stack, simulator: Simulator) -> None:
    stack.program(NUMBERED_VARIABLES.format(["a", "b", "c"])).up()

    stack.program(NUMBERED_VARIABLES.format(["b", "c"])).up()

    values = {one["name"]: one["value"] for one in simulator.environment()["variables"] if one["type"] == "string"}
    assert values == {"NAME_0": "b", "NAME_1": "c"}
    assert simulator.variable_names() == ["NAME_0", "NAME_1", "SECRET_0", "SECRET_1"]
    stack.up("--expect-no-changes")


def test_variables_that_exchange_their_names_one_at_a_time_are_refused_and_stay(stack: Stack, simulator: Simulator) -> None:
    program = 'EnvVar("one", EnvVarArgs(P, E, "{}", "first"))\nEnvVar("two", EnvVarArgs(P, E, "{}", "second"))'
    stack.program(program.format("MAIL_A", "MAIL_B")).up()
    before = simulator.environment()
    simulator.forget_journal()

    result = stack.program(program.format("MAIL_B", "MAIL_A")).up("--parallel", "1", code=1)

    assert "with PULUMI_PARALLEL=1 (`--parallel 1`) they cannot: set PULUMI_PARALLEL=256" in result.output
    assert simulator.mutations() == []
    assert simulator.environment() == before
