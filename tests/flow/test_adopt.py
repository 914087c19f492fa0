"""From a live environment by `aem-mail adopt` to a stack that has it without a change: by configuration alone, and by a program."""

import shutil
import subprocess
from typing import Any

import pytest

from aem_mail.cli.main import main
from tests.flow.conftest import PASSWORD, Simulator
from tests.flow.seeds import enabled, secret, string, with_infrastructure
from tests.flow.stack import REPOSITORY, Stack

pytestmark = pytest.mark.flow

CRM_TOKEN = "token-of-the-crm"
SHARED_KEY = "shared-key-of-the-office"
CREDENTIALS = [secret("EMAIL_USERNAME", "apikey"), secret("EMAIL_PASSWORD", PASSWORD)]
VPN = {
    "id": "30001",
    "kind": "vpn",
    "region": "va7",
    "isPrimaryRegion": True,
    "status": "ready",
    "addressSpace": ["10.0.0.0/26"],
    "dns": {"resolvers": ["10.1.0.4"], "domains": ["corp.example.com"]},
    "connections": [
        {
            "name": "office",
            "gateway": {"address": "203.0.113.10", "addressSpace": ["10.1.0.0/16"]},
            "sharedKey": SHARED_KEY,
            "ipsecPolicy": {
                "dhGroup": "ECP384",
                "ikeEncryption": "AES256",
                "ikeIntegrity": "SHA384",
                "ipsecEncryption": "GCMAES256",
                "ipsecIntegrity": "GCMAES256",
                "pfsGroup": "ECP384",
                "saDatasize": 102400,
                "saLifetime": 3600,
            },
        }
    ],
}


def adopt(stack: Stack, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    for name, value in simulator.variables.items():
        monkeypatch.setenv(name, value)
    assert main(["adopt", "--program", "10001", "--output-directory", str(stack.folder), *options]) == 0


def set_secret(stack: Stack, key: str, value: str, *options: str) -> None:
    """Set a secret as its command does when it is not asked at a terminal: the value comes on standard input."""
    command = ["pulumi", "config", "set", "--secret", *options, key]
    subprocess.run(command, cwd=stack.folder, env=stack.env, input=value, text=True, check=True, capture_output=True)


def origins(stack: Stack) -> set[str]:
    return {resource["outputs"]["origin"] for resource in stack.resources() if "origin" in resource.get("outputs", {})}


def test_a_stacks_configuration_alone_adopts_and_its_secrets_are_written_once_they_are_given(
    stack: Stack, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.edit(with_infrastructure)
    simulator.edit_environment(
        lambda environment: environment.update(advancedNetworking=enabled((30465, "smtp.sendgrid.com", 465)), variables=CREDENTIALS)
    )
    shutil.copy(REPOSITORY / "__main__.py", stack.folder)

    adopt(stack, simulator, monkeypatch, "--environment", "20001", "--stack", "adopted", "--from-address", "noreply@wknd.site")
    stack.run("stack", "init", "adopted")
    stack.up()

    assert simulator.mutations() == []
    assert (origins(stack), stack.resource("mail-password")["outputs"]["verified"]) == ({"adopted"}, False)
    stack.preview("--refresh", "--expect-no-changes")

    stack.set_config("aem-mail:usernameFrom", "env:EMAIL_USERNAME")
    stack.set_config("aem-mail:passwordFrom", "env:EMAIL_PASSWORD")
    stack.env |= {"EMAIL_USERNAME": "apikey", "EMAIL_PASSWORD": PASSWORD}
    stack.up()

    assert simulator.mutations() == ["PATCH variables"]
    assert stack.resource("mail-password")["outputs"]["verified"] is True

    stack.destroy()

    assert simulator.environment()["advancedNetworking"] == enabled()
    assert simulator.variable_names() == []
    assert len(simulator.state()["programs"]["10001"]["infrastructures"]) == 1


@pytest.mark.parametrize("further", [(), ("--variables-file", "variables.yaml")], ids=["in Python", "in Adobe's file"])
def test_a_generated_program_adopts_a_vpn_and_everything_behind_it(
    further: tuple[str, ...], stack: Stack, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.watch.add(CRM_TOKEN, SHARED_KEY)
    simulator.edit(lambda state: state["programs"]["10001"].update(infrastructures=[VPN]))
    simulator.edit_environment(many_things, "20003")
    before = simulator.environment("20003")

    adopt(stack, simulator, monkeypatch, "--environment", "20003", "--stack", "test", "--force", "--from-address", "a@wknd.site", *further)
    set_secret(stack, "aem-mail:egress.connections[0].sharedKey", SHARED_KEY, "--path")
    stack.up()

    assert simulator.mutations() == []
    assert (origins(stack), simulator.environment("20003")) == ({"adopted"}, before)
    stack.preview("--refresh", "--expect-no-changes")

    set_secret(stack, "secrets:CRM_TOKEN-author", CRM_TOKEN)
    stack.up()

    assert simulator.mutations() == ["PATCH variables"]

    stack.destroy()

    left = simulator.environment("20003")
    assert left["advancedNetworking"] == enabled((31000, "b.example.com", 993))
    assert [one["name"] for one in left["variables"]] == ["INTERNAL_FLAG"]
    assert len(simulator.state()["programs"]["10001"]["infrastructures"]) == 1


def many_things(environment: dict[str, Any]) -> None:
    """Give an environment rules, hosts and variables that one MailEgress cannot say, and some that nothing can."""
    rules = (30465, "smtp.corp.example.com", 465), (30636, "ldap.corp.example.com", 636), (31000, "b.example.com", 993)
    environment["advancedNetworking"] = enabled(*rules, hosts=("*.example.net",))
    environment["variables"] = [
        *CREDENTIALS,
        secret("CRM_TOKEN", "unknown-to-anybody", "author"),
        string("MAIL_FOOTER", 'it\'s "quoted"\n$[x \\ ü', "publish"),
        string("MAIL_NOTE", "true"),
        string("INTERNAL_FLAG", "x"),
    ]
