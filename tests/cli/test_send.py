import argparse
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from aem_mail.cli import send
from aem_mail.errors import InvalidInput, NoAnswer
from aem_mail.osgi import MAIL_SERVICE_PID, MailService, render_configuration, render_mail_service
from aem_mail.simulator.server import Running, running_simulator
from tests import loopback
from tests.cli.pulumi_stand_in import PulumiStandIn, install

VARIABLES = [
    {"name": "EMAIL_USERNAME", "type": "secretString", "value": "apikey"},
    {"name": "EMAIL_PASSWORD", "type": "secretString", "value": "password123"},
]
RULE = {"name": "smtp.sendgrid.com", "portDest": 465, "portOrig": 30465}
INFRASTRUCTURE = {"id": "30001", "kind": "flexiblePortEgress", "region": "va7", "status": "ready"}


DECLARED: dict[str, Any] = {
    "programId": "10001",
    "environmentId": "20001",
    "egress": {"mode": "existing"},
    "smtp": {"host": "smtp.sendgrid.com", "port": 465},
    "fromAddress": "noreply@wknd.site",
    "usernameFrom": "env:EMAIL_USERNAME",
    "passwordFrom": "env:EMAIL_PASSWORD",
}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Running]:
    with running_simulator() as running:
        state = running.state()
        program = state["programs"]["10001"]
        program["infrastructures"] = [INFRASTRUCTURE]
        program["environments"]["20001"] |= {"advancedNetworking": {"nonProxyHosts": [], "portForwards": [RULE]}, "variables": VARIABLES}
        loopback.put(f"{running.url}/_sim/state", json=state).raise_for_status()
        yield running


@pytest.fixture
def directory(tmp_path: Path, simulator: Running, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLOUDMANAGER_BASE_URL", simulator.url)
    write(tmp_path, "config", smtp_port=30465)
    return tmp_path


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PulumiStandIn:
    return install(tmp_path / "bin", monkeypatch)


def write(directory: Path, folder: str, smtp_port: int) -> None:
    rendered = render_mail_service(MailService(smtp_port, 465, "noreply@wknd.site", "EMAIL_USERNAME", "EMAIL_PASSWORD"))
    path = directory / folder / f"{MAIL_SERVICE_PID}.cfg.json"
    path.parent.mkdir()
    path.write_text(render_configuration(rendered), encoding="utf-8")


def run(directory: Path, *options: str, program: str = "10001", environment: str = "20001", tier: str = "author") -> int:
    return run_with("--program", program, "--environment", environment, "--tier", tier, "--directory", str(directory), *options)


def run_with(*options: str) -> int:
    parser = argparse.ArgumentParser()
    send.configure(parser.add_subparsers(dest="command").add_parser("send"))
    args = parser.parse_args(["send", *options])
    return int(args.run(args))


def declared(pulumi: PulumiStandIn, **configuration: Any) -> None:
    """Let the selected stack, which was never brought into force, be configured so."""
    entries = {
        f"aem-mail:{key}": {"objectValue": value} if isinstance(value, dict) else {"value": value} for key, value in configuration.items()
    }
    pulumi.answers("config", stdout=json.dumps(entries))
    pulumi.answers("stack export", stdout=json.dumps({"version": 3, "deployment": {}}))


def test_a_delivered_message_is_shown_as_it_arrived(directory: Path, simulator: Running, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(directory, "--to", "you@example.org", "--subject", "Grüße") == 0

    mail = loopback.get(f"{simulator.url}/_sim/mails").json()[-1]
    assert (mail["rcptTo"], mail["subject"]) == (["you@example.org"], "Grüße")
    assert capsys.readouterr().out.splitlines() == [
        "Delivered, SMTP code 250. AEM's mail service used proxy.tunnel:30465 with TLS from the first byte, as user 'apikey'.",
        "",
        "  From:    noreply@wknd.site",
        "  To:      you@example.org",
        "  Subject: Grüße",
        f"  Date:    {datetime.fromtimestamp(mail['time'], UTC):%Y-%m-%d %H:%M} UTC, simulated",
        "",
        "  Sent by AEM's author tier through proxy.tunnel:30465.",
    ]


def test_without_options_the_selected_stack_says_who_sends(
    directory: Path, pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    declared(pulumi, **DECLARED, osgi={"directory": directory.name})

    assert run_with("--cwd", str(directory.parent)) == 0
    assert capsys.readouterr().out.startswith("Delivered, SMTP code 250.")
    assert run_with("--cwd", str(directory.parent), "--stack", "prod") == 0
    assert "--stack=prod" in pulumi.calls()[-1]["argv"]


def test_the_simulator_that_the_stack_is_configured_with_is_asked(
    directory: Path, simulator: Running, pulumi: PulumiStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLOUDMANAGER_BASE_URL")
    declared(pulumi, **DECLARED, osgi={"directory": directory.name}, baseUrl=simulator.url)

    assert run_with("--cwd", str(directory.parent)) == 0


@pytest.mark.parametrize(
    ("configured", "options", "message"),
    [
        ({}, [], "--environment: the stack declares nothing for such an environment; name --program and --environment"),
        (DECLARED, ["--environment", "20002"], "--environment: the stack declares nothing for such an environment"),
        (DECLARED, [], "--directory: the stack declares no OSGi configuration of mail; name the osgiconfig folder"),
        (DECLARED | {"osgi": {"directory": "absent"}}, [], r"absent is no directory; run `pulumi up`"),
    ],
)
def test_what_the_stack_does_not_say_has_to_be_named(
    directory: Path, pulumi: PulumiStandIn, configured: dict[str, Any], options: list[str], message: str
) -> None:
    declared(pulumi, **configured)

    with pytest.raises(InvalidInput, match=message):
        run_with("--cwd", str(directory.parent), *options)


def test_a_message_that_stopped_says_where_and_why(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(directory, environment="20002") == 2

    assert capsys.readouterr().out == (
        "Not delivered: stopped at stage proxy. proxy.tunnel does not resolve: advanced networking is not enabled on this environment. "
        "AEM's mail service used proxy.tunnel:30465 with TLS from the first byte, as user '$[secret:EMAIL_USERNAME]'.\n"
        "`aem-mail check` looks for the cause, and `aem-mail explain` says what an answer of a mail server means.\n"
    )


def test_json_holds_the_whole_result(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(directory, "--output", "json") == 0

    resolved = {"host": "proxy.tunnel", "port": 30465, "ssl": True, "user": "apikey"}
    expected = {"schemaVersion": 1, "delivered": True, "stage": "done", "smtpCode": 250, "error": None, "resolved": resolved}
    answer = json.loads(capsys.readouterr().out)
    assert (answer.pop("mail")["rcptTo"], answer) == (["recipient@example.com"], expected)


def test_json_has_no_mail_where_none_arrived(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(directory, "--output", "json", environment="20002") == 2

    answer = json.loads(capsys.readouterr().out)
    assert (answer["delivered"], answer["mail"]) == (False, None)


def test_run_modes_come_from_tier_and_environment_unless_given(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(directory, "config.publish.dev", smtp_port=30999)

    assert run(directory, tier="author") == 0
    assert run(directory, tier="preview") == 2
    assert run(directory, "--run-modes", "publish, dev") == 2
    assert run(directory, "--run-modes", "publish,stage", tier="publish") == 0
    assert "nothing listens on proxy.tunnel:30999" in capsys.readouterr().out


def test_a_relative_directory_is_that_of_the_caller(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(directory.parent)

    assert run(Path(directory.name)) == 0


def test_a_directory_without_the_file_is_not_delivered(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(directory / "config") == 2

    out = capsys.readouterr().out
    assert out.startswith(f"Not delivered: stopped at stage config. AEM has no configuration for {MAIL_SERVICE_PID}.")
    assert "in --directory, the folder osgiconfig of an AEM project.\n" in out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"program": "1"}, "program 1 does not exist"),
        ({"environment": "1"}, "environment 1 of program 10001 does not exist"),
    ],
)
def test_what_the_simulator_does_not_have_is_bad_input(directory: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message) as raised:
        run(directory, **options)

    assert raised.value.exit_code == 3


def test_a_directory_that_is_not_there_is_bad_input(directory: Path) -> None:
    with pytest.raises(InvalidInput, match=r"--directory: .*absent is no directory"):
        run(directory / "absent")


def test_without_a_url_the_variable_is_named(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLOUDMANAGER_BASE_URL")

    with pytest.raises(InvalidInput, match=r"CLOUDMANAGER_BASE_URL: not set. Start one with `eval "):
        run(directory)


def test_the_real_cloud_manager_is_never_asked(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDMANAGER_BASE_URL", "https://cloudmanager.adobe.io")

    with pytest.raises(NoAnswer, match="is no simulator") as raised:
        run(directory)

    assert raised.value.exit_code == 30


def test_nobody_there_is_told_from_not_delivered(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        monkeypatch.setenv("CLOUDMANAGER_BASE_URL", url)

        with pytest.raises(NoAnswer, match=f"no simulator answers at {url} .*Start one with `eval ") as raised:
            run(directory)

    assert raised.value.exit_code == 30


@pytest.mark.parametrize(("status", "body"), [(404, b"<html>"), (404, b'{"title": "nope"}'), (200, b"[]"), (500, b"{}")])
def test_something_else_that_listens_there_is_no_simulator(
    directory: Path, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes
) -> None:
    class SomethingElse(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), SomethingElse) as server:
        monkeypatch.setenv("CLOUDMANAGER_BASE_URL", f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with pytest.raises(NoAnswer, match="no simulator answers"):
            run(directory)
        thread.join()


def test_a_proxy_of_the_surroundings_is_not_used(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert run(directory) == 0
