"""This repository's own program and its stacks, as they are, on the simulator."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from aem_mail.cli.simulate import DEFAULT_PORT
from tests.flow.conftest import PASSWORD, USERNAME, Simulator
from tests.flow.stack import REPOSITORY, Result, Stack

pytestmark = pytest.mark.flow

STACKS = ("local", "dev", "stage", "prod")
OSGI = Path("examples/aem-project/ui.config/src/main/content/jcr_root/apps/wknd-examples/osgiconfig")
FILE = "com.day.cq.mailer.DefaultMailService.cfg.json"

SEED_EXAMPLE = """\
{
  "smtp.host": "$[env:AEM_PROXY_HOST;default=proxy.tunnel]",
  "smtp.port": "30002",
  "smtp.user": "$[secret:EMAIL_USERNAME]",
  "smtp.password": "$[secret:EMAIL_PASSWORD]",
  "from.address": "noreply@wknd.site",
  "smtp.ssl": true,
  "smtp.starttls": false,
  "smtp.requiretls": false,
  "debug.email": false,
  "oauth.flow": false
}
"""


def ours(stack: Stack, name: str) -> Stack:
    """Make of a test's stack one of this repository's own, in a copy of its project."""
    for part in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(REPOSITORY / part, stack.folder / part)
    for part in ("stacks", "examples"):
        if not (stack.folder / part).exists():
            shutil.copytree(REPOSITORY / part, stack.folder / part, ignore=shutil.ignore_patterns(FILE))
    venv = stack.folder / ".venv"
    if not venv.exists():
        venv.symlink_to(sys.prefix, target_is_directory=True)
    stack.name = name
    stack.run("stack", "init", name)
    return stack


def settings_of(name: str) -> dict[str, Any]:
    """Return a stack's configuration as its file has it, without the namespace."""
    document = yaml.safe_load((REPOSITORY / "stacks" / f"Pulumi.{name}.yaml").read_text())
    return {key.removeprefix("aem-mail:"): value for key, value in document["config"].items()}


def references(name: str) -> dict[str, str]:
    """Return the environment variables by which a stack gets the mail server's user."""
    settings = settings_of(name)
    return {settings["usernameFrom"].removeprefix("env:"): USERNAME, settings["passwordFrom"].removeprefix("env:"): PASSWORD}


def without_credentials(stack: Stack) -> Stack:
    for name in [name for name in stack.env if name.startswith(("CLOUDMANAGER_", "EMAIL_"))]:
        del stack.env[name]
    return stack


def set_secret(stack: Stack, key: str, value: str) -> None:
    """Set a key as its command does when it is not asked at a terminal: the value comes on standard input."""
    command = ["pulumi", "config", "set", "--secret", key]
    subprocess.run(command, cwd=stack.folder, env=stack.env, input=value, text=True, check=True, capture_output=True)


def commands_in(result: Result) -> list[list[str]]:
    """Return the arguments of each `pulumi …` command that a message offers, without the place of a value."""
    return [command.split() for command in dict.fromkeys(re.findall(r"`pulumi (config [^`<]*)", result.output))]


def test_the_local_stack_names_the_simulator_as_it_starts_by_default(simulator: Simulator) -> None:
    settings = settings_of("local")

    assert settings["baseUrl"] == f"http://127.0.0.1:{DEFAULT_PORT}"
    assert (settings["orgId"], settings["clientId"]) == (simulator.running.org_id, simulator.running.client_id)


def test_the_seed_example_of_stack_local_delivers_and_leaves_nothing(stack: Stack, simulator: Simulator) -> None:
    seed = simulator.state()
    local = without_credentials(ours(stack, "local"))
    # What a shell has to say to use the stack; the simulator of a test is at a port of its own.
    local.env["CLOUDMANAGER_BASE_URL"] = simulator.running.url
    local.env["CLOUDMANAGER_CLIENT_SECRET"] = simulator.running.client_secret
    local.env |= references("local")

    local.up()

    assert (local.folder / OSGI / "config" / FILE).read_bytes() == SEED_EXAMPLE.encode()
    assert local.outputs() == {"proxyPort": 30002}
    assert simulator.rules() == {30002: "smtp.sendgrid.com:465"}
    kinds = {variable["name"]: variable["type"] for variable in simulator.environment()["variables"]}
    assert kinds == {"EMAIL_USERNAME": "secretString", "EMAIL_PASSWORD": "secretString"}
    for tier in ("author", "publish", "preview"):
        sent = simulator.send(local.folder / OSGI, tier=tier)
        assert sent["delivered"], sent
    expected = ("smtp.sendgrid.com", 465, USERNAME, "noreply@wknd.site")
    assert [(mail["host"], mail["port"], mail["user"], mail["mailFrom"]) for mail in simulator.mails()] == [expected] * 3

    simulator.forget_journal()
    local.up("--expect-no-changes")
    assert simulator.mutations() == []

    local.destroy()
    assert simulator.state() == seed


def real_program(state: dict[str, Any]) -> None:
    """Give the simulator the program, the environments and the mail servers of the stacks dev, stage and prod."""
    environments: dict[str, dict[str, Any]] = {
        settings_of(name)["environmentId"]: {
            "name": f"WKND {name}",
            "type": name,
            "region": "va7",
            "status": "ready",
            "advancedNetworking": None,
            "variables": [],
        }
        for name in ("dev", "stage", "prod")
    }
    program = {"name": "WKND", "region": "va7", "sandbox": False, "infrastructures": [], "environments": environments}
    state["programs"][settings_of("prod")["programId"]] = program
    servers = {(settings_of(name)["smtp"]["host"], settings_of(name)["smtp"]["port"]) for name in ("dev", "stage", "prod")}
    state["smtp"] = [
        {"host": host, "port": port, "tls": "implicit" if port == 465 else "starttls", "users": {USERNAME: PASSWORD}}
        for host, port in sorted(servers)
    ]


def test_prod_manages_the_infrastructure_that_dev_and_stage_use_and_each_sends_with_its_own_file(
    stack: Stack, simulator: Simulator
) -> None:
    simulator.edit(real_program)
    for name in ("prod", "dev", "stage"):
        ours(stack, name)
        stack.env |= references(name)
        stack.up()

    for name in ("prod", "dev", "stage"):
        settings = settings_of(name)
        assert settings["osgi"] == {"directory": str(OSGI), "runMode": name}
        body = {"programId": settings["programId"], "environmentId": settings["environmentId"], "tier": "publish"}
        sent = simulator.http.post("/_sim/send", json={**body, "directory": str(stack.folder / OSGI)}).json()
        assert sent["delivered"], sent
        assert simulator.mails()[-1]["mailFrom"] == settings["fromAddress"]
        assert simulator.mails()[-1]["host"] == settings["smtp"]["host"]
    infrastructures = [one["kind"] for one in simulator.state()["programs"]["54321"]["infrastructures"]]
    assert infrastructures == ["dedicatedEgressIp"]
    assert not (stack.folder / OSGI / "config" / FILE).exists()


@pytest.mark.parametrize("name", STACKS)
def test_a_plain_preview_of_each_stack_needs_no_credential_and_asks_nobody(name: str, stack: Stack, simulator: Simulator) -> None:
    preview = without_credentials(ours(stack, name)).preview()

    assert "to create" in preview.output
    assert "error" not in preview.output
    assert simulator.journal() == []


def test_no_stack_holds_a_credential_and_no_two_share_a_file() -> None:
    for name in STACKS:
        assert not {"username", "password", "clientSecret", "accessToken"} & settings_of(name).keys()
    folders = [settings_of(name)["osgi"].get("runMode") for name in STACKS]
    assert len(set(folders)) == len(STACKS)


def test_missing_keys_are_all_named_with_commands_that_set_them(stack: Stack, simulator: Simulator) -> None:
    local = ours(stack, "local")
    local.run("config", "rm", "aem-mail:programId")
    local.run("config", "rm", "--path", "aem-mail:smtp.host")
    local.run("config", "rm", "aem-mail:fromAddress")

    refused = local.preview(code=None)

    assert refused.code != 0
    assert "Traceback" not in refused.output
    offered = commands_in(refused)
    given = {"aem-mail:programId": "10001", "aem-mail:smtp.host": "smtp.sendgrid.com", "aem-mail:fromAddress": "noreply@wknd.site"}
    assert sorted(command[-1] for command in offered) == sorted(given)
    for command in offered:
        local.run(*command, given[command[-1]])
    local.preview()
    assert simulator.journal() == []


def test_an_unknown_key_is_named_with_its_likely_meaning_and_the_command_that_removes_it(stack: Stack) -> None:
    local = ours(stack, "local")
    local.set_config("aem-mail:enviromentId", "20001")

    refused = local.preview(code=None)

    assert refused.code != 0
    assert "Traceback" not in refused.output
    assert "did you mean environmentId?" in refused.output
    (command,) = commands_in(refused)
    local.run(*command)
    local.preview()


def test_a_client_secret_in_the_clear_is_refused_and_an_encrypted_one_is_taken(stack: Stack, simulator: Simulator) -> None:
    local = without_credentials(ours(stack, "local"))
    plain = "a-secret-that-anybody-can-read"
    local.set_config("aem-mail:clientSecret", plain, "--plaintext")

    refused = local.preview(code=None)

    assert refused.code != 0
    assert plain not in refused.output
    assert "aem-mail:clientSecret: is a secret, but was set without --secret" in refused.output
    assert ["config", "set", "--secret", "aem-mail:clientSecret"] in commands_in(refused)

    local.env |= references("local") | {"CLOUDMANAGER_BASE_URL": simulator.running.url}
    set_secret(local, "aem-mail:clientSecret", simulator.running.client_secret)
    local.up()
    assert simulator.rules() == {30002: "smtp.sendgrid.com:465"}


BESIDE = {
    "aem-mail:programId": "10001",
    "aem-mail:environmentId": "20001",
    "aem-mail:networkInfrastructures": [{"kind": "flexiblePortEgress", "region": "va7"}],
    "aem-mail:advancedNetworking": {},
    "aem-mail:portForwards": {"30465": "smtp.example.com:465", "30636": {"name": "ldap.example.com", "portDest": 636}},
    "aem-mail:variables": {
        "MAIL_PORT@author": "030465",
        "EMAIL_USERNAME": {"type": "secretString"},
        "EMAIL_PASSWORD": {"valueFrom": "env:MAIL_PASSWORD"},
    },
    "aem-mail:gathering": {"idle": 1},
}


def test_what_a_configuration_declares_besides_a_mail_is_checked_created_and_removed(stack: Stack, simulator: Simulator) -> None:
    ours(stack, "dev")
    file = stack.folder / "stacks" / "Pulumi.dev.yaml"
    (salt,) = [line for line in file.read_text().splitlines() if line.startswith("encryptionsalt")]
    file.write_text(f"{salt}\n{yaml.safe_dump({'config': BESIDE})}")
    stack.env["MAIL_PASSWORD"] = PASSWORD
    set_secret(stack, "secrets:EMAIL_USERNAME", USERNAME)

    assert "proxy" in stack.aem_mail("check", "--stack", "dev", "--without-osgi").output
    stack.up()

    assert sorted(simulator.mutations()) == ["PATCH variables", "POST networkInfrastructures", "PUT advancedNetworking"]
    assert simulator.rules() == {30465: "smtp.example.com:465", 30636: "ldap.example.com:636"}
    live = {one["name"]: (one["type"], one["service"], one.get("value")) for one in simulator.environment()["variables"]}
    assert live["MAIL_PORT"] == ("string", "author", "030465")
    assert {live[name][:2] for name in ("EMAIL_USERNAME", "EMAIL_PASSWORD")} == {("secretString", None)}
    names = {one["urn"].rpartition("::")[2] for one in stack.resources()}
    assert names == {"network-infrastructure-va7", "advanced-networking", "port-forwards", "variables"}

    stack.run("config", "set", "--path", "aem-mail:variables.MAIL_SIZE", "465")
    refused = stack.preview(code=None)
    assert "aem-mail:variables.MAIL_SIZE: must be a text, not a number; put it in quotes" in refused.output
    (command,) = [command for command in commands_in(refused) if "--type" in command]
    stack.run(*command, "465")
    assert '"465"' in stack.preview("--diff").output
    simulator.forget_journal()
    stack.destroy()
    assert simulator.environment()["advancedNetworking"] is None
    assert simulator.variable_names() == []
