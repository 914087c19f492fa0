"""From a live environment by `aem-mail adopt` to a stack that has it without a change: by configuration alone, and by a program."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from aem_mail.cli.main import main
from tests.flow.conftest import PASSWORD, Simulator
from tests.flow.seeds import enabled, secret, string, with_infrastructure
from tests.flow.stack import REPOSITORY, Stack
from tests.vpn import SHARED_KEY, infrastructure

pytestmark = pytest.mark.flow

CRM_TOKEN = "token-of-the-crm"
SENDER = ("--from-address", "noreply@wknd.site")
CREDENTIALS = [secret("EMAIL_USERNAME", "apikey"), secret("EMAIL_PASSWORD", PASSWORD)]
FOOTER = 'it\'s "quoted"\n$[x \\ ü'


def adopt(stack: Stack, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    for name, value in stack.env.items():
        monkeypatch.setenv(name, value)
    assert main(["adopt", "--program", "10001", "--output-directory", str(stack.folder), *options]) == 0


def set_secret(stack: Stack, key: str, value: str, *options: str) -> None:
    """Set a secret as its command does when it is not asked at a terminal: the value comes on standard input."""
    command = ["pulumi", "config", "set", "--secret", *options, key]
    subprocess.run(command, cwd=stack.folder, env=stack.env, input=value, text=True, check=True, capture_output=True)


def changes_planned(stack: Stack, capsys: pytest.CaptureFixture[str]) -> tuple[int, int, int]:
    """Return how many PUTs, DELETEs and PATCHes `aem-mail plan` foresees."""
    capsys.readouterr()
    assert main(["plan", "--cwd", str(stack.folder), "--stack", stack.name, "--output", "json"]) == 0
    cost = json.loads(capsys.readouterr().out)["cost"]
    return cost["puts"], cost["deletes"], cost["patches"]


def origins(stack: Stack) -> set[str]:
    return {resource["outputs"]["origin"] for resource in stack.resources() if "origin" in resource.get("outputs", {})}


def test_a_stacks_configuration_alone_adopts_and_its_secrets_are_written_once_they_are_given(
    stack: Stack, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.edit(with_infrastructure)
    simulator.edit_environment(
        lambda environment: environment.update(advancedNetworking=enabled((30465, "smtp.sendgrid.com", 465)), variables=CREDENTIALS)
    )
    shutil.copy(REPOSITORY / "__main__.py", stack.folder)

    adopt(stack, simulator, monkeypatch, "--environment", "20001", "--stack", "adopted", *SENDER, "--output", "json")
    stack.run("stack", "init", "adopted")
    stack.set_config("aem-mail:gathering.idle", "1", "--path")
    stack.up()

    assert simulator.mutations() == []
    assert (origins(stack), stack.resource("mail-password")["outputs"]["verified"]) == ({"adopted"}, False)
    stack.preview("--refresh", "--expect-no-changes")

    for step in json.loads(capsys.readouterr().out)["secrets"]:
        stack.run(*step["command"].split()[1:])
    stack.env |= {"EMAIL_USERNAME": "apikey", "EMAIL_PASSWORD": PASSWORD}
    stack.up()

    assert simulator.mutations() == ["PATCH variables"]
    assert stack.resource("mail-password")["outputs"]["verified"] is True

    stack.destroy()

    assert simulator.environment()["advancedNetworking"] == enabled()
    assert simulator.variable_names() == []
    assert len(simulator.state()["programs"]["10001"]["infrastructures"]) == 1


def test_a_generated_program_adopts_a_vpn_and_everything_behind_it(
    stack: Stack, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stack.watch.add(CRM_TOKEN, SHARED_KEY)
    simulator.edit(lambda state: state["programs"]["10001"].update(infrastructures=[infrastructure()]))
    simulator.edit_environment(many_things, "20003")
    before = simulator.environment("20003")

    adopt(stack, simulator, monkeypatch, "--environment", "20003", "--stack", "test", "--force", *SENDER)
    set_secret(stack, "aem-mail:egress.connections[0].sharedKey", SHARED_KEY, "--path")
    assert changes_planned(stack, capsys) == (0, 0, 0)
    stack.up()

    assert simulator.mutations() == []
    assert main(["drift", "--cwd", str(stack.folder), "--stack", "test"]) == 0
    assert (origins(stack), simulator.environment("20003")) == ({"adopted"}, before)
    stack.preview("--refresh", "--expect-no-changes")

    set_secret(stack, "secrets:CRM_TOKEN-author", CRM_TOKEN)
    stack.up()

    assert simulator.mutations() == ["PATCH variables"]

    stack.destroy()

    left = simulator.environment("20003")
    assert left["advancedNetworking"] == enabled((31000, "b.example.com", 993))
    assert [one["name"] for one in left["variables"]] == ["CRM_API_KEY"]
    assert len(simulator.state()["programs"]["10001"]["infrastructures"]) == 1


def test_a_second_environment_in_the_same_folder_is_refused_and_the_first_stack_loses_nothing(
    stack: Stack, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.edit(with_infrastructure)
    for environment in ("20001", "20002"):
        simulator.edit_environment(many_things, environment)
        simulator.edit_environment(lambda one: one["advancedNetworking"].update(nonProxyHosts=[]), environment)
        simulator.edit_environment(lambda one: one["variables"].pop(), environment)
    simulator.edit_environment(lambda one: one["variables"].pop(2), "20002")
    adopt(stack, simulator, monkeypatch, "--environment", "20001", "--stack", "test", "--force", *SENDER)
    stack.up()
    before, written = simulator.environment(), {path: path.read_bytes() for path in stack.folder.glob("*.*")}
    assert before["variables"][2]["name"] == "CRM_TOKEN"

    second = ["adopt", "--program", "10001", "--output-directory", str(stack.folder), "--environment", "20002", "--force"]
    assert main(second) == 3
    stack.up()

    assert "name another folder with --output-directory" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in stack.folder.glob("*.*")} == written
    assert (simulator.mutations(), simulator.environment()) == ([], before)


def test_variables_are_adopted_from_a_file_in_adobes_format_and_written_from_it(
    stack: Stack, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.watch.add(CRM_TOKEN)
    simulator.edit_environment(many_things)
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=None))
    before = simulator.environment()

    adopt(stack, simulator, monkeypatch, "--environment", "20001", "--variables-file", "variables.yaml")
    stack.up()

    assert (origins(stack), simulator.mutations(), simulator.environment()) == ({"adopted"}, [], before)

    file = stack.folder / "variables.yaml"
    file.write_text(file.read_text().replace("'true'", "'false'") + "- {name: MAIL_NEW, value: '030465', service: author}\n")
    set_secret(stack, "secrets:CRM_TOKEN-author", CRM_TOKEN)
    stack.up()

    assert simulator.mutations() == ["PATCH variables"]
    values = {one["name"]: one.get("value") for one in simulator.environment()["variables"]}
    assert (values["MAIL_NOTE"], values["MAIL_NEW"], values["MAIL_FOOTER"]) == ("false", "030465", FOOTER)


def test_a_variables_file_that_cannot_be_understood_is_named_and_no_value_shown(stack: Stack, simulator: Simulator) -> None:
    stack.watch.add(CRM_TOKEN)
    (stack.folder / "Variables.txt").write_text("[{name: CRM_TOKEN, typ: secretString}]")
    stack.program('from aem_mail.variables import variables_from_file\nvariables_from_file("Variables.txt", P, E)')

    result = stack.preview(code=None)

    assert result.code != 0
    assert "Variables.txt: entry 1 has the unknown field 'typ'" in result.output
    assert "Traceback" not in result.output


def many_things(environment: dict[str, Any]) -> None:
    """Give an environment rules, hosts and variables that one MailEgress cannot say, and some that nothing can."""
    rules = (30465, "smtp.corp.example.com", 465), (30636, "ldap.corp.example.com", 636), (31000, "b.example.com", 993)
    environment["advancedNetworking"] = enabled(*rules, hosts=("*.example.net",))
    environment["variables"] = [
        *CREDENTIALS,
        secret("CRM_TOKEN", "unknown-to-anybody", "author"),
        string("MAIL_FOOTER", FOOTER, "publish"),
        string("MAIL_NOTE", "true"),
        string("CRM_API_KEY", "visible-to-all"),
    ]
