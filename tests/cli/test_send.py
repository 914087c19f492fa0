import argparse
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from aem_mail.cli import send
from aem_mail.errors import InvalidInput, NoAnswer
from aem_mail.osgi import MAIL_SERVICE_PID, MailService, render_configuration, render_mail_service
from aem_mail.simulator.server import Running, running_simulator
from tests import loopback

VARIABLES = [
    {"name": "EMAIL_USERNAME", "type": "secretString", "value": "apikey"},
    {"name": "EMAIL_PASSWORD", "type": "secretString", "value": "password123"},
]
RULE = {"name": "smtp.sendgrid.com", "portDest": 465, "portOrig": 30465}
INFRASTRUCTURE = {"id": "30001", "kind": "flexiblePortEgress", "region": "va7", "status": "ready"}


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


def write(directory: Path, folder: str, smtp_port: int) -> None:
    rendered = render_mail_service(MailService(smtp_port, 465, "noreply@wknd.site", "EMAIL_USERNAME", "EMAIL_PASSWORD"))
    path = directory / folder / f"{MAIL_SERVICE_PID}.cfg.json"
    path.parent.mkdir()
    path.write_text(render_configuration(rendered), encoding="utf-8")


def run(directory: Path, *options: str, program: str = "10001", environment: str = "20001", tier: str = "author") -> int:
    parser = argparse.ArgumentParser()
    send.configure(parser.add_subparsers().add_parser("send"))
    required = ["--program", program, "--environment", environment, "--tier", tier, "--directory", str(directory)]
    args = parser.parse_args(["send", *required, *options])
    return int(args.run(args))


def test_a_delivered_message_is_told_in_one_line(directory: Path, simulator: Running, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(directory, "--to", "you@example.org", "--subject", "Grüße") == 0

    assert capsys.readouterr().out == (
        "Delivered, SMTP code 250. AEM's mail service used proxy.tunnel:30465 with TLS from the first byte, as user 'apikey'.\n"
    )
    mail = loopback.get(f"{simulator.url}/_sim/mails").json()[-1]
    assert (mail["rcptTo"], mail["subject"]) == (["you@example.org"], "Grüße")


def test_a_message_that_stopped_says_where_and_why(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(directory, environment="20002") == 2

    assert capsys.readouterr().out == (
        "Not delivered: stopped at stage proxy. proxy.tunnel does not resolve: advanced networking is not enabled on this environment. "
        "AEM's mail service used proxy.tunnel:30465 with TLS from the first byte, as user '$[secret:EMAIL_USERNAME]'.\n"
    )


def test_json_holds_the_whole_result(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(directory, "--output", "json") == 0

    resolved = {"host": "proxy.tunnel", "port": 30465, "ssl": True, "user": "apikey"}
    expected = {"schemaVersion": 1, "delivered": True, "stage": "done", "smtpCode": 250, "error": None, "resolved": resolved}
    assert json.loads(capsys.readouterr().out) == expected


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
    assert out.endswith("in --directory, the folder osgiconfig of an AEM project.\n")


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

    with pytest.raises(InvalidInput, match=r"CLOUDMANAGER_BASE_URL: not set; it must be the url that `aem-mail simulate` prints"):
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

        with pytest.raises(NoAnswer, match=f"no simulator answers at {url} .*Start one with `aem-mail simulate`") as raised:
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
