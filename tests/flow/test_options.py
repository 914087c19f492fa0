"""Pulumi's own options do with these resources what they do with any other."""

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import networking, rule
from tests.flow.seeds import with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

OTHER_HOST = "smtp.sendgrid.com"


def test_ignored_changes_are_not_sent(stack: Stack, simulator: Simulator) -> None:
    ignoring = ", pulumi.ResourceOptions(depends_on=[infra], ignore_changes=['name'])"
    simulator.edit(with_infrastructure)
    stack.program(networking(rule("smtp", 30465, options=ignoring))).up()
    simulator.forget_journal()

    stack.program(networking(rule("smtp", 30465, OTHER_HOST, options=ignoring))).up()

    assert simulator.mutations() == []
    assert simulator.rules() == {30465: "smtp.example.com:465"}


def test_a_protected_rule_is_not_removed(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    stack.program(networking(rule("smtp", 30465, options=", pulumi.ResourceOptions(depends_on=[infra], protect=True)"))).up()
    simulator.forget_journal()

    result = stack.destroy(code=1)

    assert "protected" in result.output
    assert simulator.mutations() == []


def test_a_target_changes_that_resource_alone(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    stack.program(networking(rule("one", 30465), rule("two", 30466))).up()
    simulator.forget_journal()
    stack.program(networking(rule("one", 30465, OTHER_HOST), rule("two", 30466, OTHER_HOST)))

    stack.up("--target", "urn:pulumi:test::flow-test::pulumi-python:dynamic/aem:PortForward::two")

    assert simulator.rules() == {30465: "smtp.example.com:465", 30466: f"{OTHER_HOST}:465"}
    assert simulator.mutations() == ["PUT advancedNetworking"]


def test_a_chain_of_dependencies_takes_more_changes_and_ends_right(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    first = 'first = PortForward("one", PortForwardArgs(P, E, "smtp.example.com", 465, 30465), later(infra))'
    second = 'PortForward("two", PortForwardArgs(P, E, "smtp.example.com", 587, 30587), later(first))'
    stack.program(networking(first, second)).up()

    assert simulator.rules() == {30465: "smtp.example.com:465", 30587: "smtp.example.com:587"}
    stack.destroy()
    assert simulator.environment()["advancedNetworking"] is None


def test_several_environments_of_one_program_are_changed_side_by_side(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    lines = [
        f'AdvancedNetworking("net-{e}", AdvancedNetworkingArgs(P, "{e}"))\n'
        f'PortForward("smtp-{e}", PortForwardArgs(P, "{e}", "smtp.example.com", 465))\n'
        f'SecretEnvVar("pw-{e}", SecretEnvVarArgs(P, "{e}", "EMAIL_PASSWORD", "password123"))'
        for e in ("20001", "20002", "20003")
    ]
    stack.program("\n".join(lines)).up()

    assert [simulator.rules(e) for e in ("20001", "20002", "20003")] == [{30465: "smtp.example.com:465"}] * 3
    assert sorted(simulator.mutations()) == ["PATCH variables"] * 3 + ["PUT advancedNetworking"] * 3
    simulator.forget_journal()

    stack.preview("--refresh", "--expect-no-changes")

    assert len(simulator.gets()) <= 3 * 3 + 1
