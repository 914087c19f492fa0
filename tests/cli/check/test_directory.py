"""An AEM project by itself: every app of it, from whichever folder is named, without Pulumi, ids or credentials."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import jsonschema  # type: ignore[import-untyped]  # it has no types
import pytest

from aem_mail.cli.main import main
from aem_mail.osgi import MAIL_SERVICE_PID
from aem_mail.simulator.server import Running
from tests import loopback
from tests.checks.situations import mail_file, write
from tests.cli.check.test_check import IDS, ids, state
from tests.cli.pulumi_stand_in import PulumiStandIn

SCHEMA: Final = json.loads((Path(__file__).parents[3] / "docs" / "check.schema.json").read_text(encoding="utf-8"))
ROOT: Final = "ui.config/src/main/content/jcr_root"
WKND: Final = f"{ROOT}/apps/wknd/osgiconfig"
OTHER: Final = "other/ui.config/src/main/content/jcr_root/apps/other/osgiconfig"
FILE: Final = f"config/{MAIL_SERVICE_PID}.cfg.json"
RULE: Final[dict[str, Any]] = {**IDS, "name": "smtp.sendgrid.com", "port_dest": 465, "port_orig": 30465}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout of an AEM project with one app, whose build has left a copy; there is no Pulumi, and no credential."""
    monkeypatch.setenv("PATH", "")
    for name in ("BASE_URL", "ORG_ID", "CLIENT_ID", "CLIENT_SECRET", "ACCESS_TOKEN"):
        monkeypatch.delenv(f"CLOUDMANAGER_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {f"{WKND}/{FILE}": mail_file(), f"{WKND}/config.author/com.example.Other.cfg.json": "{}"})
    built = {f"ui.config/target/{WKND}/{FILE}": mail_file(smtp_host="smtp.wknd.site"), f".idea/{WKND}/{FILE}": "{"}
    write(tmp_path, {**built, f"ui.frontend/node_modules/x/osgiconfig/{FILE}": "{"})
    return tmp_path


def checked(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    code = main(["check", *options, "--output", "json"])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, SCHEMA)
    return code, report


def types(report: dict[str, Any]) -> dict[tuple[str, ...], list[str]]:
    return {tuple(one["environmentTypes"]): [finding["id"] for finding in one["findings"]] for one in report["environments"]}


@pytest.mark.parametrize("folder", [".", "ui.config", ROOT, f"{ROOT}/apps", f"{ROOT}/apps/wknd", WKND])
def test_the_app_is_found_from_every_folder_above_it(folder: str, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = checked(capsys, folder)

    assert (code, types(report)) == (0, {(): []})
    assert [Path(one) for one in report["folders"]] == [Path(WKND)]
    assert report["environments"][0]["programId"] is None


def test_a_folder_of_another_name_that_holds_configurations_is_one(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repository / "osgi", {FILE: mail_file(smtp_port="587")})

    assert types(checked(capsys, "osgi")[1]) == {(): ["M02"]}


def test_several_apps_are_judged_together_and_named(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repository / OTHER, {FILE: mail_file(from_address="other@wknd.site")})

    assert main(["check", "."]) == 2

    out = " ".join(capsys.readouterr().out.split())
    assert f"OSGi configuration: {OTHER} and {WKND}." in out
    assert (
        f"M26 error: A configuration file that AEM does not take. {OTHER}/{FILE} and {WKND}/{FILE}: On author, AEM may take either" in out
    )


def test_an_app_for_one_type_alone_beats_the_general_one_there(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repository / OTHER, {f"config.prod/{MAIL_SERVICE_PID}.cfg.json": mail_file(smtp_host="smtp.wknd.site", smtp_password="hunter2")})

    code, report = checked(capsys, ".")

    assert (code, types(report)) == (2, {("dev", "stage"): [], ("prod",): ["M01", "M31"]})
    assert types(checked(capsys, ".", "--environment-type", "dev")[1]) == {("dev",): []}


def test_an_app_without_mail_does_no_harm(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repository / OTHER, {"config.prod/com.example.Other.cfg.json": "{"})

    assert checked(capsys, ".")[0] == 0


def test_a_project_without_a_mail_service_is_no_green(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / WKND / FILE).unlink()

    code, report = checked(capsys, ".")

    assert (code, types(report)) == (2, {(): ["M26"]})
    assert report["environments"][0]["notJudged"][0].endswith("has no OSGi configuration of the mail service that applies")


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ([{"name": name, "type": "secretString"} for name in ("EMAIL_USERNAME", "EMAIL_PASSWORD")], []),
        ([{"name": "EMAIL_USERNAME", "type": "secretString", "value": "****"}], ["M09"]),
        ([{"name": "EMAIL_USERNAME", "type": "string", "value": "x"}, {"name": "EMAIL_PASSWORD", "type": "secretString"}], ["M08"]),
        ([{"name": name, "type": "secretString", "value": ""} for name in ("EMAIL_USERNAME", "EMAIL_PASSWORD")], ["M09", "M09"]),
        (
            {"_embedded": {"variables": [{"name": "EMAIL_USERNAME", "type": "secretString", "status": "ready"}]}, "_links": {}},
            ["M09"],
        ),
    ],
)
def test_the_variables_of_a_file_are_those_of_the_environment(
    variables: Any, found: list[str], repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "variables.json").write_text(json.dumps(variables))

    code, report = checked(capsys, ".", "--variables", "variables.json")

    assert (code, types(report)) == (2 if found else 0, {(): found})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("absent",), "absent is no directory; give the AEM project's repository"),
        (("ui.frontend",), "ui.frontend has no osgiconfig folder in it, nor below it; give"),
        ((".", "--environment", "20001"), "--environment: needs --program or --stack"),
        ((".", "--variables", "absent"), "--variables: absent"),
        (("--program", "1", "--environment", "2", "--variables", "x"), "--variables: needs --offline"),
    ],
)
def test_what_cannot_be_is_one_sentence(options: Sequence[str], message: str, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", *options]) == 3

    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1


def test_the_folder_that_a_link_leads_to_is_not_read(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repository / "elsewhere", {f"osgiconfig/{FILE}": mail_file(smtp_password="hunter2")})
    (repository / "ui.frontend/osgiconfig").symlink_to(repository / "elsewhere/osgiconfig")

    assert main(["check", "ui.frontend"]) == 3


def test_with_a_program_the_apps_are_judged_with_what_is_live(
    simulator: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {f"{WKND}/{FILE}": mail_file(), f"{OTHER}/config.dev/{MAIL_SERVICE_PID}.cfg.json": mail_file(smtp_ssl=False)})
    state = simulator.state()
    state["programs"]["10001"]["environments"]["20001"]["type"] = "dev"
    loopback.put(f"{simulator.url}/_sim/state", json=state).raise_for_status()

    code, report = checked(capsys, ".", "--program", "10001", "--environment", "20001")

    assert (code, ids(report), len(report["folders"])) == (2, ["M05"], 2)


def test_with_a_stack_what_it_writes_is_one_of_the_apps(pulumi: PulumiStandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    properties = json.loads(mail_file())
    write(tmp_path / "aem", {f"{WKND}/{FILE}": mail_file(), f"{OTHER}/config.author/{MAIL_SERVICE_PID}.cfg.json": mail_file()})
    declared = {"directory": f"aem/{WKND}", "pid": MAIL_SERVICE_PID, "properties": properties}
    state(pulumi, ("AdvancedNetworking", IDS), ("PortForward", RULE), ("OsgiConfig", declared))

    code, report = checked(capsys, "aem", "--stack", "dev", "--offline")

    assert (code, ids(report), len(report["folders"])) == (0, [], 2)
    (tmp_path / "aem" / WKND / FILE).write_text(mail_file(from_address="edited@wknd.site"))
    assert ids(checked(capsys, "aem", "--stack", "dev", "--offline")[1]) == ["M35"]


def findings(report: dict[str, Any]) -> set[tuple[str, str]]:
    return {(finding["id"], finding["severity"]) for one in report["environments"] for finding in one["findings"]}


NODE: Final = (
    '<jcr:root xmlns:sling="s" xmlns:jcr="j" jcr:primaryType="sling:OsgiConfig" smtp.host="mail.example" smtp.port="{Long}465"\n'
    ' smtp.user="me" smtp.password="hunter2" smtp.ssl="{Boolean}true" from.address="noreply@wknd.site"/>'
)


def test_a_password_in_an_xml_file_is_found_and_the_file_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "osgiconfig", {f"config/{MAIL_SERVICE_PID}.xml": NODE})

    code, report = checked(capsys, str(tmp_path / "osgiconfig"))

    assert code == 2
    assert findings(report) == {("M01", "error"), ("M31", "error"), ("M38", "warning")}
    assert "hunter2" not in json.dumps(report)


def test_a_config_file_counts_in_its_run_modes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = 'smtp.host="192.0.2.10"\nsmtp.port=I"587"\nsmtp.user=""\nfrom.address="noreply@wknd.site"\n'
    write(tmp_path / "osgiconfig", {f"config.author.dev/{MAIL_SERVICE_PID}.config": text})

    by_type = types(checked(capsys, str(tmp_path / "osgiconfig"))[1])

    assert by_type["dev",] == ["M01", "M38"]
    assert by_type["stage", "prod"] == ["M26"]


def test_a_file_in_a_folder_below_its_run_modes_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "osgiconfig", {f"config.author/mail/{MAIL_SERVICE_PID}.cfg.json": mail_file(smtp_port="587")})

    assert findings(checked(capsys, str(tmp_path / "osgiconfig"))[1]) == {("M02", "error")}


def test_misspelt_properties_are_named_with_the_ones_that_were_meant(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    misspelt = {"smtp_user": None, "smtp_username": "$[env:MAIL_USER]", "smtp_password": None, "smtp_pass": "hunter2"}
    file = mail_file(**misspelt, from_address=None, from_adress="a@b")
    write(tmp_path / "osgiconfig", {FILE: file})

    _, report = checked(capsys, str(tmp_path / "osgiconfig"))

    fixes = {finding["fix"] for one in report["environments"] for finding in one["findings"] if finding["id"] == "M37"}
    assert fixes == {"Write smtp.user.", "Write smtp.password.", "Write from.address."}
    assert ("M31", "error") in findings(report)


@pytest.mark.parametrize(
    ("folder", "effect", "fix"),
    [
        ("install.author", "AEM's build would fail", "Move it to config.author."),
        ("config.dev.author", "are in the wrong order", "Rename the folder to config.author.dev."),
        ("config.author.local", "no environment has the run mode local", "Keep it if it is for AEM elsewhere"),
        ("config.author.publish", "no folder may have the run modes author.publish", "Keep it if it is for AEM elsewhere"),
    ],
)
def test_a_folder_that_the_build_does_not_take_is_named(
    folder: str, effect: str, fix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "osgiconfig", {FILE: mail_file(), f"{folder}/{MAIL_SERVICE_PID}.cfg.json": mail_file()})

    _, report = checked(capsys, str(tmp_path / "osgiconfig"))

    found = [finding for one in report["environments"] for finding in one["findings"]]
    assert [finding["id"] for finding in found] == ["M26"] * len(found)
    assert effect in found[0]["effect"]
    assert found[0]["fix"].startswith(fix)


def test_configurations_elsewhere_in_the_code_are_judged_and_folders_of_components_are_not(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repository / ROOT / "apps" / "old", {FILE: mail_file(smtp_port="587")})
    write(repository / ROOT / "apps" / "components" / "page", {"config/dialog.xml": "<x/>"})

    _, report = checked(capsys, ".")

    assert [Path(one) for one in report["folders"]] == [Path(ROOT) / "apps" / "old", Path(WKND)]


def test_the_picture_names_the_folder_of_the_run_modes_and_not_one_below_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "osgiconfig", {f"config.author/mail/{MAIL_SERVICE_PID}.cfg.json": mail_file()})

    main(["check", str(tmp_path / "osgiconfig")])

    assert "OSGi configuration      config.author\n" in capsys.readouterr().out
