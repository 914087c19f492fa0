"""What a program declares as a secret, and what is live in its place, is in no error, whatever kind of resource it belongs to."""

import json
from typing import Any

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import networking
from tests.flow.seeds import enabled, with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

DECLARED = "s3cr3t-as-declared"
LIVE = "s3cr3t-that-is-live"
DECLARED_HOST, LIVE_HOST = "declared.secret.example.com", "live.secret.example.com"
SHOWN = "[secret]"
VALUE = f'value = pulumi.Output.secret("{DECLARED}")\n'
HOST = f'host = pulumi.Output.secret("declared").apply(lambda name: f"{{name}}.{DECLARED_HOST.partition(".")[2]}")\n'


@pytest.fixture
def secrets(stack: Stack) -> Stack:
    """Return a stack whose every output, log and state is searched for these secrets."""
    stack.watch.add(DECLARED, LIVE, DECLARED_HOST, LIVE_HOST)
    return stack


def foreign(environment: dict[str, Any]) -> None:
    environment["variables"] = [{"name": name, "type": "string", "service": None, "value": LIVE} for name in ("PLAIN", "DERIVED", "KEPT")]
    environment["advancedNetworking"] = enabled((30465, LIVE_HOST, 465))


def test_a_conflict_shows_neither_side_of_a_secret(secrets: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    simulator.edit_environment(foreign)
    program = networking(
        'EnvVar("plain", EnvVarArgs(P, E, "PLAIN", value))',
        'EnvVar("derived", EnvVarArgs(P, E, "DERIVED", value.apply(lambda text: text + "-more")))',
        'SecretEnvVar("kept", SecretEnvVarArgs(P, E, "KEPT", value, on_conflict="error"))',
        'PortForward("rule", PortForwardArgs(P, E, host, 465))',
    )

    result = secrets.program(VALUE + HOST + program).up("--continue-on-error", code=None)

    assert result.code != 0
    assert "Traceback" not in result.output
    assert f"the stack declares the string {SHOWN}, but the environment already has the string {SHOWN}" in result.output
    assert f"the stack declares 30465 → {SHOWN}:465, but the environment already has 30465 → {SHOWN}:465" in result.output


def test_what_a_rule_forbids_is_said_without_the_secret(secrets: Stack) -> None:
    program = VALUE + 'PortForward("rule", PortForwardArgs(P, E, value.apply(lambda text: text + "_no_host"), 465))'

    result = secrets.program(program).preview(code=None)

    assert result.code != 0
    assert f"'{SHOWN}' is no host name" in result.output


def test_a_file_and_a_range_in_the_way_show_no_secret(secrets: Stack, simulator: Simulator) -> None:
    folder = secrets.folder / "osgiconfig" / "config"
    folder.mkdir(parents=True)
    (folder / "com.example.Api.cfg.json").write_text(json.dumps({"token": "other", "url": "https://example.com"}))
    program = VALUE + 'OsgiConfig("o", OsgiConfigArgs("osgiconfig", "com.example.Api", {"token": value, "url": "https://example.com"}))\n'

    result = secrets.program(program).up(code=None)

    assert result.code != 0
    assert "a different file is there (it differs in token)" in result.output


def test_the_state_says_which_inputs_are_secret_and_a_second_run_changes_nothing(secrets: Stack, simulator: Simulator) -> None:
    program = (
        VALUE + 'EnvVar("v", EnvVarArgs(P, E, "MAIL_NOTE", value))\nSecretEnvVar("s", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", value))\n'
    )
    secrets.program(program).up()
    simulator.forget_journal()

    assert secrets.resource("v")["inputs"]["secret_inputs"] == [["value"]]
    assert "secret_inputs" not in secrets.resource("s")["inputs"]
    secrets.up("--expect-no-changes")
    secrets.preview("--refresh", "--expect-no-changes")
    assert simulator.mutations() == []


def test_a_secret_that_only_the_run_makes_keeps_to_its_plan(secrets: Stack, simulator: Simulator) -> None:
    made = 'made = EnvVar("made", EnvVarArgs(P, E, "MADE", value))\n'
    program = VALUE + made + 'EnvVar("copy", EnvVarArgs(P, E, "COPY", made.value.apply(lambda text: text + "-copied")))\n'
    secrets.program(program)
    secrets.preview("--save-plan", "plan.json")

    secrets.up("--plan", "plan.json")

    assert secrets.resource("copy")["inputs"]["secret_inputs"] == [["value"]]
    assert len(simulator.variable_names()) == 2
