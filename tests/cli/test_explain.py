import json

import pytest

from aem_mail.cli.main import main


def test_people_read_meaning_fix_and_checks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."]) == 0

    out = capsys.readouterr().out
    assert "SMTP AUTH is off for the tenant or the mailbox" in out
    assert "- M15: Microsoft 365 with user and password" in out


def test_an_answer_may_come_without_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "535", "5.7.139", "SmtpClientAuthentication", "is", "disabled"]) == 0

    assert "SMTP AUTH is off for the tenant or the mailbox" in capsys.readouterr().out


def test_machines_read_the_ids(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "530 5.7.0 Must issue a STARTTLS command first", "--output", "json"]) == 0

    report = json.loads(capsys.readouterr().out)
    assert report["schemaVersion"] == 2
    assert report["explanations"][0]["checks"] == ["M05", "M06", "M07"]


@pytest.mark.parametrize("answer", ["", "hello"])
def test_what_is_not_known_is_bad_input(answer: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", answer]) == 3

    assert "nothing is known about it" in capsys.readouterr().err
