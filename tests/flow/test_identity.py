"""Renaming resources, and moving them into the component, changes nothing that is live."""

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import mail_egress, networking, rule
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

ALL = """
infra = NetworkInfrastructure("{0}infra", NetworkInfrastructureArgs(P, "flexiblePortEgress", "va7"){1})
net = AdvancedNetworking("{0}net", AdvancedNetworkingArgs(P, E), pulumi.ResourceOptions(depends_on=[infra]{2}))
PortForward("{0}smtp", PortForwardArgs(P, E, "smtp.example.com", 465), pulumi.ResourceOptions(depends_on=[infra]{3}))
EnvVar("{0}plain", EnvVarArgs(P, E, "MAIL_FOOTER", "bye"){4})
SecretEnvVar("{0}user", SecretEnvVarArgs(P, E, "EMAIL_USERNAME", "apikey"){5})
SecretEnvVar("{0}pass", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"){6})
OsgiConfig("{0}osgi", OsgiConfigArgs("osgiconfig", "com.example.Unrelated", {{"a": 1}}){7})
"""
NAMES = ("infra", "net", "smtp", "plain", "user", "pass", "osgi")


def aliased(prefix: str) -> str:
    """Return the program under new names, each of which knows its old one."""
    alone = [f', pulumi.ResourceOptions(aliases=[pulumi.Alias(name="{name}")])' for name in NAMES]
    inside = [f', aliases=[pulumi.Alias(name="{name}")]' for name in NAMES]
    return ALL.format(prefix, alone[0], inside[1], inside[2], *alone[3:])


def test_renaming_every_resource_writes_the_secrets_once_more_and_nothing_else(stack: Stack, simulator: Simulator) -> None:
    stack.program(ALL.format("", *[""] * 7)).up()
    before = simulator.environment()
    simulator.forget_journal()

    stack.program(ALL.format("new-", *[""] * 7)).up()

    assert simulator.mutations() == ["PATCH variables"]
    assert simulator.environment() == before
    assert {resource["urn"].split("::")[-1] for resource in stack.resources()} == {f"new-{name}" for name in NAMES}


def test_renaming_with_aliases_writes_nothing(stack: Stack, simulator: Simulator) -> None:
    stack.program(ALL.format("", *[""] * 7)).up()
    simulator.forget_journal()

    stack.program(aliased("new-")).up()

    assert simulator.mutations() == []


def test_moving_all_of_them_into_the_component_writes_the_secrets_once_more_and_nothing_else(stack: Stack, simulator: Simulator) -> None:
    single = """
infra = NetworkInfrastructure("infra", NetworkInfrastructureArgs(P, "flexiblePortEgress", "va7"))
AdvancedNetworking("net", AdvancedNetworkingArgs(P, E), later(infra))
PortForward("smtp", PortForwardArgs(P, E, "smtp.example.com", 465), later(infra))
SecretEnvVar("user", SecretEnvVarArgs(P, E, "EMAIL_USERNAME", "apikey"))
SecretEnvVar("pass", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"))
"""
    stack.program(single).up()
    before = simulator.state()
    simulator.forget_journal()

    stack.program(mail_egress("flexiblePortEgress")).up()

    assert simulator.mutations() == ["PATCH variables"]
    assert simulator.state() == before
    assert simulator.send(stack.folder / "osgiconfig")["delivered"]
    assert {one["outputs"]["origin"] for one in stack.resources() if one["custom"]} == {"created"}


def test_a_shared_switch_renamed_without_aliases_stays_created_and_destroy_takes_it(stack: Stack, simulator: Simulator) -> None:
    stack.program(networking(rule("smtp", 30465))).up()
    stack.program(networking(rule("smtp", 30465)).replace('"net"', '"new-net"')).up()

    assert stack.resource("new-net")["outputs"]["origin"] == "created"
    stack.destroy()

    assert simulator.environment()["advancedNetworking"] is None


def test_two_resources_that_declare_one_rule_are_refused_at_preview_and_both_named(stack: Stack, simulator: Simulator) -> None:
    two = """
PortForward("first", PortForwardArgs(P, E, "smtp.example.com", 465))
PortForward("second", PortForwardArgs(P, E, "smtp.sendgrid.com", 465))
"""
    result = stack.program(two).preview(code=1)

    assert "first" in result.output
    assert "second" in result.output
    assert "10001/20001/30465" in result.output
    assert "Traceback" not in result.output
    assert simulator.journal() == []
