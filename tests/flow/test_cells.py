"""The options by which Pulumi replaces, keeps or interrupts, for every kind of resource: what is live stays what was declared."""

import pytest

from tests.flow.conftest import PASSWORD, Simulator
from tests.flow.programs import networking, rule
from tests.flow.seeds import with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

KINDS = {
    "infra": "NetworkInfrastructure",
    "net": "AdvancedNetworking",
    "smtp": "PortForward",
    "plain": "EnvVar",
    "pw": "SecretEnvVar",
    "osgi": "OsgiConfig",
}
EVERYTHING = """
def options(*on): return pulumi.ResourceOptions(depends_on=list(on), OPTION)
infra = NetworkInfrastructure("infra", NetworkInfrastructureArgs(P, "flexiblePortEgress", "va7"), options())
AdvancedNetworking("net", AdvancedNetworkingArgs(P, E), options(infra))
PortForward("smtp", PortForwardArgs(P, E, "smtp.example.com", 465), options(infra))
EnvVar("plain", EnvVarArgs(P, E, "MAIL_FOOTER", "bye"), options())
SecretEnvVar("pw", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"), options())
OsgiConfig("osgi", OsgiConfigArgs("osgiconfig", "com.example.Unrelated", {"a": 1}, delete_file=True), options())
"""


def everything(option: str) -> str:
    return EVERYTHING.replace("OPTION", option)


def urn(name: str) -> str:
    return f"urn:pulumi:test::flow-test::pulumi-python:dynamic/aem:{KINDS[name]}::{name}"


def test_what_is_retained_on_delete_stays_for_every_kind(stack: Stack, simulator: Simulator) -> None:
    stack.program(everything("retain_on_delete=True")).up()
    before = simulator.state()
    simulator.forget_journal()

    stack.program("").up()

    assert simulator.mutations() == []
    assert simulator.state() == before
    assert (stack.folder / "osgiconfig" / "config" / "com.example.Unrelated.cfg.json").is_file()
    assert stack.resources() == []


@pytest.mark.parametrize("option", ["", "delete_before_replace=True"], ids=["create first", "delete first"])
def test_a_forced_replacement_of_everything_writes_the_secret_once_more_and_nothing_else(
    option: str, stack: Stack, simulator: Simulator
) -> None:
    stack.program(everything(option)).up()
    before = simulator.state()
    simulator.forget_journal()

    stack.up(*(f"--replace={urn(name)}" for name in KINDS))

    assert simulator.mutations() == ["PATCH variables"]
    assert simulator.state() == before
    assert (stack.folder / "osgiconfig" / "config" / "com.example.Unrelated.cfg.json").is_file()
    stack.up("--expect-no-changes")


def test_a_rule_that_is_to_be_deleted_first_moves_to_its_new_port(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    first = ", pulumi.ResourceOptions(depends_on=[infra], delete_before_replace=True)"
    stack.program(networking(rule("smtp", 30465, options=first))).up()

    stack.program(networking(rule("smtp", 30466, options=first))).up()

    assert simulator.rules() == {30466: "smtp.example.com:465"}
    stack.up("--expect-no-changes")


def test_a_replacement_that_is_interrupted_before_its_deletion_is_finished_by_the_next_up(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    stack.program(networking(rule("smtp", 30465))).up()
    simulator.fault(method="PUT", path="*/advancedNetworking", nth=2, status=403)

    assert stack.program(networking(rule("smtp", 30466))).up(code=None).code != 0
    stack.up()

    assert simulator.rules() == {30466: "smtp.example.com:465"}
    assert [resource["id"] for resource in stack.resources() if "PortForward" in resource["type"]] == ["10001/20001/30466"]
    stack.up("--expect-no-changes")


def test_a_secret_that_becomes_plain_is_interrupted_between_its_two_changes_and_then_finished(stack: Stack, simulator: Simulator) -> None:
    stack.program(f'SecretEnvVar("one", SecretEnvVarArgs(P, E, "MAIL_NOTE", "{PASSWORD}"))').up()
    simulator.fault(method="PATCH", path="*/variables", nth=2, status=403)

    plain = stack.program('EnvVar("one", EnvVarArgs(P, E, "MAIL_NOTE", "hello", on_conflict="replace"))')
    assert plain.up(code=None).code != 0
    stack.up()

    assert [(one["name"], one["type"], one["value"]) for one in simulator.environment()["variables"]] == [("MAIL_NOTE", "string", "hello")]
    stack.up("--expect-no-changes")
