import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aem_mail.cli.main import main
from aem_mail.osgi import MAIL_SERVICE_PID
from tests.checks.situations import mail_file
from tests.cli.pulumi_stand_in import PulumiStandIn, install
from tests.preflight.certificates import GOOD, HOST, REFUSED, ca_file
from tests.preflight.dns_server import closed_port, name_server
from tests.preflight.servers import PASSWORD, USER, mail_server
from tests.secrets import SecretWatch

ZONE = {
    HOST: {"A": ["127.0.0.1"]},
    "wknd.site": {"TXT": ['"v=spf1 -all"']},
    "_dmarc.wknd.site": {"TXT": ['"v=DMARC1; p=none"']},
    "p10001.external.adobeaemcloud.com": {"A": ["203.0.113.7"]},
}


@pytest.fixture(scope="module")
def resolver() -> Iterator[str]:
    with name_server(ZONE) as server:
        yield f"127.0.0.1:{server.port}"


@pytest.fixture
def options(resolver: str, tmp_path: Path) -> tuple[str, ...]:
    return ("--resolver", resolver, "--ca-file", str(ca_file(tmp_path)), "--tls", "starttls")


def seen(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    code = main(["preflight", "--output", "json", *options])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, report


def test_machines_read_every_step_and_where_it_was_seen_from(options: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with mail_server(GOOD.context()) as port:
        target = ("--smtp", f"{HOST}:{port}", "--from-address", "noreply@wknd.site", "--egress-of", "10001")
        code, report = seen(capsys, *options, *target)

    assert (code, report["schemaVersion"], report["seenFrom"]) == (0, 2, "this machine, not AEM")
    assert report["summary"] == {"failed": 0, "timedOut": 0, "warnings": 0}
    (one,) = report["targets"]
    assert one["smtp"] == {"host": HOST, "port": port}
    assert one["egress"] == {"host": "p10001.external.adobeaemcloud.com", "addresses": ["203.0.113.7"]}
    assert [step["asked"].split(" ")[0] for step in one["steps"]] == [
        *("addresses", "TCP", "greeting", "EHLO", "STARTTLS", "TLS", "certificate", "EHLO,", "AUTH", "egress", "SPF", "DMARC"),
    ]
    assert all(step["verdict"] == "ok" for step in one["steps"])


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_people_read_what_failed_why_and_that_it_is_not_aems_path(
    form: str, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with mail_server(REFUSED["expired"].context()) as port:
        assert main(["preflight", *options, "--smtp", f"{HOST}:{port}", "--output", form]) == 2

    out = capsys.readouterr().out
    assert "Seen from this machine, which is not AEM" in out
    assert "refused: a certificate has expired" in out
    assert "Renew it on the mail server." in out
    assert "1 failed, 0 timed out, 0 warnings." in out


@pytest.mark.parametrize("source", ["env", "file"])
def test_a_login_takes_its_password_from_a_reference_and_shows_it_nowhere(
    source: str, options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    monkeypatch.setenv("MAIL_USER", USER)
    reference = "env:MAIL_PASSWORD" if source == "env" else f"file:{tmp_path / 'password'}"
    login = ("--login", "--user-from", "env:MAIL_USER", "--password-from", reference)

    with mail_server(GOOD.context()) as port:
        code = main(["preflight", *options, "--smtp", f"{HOST}:{port}", *login])

    out = capsys.readouterr()
    assert (code, out.err) == (0, "")
    assert "login (LOGIN)" in out.out
    SecretWatch(PASSWORD).text("output", out.out)


def test_what_a_stack_declares_is_looked_at(
    resolver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    pulumi = install(tmp_path / "bin", monkeypatch)
    port = closed_port()
    state(
        pulumi,
        ("NetworkInfrastructure", {"program_id": "10001", "kind": "dedicatedEgressIp", "region": "va7"}),
        ("PortForward", {**IDS, "name": HOST, "port_dest": port, "port_orig": 30465}),
        ("PortForward", {**IDS, "name": "database.wknd.site", "port_dest": 3306, "port_orig": 30306}),
        ("OsgiConfig", {"directory": "osgi", "pid": MAIL_SERVICE_PID, "properties": json.loads(mail_file())}),
    )

    code, report = seen(capsys, "--resolver", resolver)

    (one,) = report["targets"]
    assert (code, one["smtp"], one["fromDomain"]) == (2, {"host": HOST, "port": port}, "wknd.site")
    assert one["egress"]["addresses"] == ["203.0.113.7"]


def test_without_a_configuration_the_rules_to_mail_ports_are_looked_at(
    resolver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    pulumi = install(tmp_path / "bin", monkeypatch)
    state(
        pulumi,
        ("PortForward", {**IDS, "name": "database.wknd.site", "port_dest": 3306, "port_orig": 30306}),
        ("PortForward", {**IDS, "name": "absent.wknd.site", "port_dest": 587, "port_orig": 30587}),
    )

    code, report = seen(capsys, "--resolver", resolver)

    assert (code, [one["smtp"]["host"] for one in report["targets"]]) == (2, ["absent.wknd.site"])


def test_a_stack_without_a_mail_server_says_what_to_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    state(install(tmp_path / "bin", monkeypatch), ("AdvancedNetworking", IDS))

    assert main(["preflight"]) == 3

    assert "--smtp HOST:PORT" in capsys.readouterr().err


def test_a_stack_without_anything_of_ours_is_told_no_option_of_another_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    state(install(tmp_path / "bin", monkeypatch))

    assert main(["preflight"]) == 3

    told = "aem-mail preflight: the stack declares nothing for an environment; name one with --smtp HOST:PORT"
    assert told in " ".join(capsys.readouterr().err.split())


IDS = {"program_id": "10001", "environment_id": "20001"}


def state(pulumi: PulumiStandIn, *resources: tuple[str, dict[str, Any]]) -> None:
    entries = [{"type": f"pulumi-python:dynamic/aem:{kind}", "urn": kind, "inputs": inputs} for kind, inputs in resources]
    pulumi.answers("config", stdout="{}")
    pulumi.answers("stack", stdout=json.dumps({"version": 3, "deployment": {"resources": entries}}))


SMTP = ("--smtp", "mail.wknd.site:587")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((*SMTP, "--login"), "--user: is missing"),
        ((*SMTP, "--login", "--user", "me", "--user-from", "env:ME", "--password-from", "env:P"), "either --user or --user-from"),
        ((*SMTP, "--login", "--user", "me"), "--password-from: is missing; name env:NAME or file:PATH"),
        ((*SMTP, "--login", "--user", "me", "--password-from", "env:ABSENT_HERE"), "environment variable ABSENT_HERE is not set"),
        ((*SMTP, "--login", "--user", "me", "--password-from", "file:absent"), "the file absent does not exist"),
        ((*SMTP, "--login", "--user", "me", "--password-from", "hunter2"), 'a reference begins with "env:" or "file:"'),
        ((*SMTP, "--user", "me"), "--user: works with --login only"),
        ((*SMTP, "--ca-file", "absent.pem"), "absent.pem cannot be read: No such file"),
        ((*SMTP, "--ca-file", "/dev/null"), "/dev/null holds no certificates"),
        (("--cwd", "absent"), "absent is no directory"),
    ],
)
def test_bad_input_is_one_message_and_3(
    given: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["preflight", *given]) == 3

    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert "hunter2" not in err


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(
            ("--smtp", text)
            for text in ("mail.wknd.site", "mail.wknd.site:", "mail.wknd.site:0", "mail:65536", "a b:25", ":25", "m:²5", "x:" + "9" * 5000)
        ),
        *(("--resolver", text) for text in ("dns.wknd.site", "127.0.0.1:0", "127.0.0.1:x", "")),
        *(("--from-address", text) for text in ("wknd.site", "@wknd.site", "me@", "me@ü.site")),
        *(("--timeout", text) for text in ("0", "-1", "nan", "inf", "soon")),
        *(("--deadline", text) for text in ("0", "nan")),
        *(("--dkim-selector", text) for text in ("a b", "", "../x")),
        ("--tls", "maybe"),
        ("--warn-days", "many"),
        ("--password", "hunter2"),
    ],
)
def test_wrong_usage_is_3(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["preflight", *SMTP, option, value])

    assert exited.value.code == 3
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["dns", "cryptography"])
def test_what_is_not_installed_is_named_with_the_command(missing: str, tmp_path: Path) -> None:
    blocker = f"import sys; sys.modules[{missing!r}] = None; from aem_mail.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", blocker, "preflight", *SMTP]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONWARNINGS": ""})

    assert ended.returncode == 3
    assert "pip install 'aem-mail[preflight] @ git+https://" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_other_commands_do_without_the_libraries(tmp_path: Path) -> None:
    asked = (
        "import sys; from aem_mail.cli.main import main; main(['explain', '421']); "
        "sys.exit(any(name in sys.modules for name in ('dns', 'cryptography')))"
    )

    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, check=False).returncode == 0
