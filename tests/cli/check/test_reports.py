"""The forms of the report, and what it says of a whole program."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from aem_mail.cli import terminal
from aem_mail.cli.main import main
from aem_mail.osgi import MAIL_SERVICE_PID
from aem_mail.reports.mail_path.terminal import coloured
from aem_mail.simulator.server import Running
from tests import loopback
from tests.checks.situations import DEFAULTS, MAIL_FILE, mail_file, write
from tests.cli.check.conftest import RULE, VARIABLES
from tests.cli.check.test_check import state
from tests.cli.pulumi_stand_in import PulumiStandIn
from tests.markup import local, parsed, texts
from tests.reports.test_sarif import VALIDATOR

ENVIRONMENT = ("--program", "10001", "--environment", "20001")
REPORTS = Path(__file__).parents[3] / "docs" / "reports.md"
PROGRAM = ("--program", "10001")


@pytest.fixture
def whole_program(simulator: Running) -> Running:
    """Set dev and stage up alike; prod lacks the password."""
    state = simulator.state()
    environments = state["programs"]["10001"]["environments"]
    for id_, variables in (("20002", VARIABLES), ("20003", VARIABLES[:1])):
        environments[id_] |= {"advancedNetworking": {"nonProxyHosts": [], "portForwards": [RULE]}, "variables": variables}
    loopback.put(f"{simulator.url}/_sim/state", json=state).raise_for_status()
    return simulator


def printed(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    code = main(["check", *options])
    return code, capsys.readouterr().out


def test_a_program_is_checked_whole_and_what_prod_lacks_is_named(
    whole_program: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = printed(capsys, *PROGRAM, "--directory", str(project), "--output", "json")

    report: dict[str, Any] = json.loads(out)
    assert code == 2
    found = {one["environmentId"]: [finding["id"] for finding in one["findings"]] for one in report["environments"]}
    assert set(found) == {"20001", "20002", "20003"}
    assert {"M09", "M28"} <= set(found["20003"])
    assert not {"M09", "M28"} & {*found["20001"], *found["20002"]}
    (parity,) = report["parity"]
    assert [one["type"] for one in parity["environments"]] == ["dev", "stage", "prod"]
    (password,) = [row for row in parity["rows"] if row["name"] == "EMAIL_PASSWORD"]
    assert [cell["standing"] for cell in password["cells"]] == ["fine", "fine", "missing"]


def test_what_is_meant_is_shown_as_meant_and_counts_no_more(
    whole_program: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {f"config.dev/{Path(MAIL_FILE).name}": mail_file(from_address="dev@wknd.site")})
    entry = {"check": "M28", "reason": "dev writes as itself", "owner": "mail-team", "expires": "2999-01-01"}
    entry["where"] = "environment 20001, property from.address"
    (project.parent / "decisions.yaml").write_text(json.dumps([entry]))

    _, out = printed(capsys, *PROGRAM, "--directory", str(project), "--ignore-file", "decisions.yaml")

    assert "dev@wknd.site (differs, meant)" in out
    assert "(Ignored until 2999-01-01: dev writes as itself; mail-team.)" in out


def test_a_program_without_an_aem_project_is_compared_by_all_that_there_is(
    whole_program: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    code, out = printed(capsys, *PROGRAM, "--without-osgi")

    assert (code, printed(capsys, *PROGRAM)[0]) == (0, 2)
    assert "M28 warning: One environment of the program is not like the others. environment 20003, variable EMAIL_PASSWORD:" in out


def test_a_program_costs_two_reads_for_itself_one_for_its_list_and_two_for_each_environment(
    whole_program: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loopback.delete(f"{whole_program.url}/_sim/journal").raise_for_status()

    printed(capsys, *PROGRAM, "--directory", str(project))

    reads = [one for one in loopback.get(f"{whole_program.url}/_sim/journal").json() if one["path"].startswith("/api")]
    assert len(reads) == 2 + 1 + 3 * 2
    assert {one["method"] for one in reads} == {"GET"}


def test_the_mail_path_is_drawn_in_the_terminal_without_colours_where_there_is_none(
    simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {MAIL_FILE: mail_file(smtp_ssl=False)})

    _, out = printed(capsys, *ENVIRONMENT, "--directory", str(project))

    assert "✓ proxy                   AEM_PROXY_HOST:30465\n✓ port forward            30465 → smtp.sendgrid.com:465\n" in out
    assert "✗ mail server             smtp.sendgrid.com:465\n" in out
    assert "\033" not in out


@pytest.mark.parametrize(
    ("tty", "environ", "colours"),
    [
        (True, {}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
)
def test_colours_are_for_terminals_whose_user_wants_them(
    tty: bool, environ: dict[str, str], colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: tty)

    assert (terminal.paint() is coloured) is colours


def test_the_report_and_its_picture_fit_the_terminal(
    simulator: Running, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "30")

    _, out = printed(capsys, *ENVIRONMENT, "--directory", str(project))

    picture = out.partition("Mail path")[2].partition("\n\n")[0].splitlines()
    assert len(picture) > 10
    assert max(map(len, picture)) <= 30
    assert [line for line in out.splitlines() if len(line) > 30 and " " in line.removeprefix("- ").strip()] == []


def test_html_is_one_page_with_the_picture_of_the_way(simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, {MAIL_FILE: mail_file(smtp_ssl=False)})

    code, out = printed(capsys, *ENVIRONMENT, "--directory", str(project), "--output", "html")

    root = parsed(out)
    assert code == 2
    assert "smtp.ssl does not fit the mail server's port" in texts(root)
    assert [one.attrib["class"] for one in root.iter() if local(one) == "svg" and "viewBox" in one.attrib and "role" in one.attrib] == [
        "mail-path",
        "mail-path",
    ]


def test_junit_has_a_test_suite_for_the_environment(simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, {MAIL_FILE: mail_file(smtp_ssl=False)})

    code, out = printed(capsys, *ENVIRONMENT, "--directory", str(project), "--output", "junit")

    (suite,) = parsed(out)
    assert (code, suite.attrib["failures"], suite.attrib["errors"]) == (2, "1", "0")


def test_sarif_names_file_and_line_from_the_root_of_the_repository(
    simulator: Running, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {MAIL_FILE: mail_file(smtp_ssl=False).replace(', "', ',\n"')})
    repository = project.parent
    (repository / ".git").mkdir()
    (repository / "infrastructure").mkdir()
    monkeypatch.chdir(repository / "infrastructure")

    code, out = printed(capsys, *ENVIRONMENT, "--directory", "../osgi", "--output", "sarif")

    report = json.loads(out)
    VALIDATOR.validate(report)
    (result,) = report["runs"][0]["results"]
    assert (code, report["runs"][0]["invocations"][0]["exitCode"]) == (2, 2)
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": f"osgi/{MAIL_FILE}", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 6},
    }


def test_sarif_places_what_a_stack_declares_in_its_project_and_what_it_renders_where_it_will_be_written(
    pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("Pulumi.yaml").write_text("name: mail\nruntime: python\n")
    ids = {"program_id": "10001", "environment_id": "20001"}
    rule = {**ids, "name": "relay.example.com", "port_dest": 25, "port_orig": 30025}
    file = {"directory": "ui.config/osgi", "pid": MAIL_SERVICE_PID, "properties": {**DEFAULTS, "smtp.port": "30025"}}
    state(pulumi, ("PortForward", rule), ("OsgiConfig", file))

    code, out = printed(capsys, "--offline", "--output", "sarif")

    report = json.loads(out)
    VALIDATOR.validate(report)
    found = [(one["ruleId"], one["locations"][0]["physicalLocation"]) for one in report["runs"][0]["results"]]
    places = [(id_, place["artifactLocation"]["uri"], place["region"]["startLine"]) for id_, place in found]
    assert (code, places) == (2, [("M05", f"ui.config/osgi/{MAIL_FILE}", 7), ("M07", "Pulumi.yaml", 1)])


@pytest.mark.parametrize("form", ["html", "junit"])
def test_a_missing_extra_is_one_message_that_names_it(
    form: str, simulator: Running, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)

    assert main(["check", *ENVIRONMENT, "--directory", str(project), "--output", form]) == 3

    err = capsys.readouterr().err
    assert "--output: jinja2 is missing" in err
    assert "pip install 'aem-mail[report] @ git+https://" in err
    assert err.count("\n") == 1


def test_the_documented_picture_is_what_is_drawn(
    simulator: Running, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    write(project, {MAIL_FILE: mail_file(smtp_ssl=False)})

    _, out = printed(capsys, *ENVIRONMENT, "--directory", str(project))

    documented = REPORTS.read_text(encoding="utf-8").partition("--environment 20001 --directory osgiconfig\n")[2].partition("```")[0]
    assert documented.count("\n") > 15
    assert out.startswith(documented)


@pytest.mark.parametrize("form", ["text", "json", "junit", "html", "sarif"])
def test_an_environment_that_cannot_be_read_is_told_and_the_others_are_checked(
    form: str, whole_program: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = {"method": "GET", "path": "/api/program/10001/environment/20003/variables", "times": 100, "status": 403}
    loopback.post(f"{whole_program.url}/_sim/faults", json=fault).raise_for_status()

    code, out = printed(capsys, *PROGRAM, "--directory", str(project), "--output", form)

    assert code == 10
    told = {
        "text": "program 10001, environment 20003:\n\n- It could not be read, so nothing is known of it: ",
        "json": '"unread": "',
        "junit": '<error type="not read" message="',
        "html": "but 1 of 3 environments could not be read.",
        "sarif": '"executionSuccessful": false',
    }
    assert told[form] in out
    assert "30465 → smtp.sendgrid.com:465" in out or form in ("text", "junit", "sarif")


@pytest.mark.parametrize("form", ["text", "markdown", "json", "html", "junit", "sarif"])
def test_whatever_somebody_called_an_environment_is_printed(
    form: str, simulator: Running, project: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    state = simulator.state()
    state["programs"]["10001"]["environments"]["20001"]["name"] = "\x1b[31m <script>"
    loopback.put(f"{simulator.url}/_sim/state", content=json.dumps(state).encode()).raise_for_status()

    assert main(["check", *ENVIRONMENT, "--directory", str(project), "--output", form]) == 0

    out = capsysbinary.readouterr().out
    assert b"\x1b" not in out
    assert out.decode("utf-8")
