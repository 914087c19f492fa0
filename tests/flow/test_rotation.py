"""A client secret is rotated: recorded credentials no longer serve, environment variables do, and the error says so."""

import pytest

from tests.flow.conftest import Simulator
from tests.flow.stack import Result, Stack
from tests.flow.test_program import set_secret

pytestmark = pytest.mark.flow

ROTATED = "the-client-secret-after-its-rotation"
CAUSE = ("stack configuration", "client secret")
FIX = ("CLOUDMANAGER_CLIENT_ID", "CLOUDMANAGER_CLIENT_SECRET", "environment variables win")


@pytest.fixture
def rotated(stack: Stack, simulator: Simulator) -> Stack:
    """Return a stack that was brought up with credentials of its configuration, after the client secret has been rotated."""
    stack.watch.add(ROTATED)
    for key, variable in (("baseUrl", "BASE_URL"), ("orgId", "ORG_ID"), ("clientId", "CLIENT_ID")):
        stack.set_config(f"aem-mail:{key}", stack.env.pop(f"CLOUDMANAGER_{variable}"))
    set_secret(stack, "aem-mail:clientSecret", stack.env.pop("CLOUDMANAGER_CLIENT_SECRET"))
    stack.program('EnvVar("footer", EnvVarArgs(P, E, "MAIL_FOOTER", "bye"))').up()
    simulator.http.put("/_sim/tokens/client-secret", json={"clientSecret": ROTATED}).raise_for_status()
    simulator.forget_journal()
    return stack


def test_recorded_credentials_fail_with_cause_and_fix_until_an_up_has_recorded_the_new_ones(rotated: Stack, simulator: Simulator) -> None:
    set_secret(rotated, "aem-mail:clientSecret", ROTATED)

    for result in (rotated.preview("--refresh", code=None), rotated.destroy(code=None)):
        assert_clear(result)

    assert simulator.mutations() == []
    assert simulator.variable_names() == ["MAIL_FOOTER"]
    rotated.up("--expect-no-changes")
    rotated.preview("--refresh", "--expect-no-changes")


def test_with_the_environment_variable_set_the_same_commands_are_right(rotated: Stack, simulator: Simulator) -> None:
    rotated.env["CLOUDMANAGER_CLIENT_SECRET"] = ROTATED

    rotated.preview("--refresh", "--expect-no-changes")
    rotated.destroy()

    assert simulator.mutations() == ["PATCH variables"]
    assert simulator.variable_names() == []


def assert_clear(result: Result) -> None:
    """Assert that a command failed with one paragraph of cause and fix."""
    assert result.code != 0
    assert "Traceback" not in result.output
    paragraphs = [line for line in result.output.splitlines() if "401" in line]
    assert paragraphs, result.output
    assert all(words in paragraphs[0] for words in (*CAUSE, *FIX)), paragraphs[0]
