import json
from pathlib import Path
from typing import Any

import pytest

from aem_mail.cli.main import main
from tests.cli.pulumi_stand_in import PulumiStandIn, install

URN = "urn:pulumi:dev::mail::pulumi-python:dynamic/aem:OsgiConfig::mail-mail-service"
PATH = "osgiconfig/config.dev/com.day.cq.mailer.DefaultMailService.cfg.json"
CONTENT = '{\n  "smtp.port": "30465",\n  "smtp.password": "$[secret:EMAIL_PASSWORD]"\n}\n'
INPUTS = {"directory": "osgiconfig", "run_mode": "dev", "pid": "com.day.cq.mailer.DefaultMailService", "properties": {}, "content": CONTENT}


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PulumiStandIn:
    (tmp_path / "Pulumi.yaml").write_text("name: mail\nruntime: python\n")
    (tmp_path / "osgiconfig").mkdir()
    monkeypatch.chdir(tmp_path)
    return install(tmp_path / "bin", monkeypatch)


def previews(pulumi: PulumiStandIn, operation: str = "same", **inputs: Any) -> None:
    state = {"id": PATH, "inputs": {**INPUTS, **inputs}, "outputs": {}}
    step = {"op": operation, "urn": URN, "type": "pulumi-python:dynamic/aem:OsgiConfig", "old": state, "new": state}
    events: list[dict[str, Any]] = [
        {"preludeEvent": {"config": {}}},
        {"resourcePreEvent": {"metadata": step}},
        {"summaryEvent": {"result": "succeeded"}},
    ]
    pulumi.answers("preview", stdout="".join(f"{json.dumps({'sequence': 0, **event})}\n" for event in events))


def test_the_file_is_written_as_the_provider_renders_it_and_then_stays(pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    previews(pulumi)

    assert main(["osgi", "render"]) == 0
    assert Path(PATH).read_text() == CONTENT
    assert main(["osgi", "render"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{PATH}: written.", f"{PATH}: unchanged."]


def test_a_check_writes_nothing_and_shows_no_secret_of_what_is_there(pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    previews(pulumi)
    assert main(["osgi", "render", "--check"]) == 2
    assert not Path(PATH).exists()
    Path(PATH).parent.mkdir()
    Path(PATH).write_text('{"smtp.port": "30466", "smtp.password": "hunter2-hunter2", "old": true}')

    assert main(["osgi", "render", "--check"]) == 2

    shown = capsys.readouterr().out
    assert "hunter2" not in shown
    assert shown.splitlines()[-5:] == [
        '  - "smtp.port": "30466"',
        '  + "smtp.port": "30465"',
        '  - "smtp.password": [secret]',
        '  + "smtp.password": "$[secret:EMAIL_PASSWORD]"',
        '  - "old": true',
    ]


def test_a_folder_that_is_not_there_is_named_rather_than_passed_over(pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    previews(pulumi, directory="aem/osgiconfig")

    assert main(["osgi", "render", "--check"]) == 2
    assert "the folder aem/osgiconfig is not in this checkout" in capsys.readouterr().out


@pytest.mark.parametrize(("policy", "code"), [("error", 1), ("replace", 0)])
def test_a_file_that_the_stack_has_never_written_is_overwritten_only_where_its_policy_says_so(
    policy: str, code: int, pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    previews(pulumi, "create", on_conflict=policy)
    Path(PATH).parent.mkdir()
    Path(PATH).write_text("{}")

    assert (main(["osgi", "render"]) != 0) is bool(code)
    assert (Path(PATH).read_text() == CONTENT) is not bool(code)
    assert ("a different file is there" in capsys.readouterr().err) is bool(code)


def test_a_content_that_is_not_known_yet_is_an_error(pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    previews(pulumi, content={"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "x"})

    assert main(["osgi", "render", "--check"]) == 3
    assert "OsgiConfig mail-mail-service: its content is a secret, or only `pulumi up` will know it" in capsys.readouterr().err
