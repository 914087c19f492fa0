"""Absence is proven, or it is an error: nothing is dropped from the state on a doubtful answer."""

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import mail_egress, networking, rule
from tests.flow.seeds import string, with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow


def recorded(stack: Stack) -> list[dict[str, object]]:
    """Return the state without the times at which the engine wrote it."""
    return [{name: resource.get(name) for name in ("urn", "id", "inputs", "outputs")} for resource in stack.resources()]


def test_a_rule_and_a_variable_removed_outside_pulumi_are_created_again(stack: Stack, simulator: Simulator) -> None:
    stack.program(mail_egress("flexiblePortEgress")).up()
    simulator.edit_environment(lambda environment: environment["advancedNetworking"]["portForwards"].clear())
    simulator.edit_environment(lambda environment: environment["variables"].pop())
    simulator.forget_journal()

    drift = stack.preview("--refresh", "--expect-no-changes", code=None)
    assert drift.code not in {0, None}
    assert simulator.mutations() == []

    stack.up("--refresh")
    assert sorted(simulator.mutations()) == ["PATCH variables", "PUT advancedNetworking"]
    assert simulator.send(stack.folder / "osgiconfig")["delivered"]


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_refresh_that_is_not_answered_is_an_error_and_keeps_the_state(status: int, stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    stack.program(networking(rule("smtp", 30465))).up()
    before = recorded(stack)
    simulator.fault(method="GET", path="*/advancedNetworking", status=status)

    result = stack.refresh(code=1)

    assert str(status) in result.output
    assert "Traceback" not in result.output
    assert recorded(stack) == before


def test_an_environment_that_was_deleted_takes_its_resources_along_without_a_write(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    own = 'SecretEnvVar("pw", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"))'
    stack.program(networking(rule("smtp", 30465), own)).up()
    simulator.edit(lambda state: state["programs"]["10001"]["environments"].pop("20001"))
    simulator.forget_journal()

    stack.refresh()
    assert {resource["urn"].split("::")[-1] for resource in stack.resources()} == {"infra"}

    assert stack.destroy().code == 0
    assert simulator.mutations() == []


def test_a_destroy_after_the_environment_was_deleted_has_nothing_to_do(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    own = 'SecretEnvVar("pw", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"))'
    stack.program(networking(rule("smtp", 30465), own)).up()
    simulator.edit(lambda state: state["programs"]["10001"]["environments"].pop("20001"))
    simulator.forget_journal()

    stack.destroy()

    assert stack.resources() == []
    assert simulator.mutations() == []


def test_a_secret_that_became_plain_is_drift_and_is_a_secret_again_after_up(stack: Stack, simulator: Simulator) -> None:
    stack.program('SecretEnvVar("pw", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"))').up()
    simulator.edit_environment(lambda environment: environment.update(variables=[string("EMAIL_PASSWORD", "visible")]))

    simulator.edit_environment(lambda environment: environment["variables"][0].pop("fingerprint", None))

    assert "type" in stack.preview("--refresh", "--diff").output
    stack.up("--refresh")

    assert simulator.environment()["variables"][0]["type"] == "secretString"
