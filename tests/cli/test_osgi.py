import json
from pathlib import Path
from typing import Any

import pytest

from aem_mail.cli.main import main

FILE = """{
  // Comments are fine.
  "smtp.host": "$[env:AEM_PROXY_HOST;default=proxy.tunnel]",
  "smtp.port": "$[env:PORT;type=Integer;default=30465]",
  "smtp.user": "$[secret:EMAIL_USERNAME]",
  "smtp.password": "$[secret:EMAIL_PASSWORD]",
  "retries": [1, 2],
  "ratio:Float": 1.1,
  "limit": 1e400
}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "com.day.cq.mailer.DefaultMailService.cfg.json"
    path.write_text(FILE, encoding="utf-8")
    return path


def write(path: Path, text: str) -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def resolved(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, Any]:
    assert main(["osgi", "resolve", *args]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def refused(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    assert main(["osgi", "resolve", *args]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


def test_values_come_with_their_java_types_and_what_is_left_standing(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    variables = write(tmp_path / "variables.yaml", "PORT: 30587\n")
    secrets = write(tmp_path / "secrets" / "EMAIL_PASSWORD", "password123\n")

    document = resolved(capsys, str(file), "--variables", variables, "--secrets", str(Path(secrets).parent))

    assert document == {
        "schemaVersion": 1,
        "properties": {
            "smtp.host": {"type": "String", "value": "proxy.tunnel"},
            "smtp.port": {"type": "Integer", "value": 30587},
            "smtp.user": {"type": "String", "value": "$[secret:EMAIL_USERNAME]"},
            "smtp.password": {"type": "String", "value": "password123"},
            "retries": {"type": "Long[]", "value": [1, 2]},
            "ratio": {"type": "Float", "value": 1.1},
            "limit": {"type": "Double", "value": "Infinity"},
        },
        "unresolved": ["$[secret:EMAIL_USERNAME]"],
    }


def test_a_list_gives_both_types_and_the_folder_wins(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = [
        {"name": "EMAIL_USERNAME", "type": "secretString", "value": "apikey"},
        {"name": "EMAIL_PASSWORD", "type": "secretString", "value": "old"},
    ]
    variables = write(tmp_path / "variables.json", json.dumps(entries))
    write(tmp_path / "secrets" / "EMAIL_PASSWORD", "new")

    document = resolved(capsys, str(file), "--variables", variables, "--secrets", str(tmp_path / "secrets"))

    values = {key: each["value"] for key, each in document["properties"].items()}
    assert (values["smtp.user"], values["smtp.password"], document["unresolved"]) == ("apikey", "new", [])


def test_the_tier_decides_which_variables_count(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    variables = write(tmp_path / "v.yaml", "[{name: PORT, value: 1, service: author}, {name: PORT, value: 2, service: publish}]")

    assert resolved(capsys, str(file), "--variables", variables, "--tier", "publish")["properties"]["smtp.port"]["value"] == 2
    assert resolved(capsys, str(file), "--variables", variables, "--tier", "preview")["properties"]["smtp.port"]["value"] == 30465
    assert "PORT is there for several services" in refused(capsys, str(file), "--variables", variables)


def test_a_secret_is_read_from_no_other_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "outside", "stolen")
    file = write(tmp_path / "a.cfg.json", json.dumps({"a": "$[secret:../outside]", "b": f"$[secret:{tmp_path}/outside]"}))
    (tmp_path / "secrets").mkdir()

    assert len(resolved(capsys, file, "--secrets", str(tmp_path / "secrets"))["unresolved"]) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"a": 1,}', "no valid JSON"),
        (b'{"smtp.port:Integer": "$[env:P;default=30465]"}', "with ;type=Integer"),
        (b'{"a": 1, "A": 2}', 'two keys "A" differ in case'),
        (b'{"a": "$[env:B;type=Integer;default=x]"}', "a: the value of $[env:B] is no Integer"),
        ('{"a": "é"}'.encode("latin-1"), "is not encoded in UTF-8"),
        (b"\xff\xfe{\x00}\x00", "is not encoded in UTF-8"),
        (b" " * (1 << 20) + b"{}", "has more than 1024 KiB"),
        (b'{"a": "' + b"$[env:" * 100 + b"]" * 100 + b'"}', "takes too long"),
    ],
)
def test_a_file_that_felix_refuses_is_bad_input_with_the_reason(
    content: bytes, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.cfg.json").write_bytes(content)

    assert reason in refused(capsys, str(tmp_path / "a.cfg.json"))


@pytest.mark.parametrize("variables", ["hello", "A: x\nA: y", '{"A": ', "[1]"])
def test_a_variables_file_without_a_known_shape_is_bad_input(
    variables: str, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "variables.yaml: " in refused(capsys, str(file), "--variables", write(tmp_path / "variables.yaml", variables))


def test_what_cannot_be_read_is_bad_input(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "does not exist" in refused(capsys, str(tmp_path / "absent"))
    assert "cannot be read: it is a folder" in refused(capsys, str(tmp_path))
    assert "cannot be read: it is a device" in refused(capsys, str(file), "--variables", "/dev/zero")
    assert "is no directory" in refused(capsys, str(file), "--secrets", str(file))


def test_an_empty_value_says_that_the_variable_is_deleted(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    variables = write(tmp_path / "v.json", '[{"name": "EMAIL_USERNAME", "value": "", "type": "secretString"}]')

    assert "$[secret:EMAIL_USERNAME]" in resolved(capsys, str(file), "--variables", variables)["unresolved"]


def test_a_file_in_an_older_form_is_resolved_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "com.day.cq.mailer.DefaultMailService.config", 'smtp.port=I"587"\nsmtp.user="$[env:MAIL_USER]"\n')

    found = resolved(capsys, path)

    assert found["properties"]["smtp.port"] == {"type": "Integer", "value": 587}
    assert found["unresolved"] == ["$[env:MAIL_USER]"]
