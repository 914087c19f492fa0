"""What the first line says was not judged, and how the command then ends."""

import json
from pathlib import Path
from typing import Any

import pytest

from aem_mail.checks.coverage import MEANT, NO_CONFIGURATION, OFFLINE, UNREADABLE
from aem_mail.cli.main import main
from aem_mail.osgi import MAIL_SERVICE_PID
from aem_mail.simulator.server import Running
from tests import loopback
from tests.checks.situations import MAIL_FILE, mail_file, write
from tests.cli.check.test_check import ENVIRONMENT, IDS, SECRET, ids, state
from tests.cli.pulumi_stand_in import PulumiStandIn
from tests.markup import local, parsed

NOTHING_WRONG = "nothing that was judged is wrong"
FILE: dict[str, Any] = {"directory": "osgi", "pid": MAIL_SERVICE_PID, "properties": json.loads(mail_file())}
RULE: dict[str, Any] = {**IDS, "name": "smtp.sendgrid.com", "port_dest": 465, "port_orig": 30465}


def first_line(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    code = main(["check", *options])
    return code, capsys.readouterr().out.splitlines()[0]


def test_where_all_was_judged_the_first_line_says_that_mail_arrives_as_far_as_can_be_found(
    simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert first_line(capsys, *ENVIRONMENT, "--directory", str(project)) == (0, "aem-mail check: nothing was found that stops the mail")


def test_without_live_data_the_first_line_says_so_and_what_is_right_passes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert first_line(capsys, *ENVIRONMENT, "--offline", "--directory", str(project)) == (0, f"aem-mail check: {OFFLINE}; {NOTHING_WRONG}")


def test_without_an_osgi_configuration_nothing_passes_unless_that_is_meant(
    simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert first_line(capsys, *ENVIRONMENT) == (2, f"aem-mail check: {NO_CONFIGURATION}; {NOTHING_WRONG}")
    assert first_line(capsys, *ENVIRONMENT, "--without-osgi") == (0, f"aem-mail check: {MEANT}; {NOTHING_WRONG}")


def test_a_configuration_that_cannot_be_read_is_no_check_of_mail(
    simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {MAIL_FILE: "{,}"})

    code, line = first_line(capsys, *ENVIRONMENT, "--directory", str(project))

    assert (code, line.startswith(f"aem-mail check: {UNREADABLE}; ")) == (2, True)


def test_a_project_that_is_not_there_is_judged_as_declared_and_that_is_said(
    pulumi: PulumiStandIn, simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    state(pulumi, ("AdvancedNetworking", IDS), ("PortForward", RULE), ("OsgiConfig", FILE))

    code, line = first_line(capsys)

    told = "aem-mail check: the OSGi configuration was judged as declared, since there is no folder osgi"
    assert (code, line) == (0, f"{told}; {NOTHING_WRONG}")


def test_tiers_that_are_not_declared_to_send_are_named(
    pulumi: PulumiStandIn, simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = ("SecretEnvVar", {**IDS, "name": "EMAIL_PASSWORD", "service": "author", "value": SECRET})
    state(pulumi, ("AdvancedNetworking", IDS), ("PortForward", RULE), ("OsgiConfig", FILE), secret)

    _, line = first_line(capsys)

    told = "mail of publish and preview was not judged, since the credentials are declared for author only"
    assert line.startswith(f"aem-mail check: {told}; ")


def test_a_tier_that_cloud_manager_does_not_link_to_is_named(simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = simulator.state()
    world["programs"]["10001"]["environments"]["20001"]["tiers"] = ["author"]
    loopback.put(f"{simulator.url}/_sim/state", json=world).raise_for_status()

    told = "mail of publish was not judged, since Cloud Manager links to no such tier of this environment"
    line = f"aem-mail check: {told}; {NOTHING_WRONG}"
    assert first_line(capsys, *ENVIRONMENT, "--directory", str(project)) == (0, line)


def test_both_are_no_choice(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", *ENVIRONMENT, "--without-osgi", "--directory", "osgi"])

    assert ended.value.code == 3
    assert "not allowed with argument" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["html", "junit", "json", "sarif"])
def test_every_form_says_that_mail_was_not_checked(
    form: str, simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *ENVIRONMENT, "--output", form]) == 2

    assert "there is no OSGi configuration of the mail service" in capsys.readouterr().out


def test_junit_has_no_run_without_a_failure_where_the_exit_code_is_2(
    simulator: Running, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", *ENVIRONMENT, "--output", "junit"])

    errors = [local(element) for element in parsed(capsys.readouterr().out).iter() if local(element) == "error"]
    assert errors == ["error"]


@pytest.mark.parametrize(
    ("recorded", "live", "told"),
    [
        (True, [], "Declared, no longer there: nobody would answer AEM at proxy.tunnel:30465. Run `pulumi up --refresh` to restore it."),
        (False, [], "Declared, not there yet: nobody would answer AEM at proxy.tunnel:30465. Run `pulumi up`."),
        (
            False,
            [{"name": "ldap.example.com", "portDest": 636, "portOrig": 30465}],
            "AEM would reach ldap.example.com:636 by this port, and smtp.sendgrid.com:465 is declared. `pulumi up` refuses to overwrite it "
            "unless aem-mail:onConflict.portForward=replace is declared: declare that, or what is there, or another aem-mail:smtp.portOrig",
        ),
    ],
)
def test_a_declared_rule_that_does_not_wait_there_is_told_with_what_to_do(
    recorded: bool, live: list[Any], told: str, *, pulumi: PulumiStandIn, simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    world = simulator.state()
    world["programs"]["10001"]["environments"]["20001"]["advancedNetworking"]["portForwards"] = live
    loopback.put(f"{simulator.url}/_sim/state", json=world).raise_for_status()
    state(pulumi, *((("AdvancedNetworking", IDS), ("PortForward", RULE), ("OsgiConfig", FILE)) if recorded else ()))
    if not recorded:
        given = {
            **{"programId": "10001", "environmentId": "20001", "egress": {"mode": "existing"}, "fromAddress": "noreply@wknd.site"},
            **{"smtp": {"host": "smtp.sendgrid.com", "port": 465}, "usernameFrom": "env:U", "passwordFrom": "env:P"},
        }
        values = {f"aem-mail:{key}": {"objectValue" if isinstance(one, dict) else "value": one} for key, one in given.items()}
        pulumi.answers("config", stdout=json.dumps(values))

    assert main(["check"]) == 2

    assert told in capsys.readouterr().out.replace(" Fix: ", " ")
    main(["check", "--output", "json"])
    assert "M34" in ids(json.loads(capsys.readouterr().out))
