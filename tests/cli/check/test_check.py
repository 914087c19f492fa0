import json
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from aem_mail.checks.ignores import FILE_NAME
from aem_mail.cli.main import main
from aem_mail.model.fingerprint import fingerprint
from aem_mail.osgi import MAIL_SERVICE_PID
from aem_mail.simulator.server import Running
from aem_mail.stack.project_folder import PROJECT_FILES
from tests import loopback
from tests.checks.situations import MAIL_FILE, mail_file, write
from tests.cli.pulumi_stand_in import PulumiStandIn

ENVIRONMENT = ("--program", "10001", "--environment", "20001")
IDS = {"program_id": "10001", "environment_id": "20001"}
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "AAAA"}


def checked(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    code = main(["check", "--output", "json", *options])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, report


def ids(report: dict[str, Any]) -> list[str]:
    return [finding["id"] for environment in report["environments"] for finding in environment["findings"]]


def state(pulumi: PulumiStandIn, *resources: tuple[str, dict[str, Any]]) -> None:
    entries = [{"type": f"pulumi-python:dynamic/aem:{kind}", "urn": kind, "inputs": inputs} for kind, inputs in resources]
    pulumi.answers("config", stdout="{}")
    pulumi.answers("stack", stdout=json.dumps({"version": 3, "deployment": {"resources": entries}}))


def test_an_environment_from_which_mail_arrives_is_clean(simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = checked(capsys, *ENVIRONMENT, "--directory", str(project))

    assert (code, ids(report), report["schemaVersion"]) == (0, [], 2)
    (environment,) = report["environments"]
    assert (environment["programId"], environment["environmentId"]) == ("10001", "20001")
    assert [one["id"] for one in environment["notRun"]] == ["M16", "M19", "M23", "M27", "M28", "M30", "M34", "M36"]


def test_five_mistakes_made_by_hand_are_each_named_before_anything_is_changed(
    simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by_hand = {"smtp_port": "465", "smtp_user": "$[env:EMAIL_USERNAME;default=apikey]", "smtp_password": "$[secret:EMAIL_PASWORD]"}
    write(project, {MAIL_FILE: mail_file(**by_hand), f"config.prod/{MAIL_SERVICE_PID}.cfg.json": mail_file(smtp_password="hunter2")})
    write(project, {"config/com.day.cq.mailer.impl.DefaultMailService.cfg.json": "{}"})

    code, report = checked(capsys, *ENVIRONMENT, "--directory", str(project))

    assert (code, ids(report)) == (2, ["M02", "M08", "M09", "M26", "M31"])
    assert all(finding["effect"].startswith("AEM would") and finding["fix"] for finding in report["environments"][0]["findings"])
    assert "hunter2" not in json.dumps(report)
    mutations = [one for one in loopback.get(f"{simulator.url}/_sim/journal").json() if one["method"] not in ("GET", "POST")]
    assert [one for one in mutations if one["path"].startswith("/api")] == []


def test_the_folder_of_the_environments_type_is_read(simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, {f"config.author.dev/{MAIL_SERVICE_PID}.cfg.json": mail_file(smtp_ssl=False)})

    assert ids(checked(capsys, *ENVIRONMENT, "--directory", str(project))[1]) == ["M05"]
    assert ids(checked(capsys, *ENVIRONMENT, "--directory", str(project), "--environment-type", "prod")[1]) == []


def test_an_ignored_error_is_shown_and_counts_no_more(simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, {MAIL_FILE: mail_file(smtp_ssl=False)})
    entry = {"check": "M05", "reason": "we test it", "owner": "mail-team", "expires": "2999-01-01"}
    (project.parent / "decisions.yaml").write_text(json.dumps([entry]))
    options = (*ENVIRONMENT, "--directory", str(project), "--ignore-file", "decisions.yaml")

    code, report = checked(capsys, *options)

    assert (code, ids(report), report["summary"]) == (0, ["M05"], {"errors": 0, "warnings": 0, "infos": 0, "ignored": 1})
    assert main(["check", *options]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "aem-mail check: nothing was found that stops the mail, but 1 error is ignored"
    assert "(Ignored until 2999-01-01: we test it; mail-team.)" in out


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_the_first_line_of_a_page_tells_of_ignored_errors_too(
    form: str, simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {MAIL_FILE: mail_file(smtp_ssl=False, smtp_port="30999")})
    entry = {"reason": "we test it", "owner": "mail-team", "expires": "2999-01-01"}
    (project.parent / "decisions.yaml").write_text(json.dumps([{"check": id_, **entry} for id_ in ("M02", "M05")]))

    assert main(["check", *ENVIRONMENT, "--directory", str(project), "--ignore-file", "decisions.yaml", "--output", form]) == 0

    assert "othing was found that stops the mail, but 1 error is ignored" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["SMTP.SendGrid.com", "smtp.sendgrid.com."])
def test_another_spelling_of_the_mail_servers_name_is_the_same_name(
    name: str, pulumi: PulumiStandIn, simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = simulator.state()
    world["programs"]["10001"]["environments"]["20001"]["advancedNetworking"]["portForwards"][0]["name"] = name
    loopback.put(f"{simulator.url}/_sim/state", json=world).raise_for_status()
    rule = {**IDS, "name": "smtp.sendgrid.com", "port_dest": 465, "port_orig": 30465}
    state(pulumi, ("AdvancedNetworking", IDS), ("PortForward", rule))

    code, report = checked(capsys, "--directory", str(project))

    assert (code, ids(report)) == (0, [])


@pytest.mark.parametrize("name", PROJECT_FILES)
def test_the_file_of_ignores_is_found_from_a_subfolder_of_the_project(
    name: str, simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {MAIL_FILE: mail_file(smtp_ssl=False)})
    (project.parent / name).touch()
    entry = {"check": "M05", "reason": "we test it", "owner": "mail-team", "expires": "2999-01-01"}
    (project.parent / FILE_NAME).write_text(json.dumps([entry]))

    code, report = checked(capsys, *ENVIRONMENT, "--directory", str(project), "--cwd", str(project))

    assert (code, report["summary"]["ignored"]) == (0, 1)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_people_read_the_mistake_the_effect_and_the_fix(
    form: str, simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {MAIL_FILE: mail_file(smtp_ssl=False)})

    assert main(["check", *ENVIRONMENT, "--directory", str(project), "--output", form]) == 2

    out = capsys.readouterr().out
    assert "M05 error: smtp.ssl does not fit the mail server's port." in out
    assert "Set it to true: port 465 begins with TLS." in out
    assert "1 error, 0 warnings, 0 infos, 0 ignored." in out


def test_a_stacks_state_is_the_declaration(pulumi: PulumiStandIn, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, {MAIL_FILE: mail_file(smtp_user="$[env:EMAIL_USERNAME;default=nobody]")})
    state(
        pulumi,
        ("NetworkInfrastructure", {"program_id": "10001", "kind": "dedicatedEgressIp", "region": "va7"}),
        ("PortForward", {**IDS, "name": "10.1.2.3", "port_dest": 465, "port_orig": 30465}),
        ("SecretEnvVar", {**IDS, "name": "EMAIL_USERNAME", "value": SECRET}),
        ("OsgiConfig", {"directory": "osgi", "pid": MAIL_SERVICE_PID, "properties": {"smtp.host": "x"}}),
    )

    code, report = checked(capsys, "--offline")

    assert (code, ids(report)) == (2, ["M08", "M20", "M35"])


def test_a_file_that_is_not_written_yet_is_checked_as_declared(
    pulumi: PulumiStandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state(
        pulumi,
        ("PortForward", {**IDS, "name": "smtp.sendgrid.com", "port_dest": 587, "port_orig": 30587}),
        ("OsgiConfig", {"directory": "osgi", "pid": MAIL_SERVICE_PID, "properties": json.loads(mail_file(smtp_port="30587"))}),
    )

    assert ids(checked(capsys, "--offline")[1]) == ["M05", "M06"]


@pytest.mark.parametrize("recorded", [[], [("OsgiConfig", {"directory": "osgi", "pid": MAIL_SERVICE_PID, "properties": {}})]])
def test_until_an_up_has_recorded_an_environment_the_configuration_is_the_declaration(
    recorded: list[tuple[str, dict[str, Any]]], pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {
        "programId": "10001",
        "environmentId": "20001",
        "egress": {"mode": "managed", "kind": "flexiblePortEgress", "region": "va7"},
        "smtp": {"host": "10.1.2.3", "port": 465},
        "fromAddress": "noreply@wknd.site",
        "usernameFrom": "env:EMAIL_USERNAME",
        "passwordFrom": "env:EMAIL_PASSWORD",
    }
    config = {f"aem-mail:{key}": {"objectValue" if isinstance(value, dict) else "value": value} for key, value in given.items()}
    state(pulumi, *recorded)
    pulumi.answers("config", stdout=json.dumps(config))

    assert ids(checked(capsys, "--offline")[1]) == ["M20"]


def test_a_user_that_is_only_referred_to_is_judged_where_it_can_be_read_and_not_shown(
    pulumi: PulumiStandIn, monkeypatch: pytest.MonkeyPatch, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = {**IDS, "name": "smtp.sendgrid.net", "port_dest": 465, "port_orig": 30465}

    def is_told(user: str, written: str) -> bool:
        monkeypatch.setenv("MAIL_USER", user)
        recorded = fingerprint(written, environment="20001", service=None, name="EMAIL_USERNAME")
        secret = {**IDS, "name": "EMAIL_USERNAME", "value_from": "env:MAIL_USER", "fingerprint": recorded}
        state(pulumi, ("PortForward", rule), ("SecretEnvVar", secret))
        report = checked(capsys, "--offline", "--directory", str(project))[1]
        assert user not in json.dumps(report["environments"][0]["findings"]) or user == "apikey"
        return "M29" in ids(report)

    assert is_told("me@wknd.site", "me@wknd.site")
    assert not is_told("apikey", "apikey")
    assert not is_told("me@wknd.site", "apikey")


def test_a_configured_user_that_is_only_referred_to_is_judged_too(
    pulumi: PulumiStandIn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAIL_USER", "me@wknd.site")
    given = {
        "programId": "10001",
        "environmentId": "20001",
        "egress": {"mode": "existing"},
        "smtp": {"preset": "sendgrid"},
        "fromAddress": "noreply@wknd.site",
        "usernameFrom": "env:MAIL_USER",
        "passwordFrom": "env:MAIL_PASSWORD",
    }
    config = {f"aem-mail:{key}": {"objectValue" if isinstance(value, dict) else "value": value} for key, value in given.items()}
    state(pulumi)
    pulumi.answers("config", stdout=json.dumps(config))

    report = checked(capsys, "--offline")[1]

    assert "M29" in ids(report)
    assert "me@wknd.site" not in json.dumps(report)


def test_a_configuration_declares_sets_and_a_file_of_variables_too(
    pulumi: PulumiStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: ours\nruntime: python\n")
    (tmp_path / "variables.yaml").write_text("- {name: EMAIL_USERNAME, type: secretString}\n- {name: MAIL_FROM, value: x}\n")
    write(tmp_path / "osgi", {MAIL_FILE: mail_file()})
    given = {
        "programId": "10001",
        "environmentId": "20001",
        "portForwards": {"30465": "10.1.2.3:465"},
        "variables": {"EMAIL_PASSWORD": {"type": "secretString"}},
        "variablesFile": "variables.yaml",
    }
    config = {f"aem-mail:{key}": {"objectValue" if isinstance(value, dict) else "value": value} for key, value in given.items()}
    state(pulumi)
    pulumi.answers("config", stdout=json.dumps(config))

    report = checked(capsys, "--offline", "--directory", "osgi")[1]
    assert ids(report) == []
    (path,) = report["environments"][0]["mailPaths"]
    assert {"2 of 2 declared", "30465 → 10.1.2.3:465"} <= {station["label"] for station in path["stations"]}

    (tmp_path / "variables.yaml").unlink()
    assert main(["check", "--offline", "--directory", "osgi"]) == 3
    assert "aem-mail:variablesFile" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("exported", "why"),
    [
        ('{"version": 99, "deployment": {"resources": []}}', "its version is 99"),
        ("no JSON", "it is no JSON"),
        ('{"version": 3, "deployment": {"resources": [1]}}', "its resources are no list"),
    ],
)
def test_a_state_that_cannot_be_understood_is_not_judged(
    exported: str, why: str, pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    state(pulumi)
    pulumi.answers("stack", stdout=exported)

    assert main(["check", "--stack", "dev", "--offline"]) == 30

    assert f"The state of stack dev cannot be read: {why}" in capsys.readouterr().err


def test_an_environment_whose_id_a_program_made_a_secret_is_known_by_the_resources_id(
    pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = {**IDS, "environment_id": SECRET, "name": "10.1.2.3", "port_dest": 465, "port_orig": 30465}
    entry = {"type": "pulumi-python:dynamic/aem:PortForward", "urn": "a", "id": "10001/20001/30465", "inputs": inputs}
    state(pulumi)
    pulumi.answers("stack", stdout=json.dumps({"version": 3, "deployment": {"resources": [entry]}}))

    report = checked(capsys, "--offline")[1]

    assert [one["environmentId"] for one in report["environments"]] == ["20001"]


def test_a_stack_without_anything_of_ours_says_what_to_name(pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    state(pulumi)

    assert main(["check", "--offline"]) == 3

    assert "the stack declares nothing for an environment; name --program and --environment" in capsys.readouterr().err


def test_without_credentials_the_way_out_is_named(pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    state(pulumi, ("PortForward", {**IDS, "name": "smtp.sendgrid.com", "port_dest": 587, "port_orig": 30587}))

    assert main(["check"]) == 3

    assert "or ask Cloud Manager nothing, with --offline" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--program", "10001", "--offline"), "--environment: is missing; with --offline"),
        ((*ENVIRONMENT, "--directory", "absent"), "absent is no directory"),
        ((*ENVIRONMENT, "--ignore-file", "absent"), "absent is no file"),
    ],
)
def test_bad_input_is_one_message_and_3(
    options: tuple[str, ...], message: str, simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *options]) == 3

    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1


def test_an_environment_that_is_not_there_is_named(simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--program", "10001", "--environment", "29", "--directory", str(project)]) == 3

    assert "Environment 29 does not exist in program 10001, whose environments are: 20001 (dev)" in capsys.readouterr().err


def test_ten_thousand_files_are_checked_in_five_seconds(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(10_000):
        (project / "config" / f"com.example.Service{number}.cfg.json").write_bytes(b'{"a": 1}')
    began = process_time()

    code, report = checked(capsys, *ENVIRONMENT, "--directory", str(project), "--offline")

    assert process_time() - began < 5
    assert (code, ids(report)) == (0, [])


def test_an_unfinished_file_and_a_link_that_leaves_are_findings(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "outside.json").write_text("{}")
    (project / "config.author").mkdir()
    (project / "config.author" / Path(MAIL_FILE).name).symlink_to(tmp_path / "outside.json")
    write(project, {f"config.publish/{MAIL_SERVICE_PID}.cfg.json": '{"smtp.host": '})

    _, report = checked(capsys, *ENVIRONMENT, "--directory", str(project), "--offline")

    assert [finding["id"] for finding in report["environments"][0]["findings"]] == ["M26", "M26"]
    assert FILE_NAME == "aem-mail-ignore.yaml"
