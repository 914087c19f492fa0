"""A preview names the mistakes that need no answer of Cloud Manager, and `aem-mail check` those of a stack that is up."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aem_mail.osgi import MAIL_SERVICE_PID
from tests.checks.situations import mail_file, write
from tests.flow.conftest import Simulator
from tests.flow.programs import mail_egress
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

WINNER = f"config.author/{MAIL_SERVICE_PID}.cfg.json"


def checked(stack: Stack, *options: str) -> tuple[int, dict[str, Any]]:
    done = stack.aem_mail("check", "--output", "json", *options)
    return done.code, json.loads(done.stdout)


def test_an_aem_project_is_checked_where_there_is_no_pulumi_at_all(tmp_path: Path) -> None:
    app = tmp_path / "ui.config/src/main/content/jcr_root/apps/wknd/osgiconfig"
    write(app, {f"config/{MAIL_SERVICE_PID}.cfg.json": mail_file()})
    (tmp_path / "bin").mkdir()
    bare = {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "aem_mail.cli.main", "check", ".", "--output", "json"]

    def ended() -> tuple[int, list[str], str]:
        done = subprocess.run(command, cwd=tmp_path, env=bare, capture_output=True, text=True, check=False)
        report = json.loads(done.stdout)
        return done.returncode, [finding["id"] for one in report["environments"] for finding in one["findings"]], done.stderr

    assert shutil.which("pulumi", path=bare["PATH"]) is None
    assert ended() == (0, [], "")
    write(app, {f"config/{MAIL_SERVICE_PID}.cfg.json": mail_file(smtp_port="587")})
    assert ended() == (2, ["M02"], "")


def test_an_error_stops_the_preview_and_the_cure_lets_it_pass(stack: Stack, simulator: Simulator) -> None:
    write(stack.folder / "osgiconfig", {WINNER: mail_file(smtp_host="smtp.example.com", smtp_ssl=False)})
    stack.program(mail_egress("flexiblePortEgress"))

    refused = stack.preview(code=1).output

    assert "MailEgress mail: no mail would arrive:" in refused
    assert "M01 error: " in refused
    assert "M05 error: " in refused
    write(stack.folder / "osgiconfig", {WINNER: mail_file()})
    stack.preview()
    assert simulator.mutations() == []


def test_a_warning_is_shown_and_stops_nothing(stack: Stack) -> None:
    stack.program(mail_egress("flexiblePortEgress", port=587).replace("587)", "587, 30465)"))

    assert "M04 warning: " in stack.preview().output


def test_a_user_that_the_mail_server_does_not_know_is_told_of_by_the_preview_though_it_is_only_referred_to(stack: Stack) -> None:
    stack.watch.add("me-at-wknd")
    stack.env["MAIL_USER"] = "me-at-wknd"
    program = mail_egress("flexiblePortEgress").replace('"smtp.example.com", 465', '"smtp.sendgrid.net", 465')
    stack.program(program.replace('username="apikey"', 'username_from="env:MAIL_USER"'))

    assert "username_from: is another user than apikey" in stack.preview().output


def test_what_is_up_is_clean_until_somebody_breaks_it(stack: Stack, simulator: Simulator) -> None:
    stack.program(mail_egress("flexiblePortEgress")).up()

    assert checked(stack)[0] == 0
    assert simulator.send(stack.folder / "osgiconfig")["delivered"]
    write(stack.folder / "osgiconfig", {WINNER: mail_file(smtp_user="$[env:EMAIL_USERNAME;default=nobody]")})

    code, report = checked(stack)

    assert code == 2
    assert [finding["id"] for finding in report["environments"][0]["findings"]] == ["M08", "M35"]
    assert simulator.send(stack.folder / "osgiconfig", run_modes=("author", "dev"))["stage"] == "auth"


def test_what_is_demanded_of_the_network_outlives_the_program_and_changes_nothing(stack: Stack, simulator: Simulator) -> None:
    demands = "requires_fixed_ip=True, expected_connections=2000"
    assert "M19 error: " in stack.program(mail_egress("flexiblePortEgress", egress=demands)).preview(code=1).output

    assert "M30 warning: " in stack.program(mail_egress("dedicatedEgressIp", egress=demands)).up().output
    code, report = checked(stack)
    before = len(simulator.mutations())
    stack.program(mail_egress("dedicatedEgressIp")).up()

    assert (code, [finding["id"] for finding in report["environments"][0]["findings"]]) == (0, ["M30"])
    assert len(simulator.mutations()) == before
    assert checked(stack)[1]["environments"][0]["findings"] == []
