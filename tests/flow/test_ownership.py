"""What was there stays there; what was made here goes; nothing of others is touched."""

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import networking, rule
from tests.flow.seeds import enabled, secret, string, with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow


def test_twenty_rules_and_their_enablement_go_in_one_change_and_end_disabled(stack: Stack, simulator: Simulator) -> None:
    stack.program(networking(*[rule(f"rule-{number}", 30100 + number) for number in range(20)])).up()
    assert len(simulator.rules()) == 20
    assert sorted(simulator.mutations()) == ["POST networkInfrastructures", "PUT advancedNetworking"]
    simulator.forget_journal()

    stack.destroy()

    assert simulator.mutations() == ["DELETE advancedNetworking", "DELETE networkInfrastructure"]
    assert simulator.environment()["advancedNetworking"] is None


def test_foreign_rules_variables_and_hosts_outlive_the_stack_and_are_named(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(lambda state: with_infrastructure(state, "dedicatedEgressIp"))
    simulator.edit_environment(lambda environment: environment["variables"].append(string("FOREIGN", "stays")))
    own = 'SecretEnvVar("pw", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"))'
    stack.program(networking(rule("smtp", 30465), own, kind="dedicatedEgressIp")).up()
    simulator.edit_environment(
        lambda environment: environment["advancedNetworking"]["portForwards"].append(
            {"name": "ldap.example.com", "portDest": 636, "portOrig": 30636}
        )
    )
    simulator.edit_environment(lambda environment: environment["advancedNetworking"]["nonProxyHosts"].append("*.Example.net"))

    result = stack.destroy()

    assert simulator.environment()["advancedNetworking"] == enabled((30636, "ldap.example.com", 636)) | {"nonProxyHosts": ["*.Example.net"]}
    assert simulator.variable_names() == ["FOREIGN"]
    assert "30636 → ldap.example.com:636" in result.output
    assert "*.Example.net" in result.output
    assert simulator.state()["programs"]["10001"]["infrastructures"] != []


def test_what_was_found_is_adopted_without_a_write_and_given_back(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    simulator.edit_environment(
        lambda environment: environment.update(
            advancedNetworking=enabled((30465, "smtp.example.com", 465), (30636, "ldap.example.com", 636)),
            variables=[string("MAIL_FOOTER", "bye"), secret("EMAIL_PASSWORD", "password123")],
        )
    )
    program = networking(
        rule("smtp", 30465),
        'EnvVar("footer", EnvVarArgs(P, E, "MAIL_FOOTER", "bye"))',
        'SecretEnvVar("pw", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", on_conflict="keep"))',
    )

    result = stack.program(program).up()

    assert simulator.mutations() == []
    assert "was there already" in result.output
    assert stack.resource("pw")["outputs"]["verified"] is False
    assert {resource["outputs"]["origin"] for resource in stack.resources()} == {"adopted"}

    stack.destroy()

    assert simulator.rules() == {30636: "ldap.example.com:636"}
    assert simulator.variable_names() == []
    assert [one["id"] for one in simulator.state()["programs"]["10001"]["infrastructures"]] == ["30001"]


def test_an_occupied_port_is_an_error_that_shows_both_sides_and_replace_takes_it_over(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=enabled((30465, "old.example.com", 465))))

    result = stack.program(networking(rule("smtp", 30465))).up(code=1)

    assert "30465 → smtp.example.com:465" in result.output
    assert "30465 → old.example.com:465" in result.output
    assert "Traceback" not in result.output
    assert simulator.mutations() == []

    stack.program(networking(rule("smtp", 30465, more=', on_conflict="replace"'))).up()

    assert simulator.rules() == {30465: "smtp.example.com:465"}


def test_a_plain_variable_in_a_secrets_place_is_replaced_by_two_patches(stack: Stack, simulator: Simulator) -> None:
    simulator.edit_environment(lambda environment: environment["variables"].append(string("EMAIL_PASSWORD", "visible")))

    result = stack.program('SecretEnvVar("pw", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123", on_conflict="replace"))').up()

    assert simulator.mutations() == ["PATCH variables", "PATCH variables"]
    assert simulator.environment()["variables"][0]["type"] == "secretString"
    assert "taken over" in result.output


def test_a_secret_becomes_plain_and_plain_becomes_secret_under_one_name(stack: Stack, simulator: Simulator) -> None:
    stack.program('SecretEnvVar("one", SecretEnvVarArgs(P, E, "MAIL_NOTE", "password123"))').up()

    stack.program('EnvVar("one", EnvVarArgs(P, E, "MAIL_NOTE", "hello", on_conflict="replace"))').up()
    assert [(one["name"], one["type"]) for one in simulator.environment()["variables"]] == [("MAIL_NOTE", "string")]

    stack.program('SecretEnvVar("one", SecretEnvVarArgs(P, E, "MAIL_NOTE", "password123"))').up()
    assert [(one["name"], one["type"]) for one in simulator.environment()["variables"]] == [("MAIL_NOTE", "secretString")]


def test_retain_on_delete_leaves_the_rule(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    retained = ", pulumi.ResourceOptions(depends_on=[infra], retain_on_delete=True)"
    stack.program(networking(rule("smtp", 30465, options=retained))).up()

    stack.program(networking()).up()

    assert simulator.rules() == {30465: "smtp.example.com:465"}


def test_an_infrastructure_that_another_environment_uses_stays_recorded_until_that_is_over_and_its_holder_is_named(
    stack: Stack, simulator: Simulator
) -> None:
    stack.program(networking(rule("smtp", 30465))).up()
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=enabled()), "20003")

    result = stack.destroy(code=1)

    assert "20003" in result.output
    assert len(simulator.state()["programs"]["10001"]["infrastructures"]) == 1
    assert simulator.environment()["advancedNetworking"] is None

    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=None), "20003")
    stack.destroy()

    assert simulator.state()["programs"]["10001"]["infrastructures"] == []
