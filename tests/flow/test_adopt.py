"""From a live environment by `aem-mail adopt` to a stack that has it without a change: by configuration alone, and by a program."""

import json
import shutil
import subprocess
from functools import partial
from typing import Any

import pytest
import yaml

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


def changes_planned(stack: Stack, capsys: pytest.CaptureFixture[str], name: str | None = None) -> tuple[int, int, int]:
    """Return how many PUTs, DELETEs and PATCHes `aem-mail plan` foresees."""
    capsys.readouterr()
    assert main(["plan", "--cwd", str(stack.folder), "--stack", name or stack.name, "--output", "json"]) == 0
    cost = json.loads(capsys.readouterr().out)["cost"]
    return cost["puts"], cost["deletes"], cost["patches"]


def origins(stack: Stack) -> set[str]:
    return {resource["outputs"]["origin"] for resource in stack.resources() if "origin" in resource.get("outputs", {})}


def files(stack: Stack) -> dict[str, str]:
    return {path.name: path.read_text() for path in stack.folder.glob("*.*") if path.is_file()}


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


def test_dev_stage_and_prod_of_one_project_are_one_program_that_each_stack_is_adopted_by(
    stack: Stack, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.edit(with_infrastructure)
    ids = {"dev": "20001", "stage": "20002", "prod": "20003"}
    for name, environment in ids.items():
        simulator.edit_environment(partial(five_rules, name), environment)
    before = {environment: simulator.environment(environment) for environment in ids.values()}

    for name, environment in ids.items():
        written = files(stack)
        adopt(stack, simulator, monkeypatch, "--environment", environment, *SENDER)
        new = {f"Pulumi.{name}.yaml", *(["__main__.py"] if name == "dev" else [])}
        assert (set(files(stack)) - set(written), {path: files(stack)[path] for path in written}) == (new, written)
    for name in ids:
        stack.run("stack", "init", name)
        stack.set_config("aem-mail:gathering.idle", "1", "--path", "--stack", name)
        assert changes_planned(stack, capsys, name) == (0, 0, 0)
        stack.up("--stack", name)
        assert main(["drift", "--cwd", str(stack.folder), "--stack", name]) == 0

    assert simulator.mutations() == []
    assert {environment: simulator.environment(environment) for environment in ids.values()} == before
    assert origins(stack) == {"adopted"}
    assert sorted(one["type"].rpartition(":")[2] for one in stack.resources() if "EnvVar" in one["type"] or "Forward" in one["type"]) == [
        *("EnvVars", "PortForward", "PortForwards", "SecretEnvVar", "SecretEnvVar")
    ]
    for name in ids:
        stack.up("--stack", name, "--expect-no-changes")


AS_BEFORE = """
from aem_mail.program import mail_egress_args
MailEgress("mail", mail_egress_args())
PortForward("port-forward-30636", PortForwardArgs(P, E, name="ldap.dev.example.com", port_dest=636, port_orig=30636))
EnvVar("MAIL_NOTE", EnvVarArgs(P, E, name="MAIL_NOTE", value="true"))
SecretEnvVar("CRM_TOKEN-author", SecretEnvVarArgs(P, E, name="CRM_TOKEN", service="author", on_conflict="keep"))
"""


def test_a_program_of_single_resources_that_is_moved_away_becomes_sets_without_a_change(
    stack: Stack, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.edit(with_infrastructure)
    simulator.edit_environment(partial(five_rules, "dev"))
    simulator.edit_environment(lambda environment: environment["advancedNetworking"]["portForwards"].__delitem__(slice(2, None)))
    adopt(stack, simulator, monkeypatch, "--environment", "20001", "--stack", "test", "--force", *SENDER)
    program, sets = stack.folder / "__main__.py", (stack.folder / "Pulumi.test.yaml").read_text()
    mail_alone = yaml.safe_load(sets)
    for key in ("portForwards", "variables"):
        del mail_alone["config"][f"aem-mail:{key}"]
    (stack.folder / "Pulumi.test.yaml").write_text(yaml.safe_dump(mail_alone))
    stack.program(AS_BEFORE).up()

    program.unlink()
    adopt(stack, simulator, monkeypatch, "--environment", "20001", "--stack", "test", "--force", *SENDER)
    stack.up()

    assert simulator.mutations() == []
    assert {one["urn"].rpartition("::")[2] for one in stack.resources()} >= {"mail", "port-forwards", "variables"}
    stack.preview("--refresh", "--expect-no-changes")


def test_variables_are_adopted_from_a_file_in_adobes_format_and_written_from_it(
    stack: Stack, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.watch.add(CRM_TOKEN)
    simulator.edit_environment(many_things)
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=None))
    before = simulator.environment()

    adopt(stack, simulator, monkeypatch, "--environment", "20001", "--stack", "test", "--force", "--variables-file", "variables.yaml")
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


def five_rules(name: str, environment: dict[str, Any]) -> None:
    """Give an environment the mail's rule and four more, and variables of its own."""
    others = [(30636 + number, f"ldap.{name}.example.com", 636 + number) for number in range(4)]
    environment["advancedNetworking"] = enabled((30465, "smtp.sendgrid.com", 465), *others)
    environment["variables"] = [
        *CREDENTIALS,
        string("MAIL_NOTE", "true"),
        string("MAIL_FOOTER", f"{FOOTER}{name}", "publish"),
        secret("CRM_TOKEN", "unknown-to-anybody", "author"),
    ]


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
