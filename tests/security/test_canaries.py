"""Canaries of every kind of secret are in none of the places that people and machines read.

After each command the stack itself looks at what was printed, at every file of the project, of its back end, of Pulumi's home
and of the caches, and all the while at the arguments of every process; at the end the fixture looks at the journal.
"""

import subprocess

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import VPN
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

SHARED_KEY = "canary-shared-key-4b1d"
BY_VALUE = "canary-by-value-93ae"
BY_VARIABLE = "canary-by-variable-07fc"
BY_FILE = "canary-by-file-5512"
REFRESH_TOKEN = "canary-oauth-refresh-token-e81a"
ROTATED = "canary-rotated-c0de"

PROGRAM = f"""
infra = NetworkInfrastructure("infra", NetworkInfrastructureArgs(P, "vpn", "va7", {VPN.replace("shared-key-of-the-office", SHARED_KEY)}))
AdvancedNetworking("net", AdvancedNetworkingArgs(P, E), later(infra))
PortForward("smtp", PortForwardArgs(P, E, "smtp.corp.example.com", 465), later(infra))
SecretEnvVar("by-value", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "{BY_VALUE}"))
SecretEnvVar("by-variable", SecretEnvVarArgs(P, E, "EMAIL_USERNAME", value_from="env:SMTP_USER"))
SecretEnvVar("by-file", SecretEnvVarArgs(P, E, "EMAIL_TOKEN", value_from="file:{{file}}"))
SecretEnvVar("oauth", SecretEnvVarArgs(P, E, "SECRET_SMTP_OAUTH_REFRESH_TOKEN", "{REFRESH_TOKEN}", service="author"))
"""


@pytest.fixture
def watched(stack: Stack) -> Stack:
    """Return a stack whose program declares every kind of secret, all of them watched."""
    stack.watch.add(SHARED_KEY, BY_VALUE, BY_VARIABLE, BY_FILE, REFRESH_TOKEN, ROTATED)
    outside = stack.folder.parent / "mounted-secret"
    outside.write_text(BY_FILE + "\n")
    stack.env["SMTP_USER"] = BY_VARIABLE
    return stack.program(PROGRAM.replace("{file}", str(outside)))


@pytest.mark.time_scale(6000)
def test_no_secret_shows_on_the_way_from_preview_to_destroy(watched: Stack, simulator: Simulator) -> None:
    watched.preview("--diff")
    watched.run("preview", "--json", env={"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1"})
    watched.up("--diff", "--json")
    watched.run("stack", "export")
    watched.run("stack", "--show-urns", "--show-ids")

    text = (watched.folder / "__main__.py").read_text()
    (watched.folder / "__main__.py").write_text(text.replace(SHARED_KEY, f"{SHARED_KEY}-2").replace(BY_VALUE, ROTATED))
    watched.preview("--diff")
    watched.up("--diff")
    watched.refresh("--diff")
    watched.run("preview", "--refresh", "--json", env={"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1"})
    watched.destroy("--diff", "--json")

    assert watched.resources() == []
    assert "PUT networkInfrastructure" in simulator.mutations()


@pytest.mark.time_scale(6000)
def test_no_secret_by_reference_passes_the_engine(watched: Stack, simulator: Simulator) -> None:
    """Unlike those by value, which are in its logs of that verbosity and in its messages: the documented exceptions."""
    text = (watched.folder / "__main__.py").read_text()
    references = "\n".join(line for line in text.splitlines() if "value_from" in line)
    messages = watched.folder.parent / "messages"

    told = watched.program(references).run(
        "up", "--yes", "--skip-preview", "--non-interactive", "-v=9", "--logtostderr", env={"PULUMI_DEBUG_GRPC": str(messages)}
    )

    assert "EMAIL_TOKEN" in told.output
    assert "EMAIL_TOKEN" in messages.read_text()
    watched.watch.text("the engine's messages", messages.read_text())


@pytest.mark.time_scale(6000)
@pytest.mark.parametrize("status", [400, 401, 403, 409, 500])
def test_no_secret_shows_where_the_api_refuses(status: int, watched: Stack, simulator: Simulator) -> None:
    for method, path in (("PATCH", "*/variables"), ("POST", "*/networkInfrastructures")):
        simulator.fault(method=method, path=path, status=status)
    watched.set_config("aem-mail:timeouts.environment", "3", "--path")
    watched.set_config("aem-mail:timeouts.infrastructure", "3", "--path")

    assert str(status) in watched.up("--diff", "-v=3", "--logtostderr", code=1).output


def test_no_secret_shows_where_signing_in_fails(watched: Stack, simulator: Simulator) -> None:
    watched.env["CLOUDMANAGER_CLIENT_SECRET"] = "canary-wrong-client-secret"
    watched.watch.add("canary-wrong-client-secret")

    assert "Traceback" not in watched.up(code=1).output


def test_no_access_token_shows(watched: Stack, simulator: Simulator) -> None:
    token = simulator.running.token()
    watched.watch.add(token)
    del watched.env["CLOUDMANAGER_CLIENT_SECRET"]
    watched.env["CLOUDMANAGER_ACCESS_TOKEN"] = token

    watched.program(f'SecretEnvVar("by-value", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "{BY_VALUE}"))').up("-v=3", "--logtostderr")
    simulator.running.world.tokens.revoke_all()

    assert "401" in watched.refresh(code=1).output


def test_credentials_in_the_stack_configuration_are_enciphered_wherever_they_are_kept(watched: Stack, simulator: Simulator) -> None:
    secret = watched.env.pop("CLOUDMANAGER_CLIENT_SECRET")
    watched.program(f'SecretEnvVar("by-value", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "{BY_VALUE}"))')
    command = ["pulumi", "config", "set", "--secret", "aem-mail:clientSecret", "--cwd", str(watched.folder)]
    subprocess.run(command, env=watched.env, input=secret, text=True, check=True, capture_output=True)

    watched.up()
    watched.run("stack", "export")
    watched.destroy()


@pytest.mark.parametrize(("right", "wrong", "field"), [("ECP384", "ECP1", "dhGroup"), (BY_VALUE, f"{BY_VALUE} ", "value")])
def test_no_secret_shows_where_an_input_is_refused(right: str, wrong: str, field: str, watched: Stack) -> None:
    text = (watched.folder / "__main__.py").read_text()
    (watched.folder / "__main__.py").write_text(text.replace(right, wrong))

    result = watched.preview("--diff", code=None)

    assert result.code != 0
    assert field in result.output
