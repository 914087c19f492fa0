import io
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from aem_mail.cli import interpreter
from aem_mail.cli.main import main
from aem_mail.errors import InvalidInput

FILES = {"Pulumi.yaml", "__main__.py", "Pulumi.dev.yaml", "Pulumi.stage.yaml", "Pulumi.prod.yaml", "requirements.txt", ".gitignore"}


class Terminal(io.StringIO):
    """A terminal on which somebody types lines, or to which something is printed."""

    def isatty(self) -> bool:
        return True


def init(folder: Path, *options: str, code: int = 0) -> None:
    assert main(["init", str(folder), *options]) == code


def config(folder: Path, stack: str) -> dict[str, Any]:
    return dict(yaml.safe_load((folder / f"Pulumi.{stack}.yaml").read_text())["config"])


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what lets somebody type lines at a terminal."""

    def type_(*lines: str) -> Terminal:
        screen = Terminal()
        monkeypatch.setattr(sys, "stdin", Terminal("".join(f"{line}\n" for line in lines)))
        monkeypatch.setattr(sys, "stdout", screen)
        return screen

    return type_


def test_without_a_terminal_it_takes_the_defaults_which_are_the_simulators(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init(tmp_path / "wknd-mail")

    assert {path.name for path in (tmp_path / "wknd-mail").iterdir()} == FILES
    ids = [config(tmp_path / "wknd-mail", stack)["aem-mail:environmentId"] for stack in ("dev", "stage", "prod")]
    assert ids == ["20001", "20002", "20003"]
    said = capsys.readouterr().out
    assert [name for name in FILES if f"  {name} " not in said] == []
    steps = [f"cd {tmp_path / 'wknd-mail'}", 'eval "$(aem-mail simulate --env)"', "pulumi stack init dev", "pulumi up", "aem-mail send"]
    assert said.split("\n\n")[-1].split("\n") == [*(f"  {step}" for step in steps), ""]


def test_options_say_what_a_real_program_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = [
        "--program",
        "54321",
        "--environment",
        "654321",
        "--environment",
        "prod=654323",
        "--kind",
        "dedicatedEgressIp",
        "--region",
        "nld2",
    ]
    init(tmp_path, *given, "--smtp", "smtp.example.com:587", "--from-address", "a@example.com", "--osgi", "../aem/osgiconfig")

    dev, prod = config(tmp_path, "dev"), config(tmp_path, "prod")
    assert (dev["aem-mail:programId"], dev["aem-mail:environmentId"], prod["aem-mail:environmentId"]) == ("54321", "654321", "654323")
    assert prod["aem-mail:egress"] == {"mode": "managed", "kind": "dedicatedEgressIp", "region": "nld2"}
    assert dev["aem-mail:egress"] == {"mode": "existing", "kind": "dedicatedEgressIp"}
    assert dev["aem-mail:smtp"] == {"host": "smtp.example.com", "port": 587}
    assert dev["aem-mail:osgi"] == {"directory": "../aem/osgiconfig", "runMode": "dev"}
    assert "aem-mail:environmentId" not in config(tmp_path, "stage")
    said = capsys.readouterr().out
    assert "pulumi stack init prod" in said
    assert "simulate" not in said


def test_on_a_terminal_it_asks_for_what_is_not_given(tmp_path: Path, typed: Any) -> None:
    screen = typed("54321", "1", "", "3", "", "", "smtp.example.com:465", "noreply@example.com", "")

    init(tmp_path, "--kind", "dedicatedEgressIp", "--region", "va7")

    shown = screen.getvalue()
    assert config(tmp_path, "dev")["aem-mail:programId"] == "54321"
    assert "Id of the program; 10001 is the simulator's [10001]: " in shown
    assert "Id of its stage environment [later]: " in shown
    assert "Network infrastructure" not in shown


def test_a_wrong_answer_is_asked_for_again(tmp_path: Path, typed: Any) -> None:
    screen = typed("ten", "10001", "", "", "", "", "", "nobody", "sendgrid", "", "")

    init(tmp_path)

    assert "  It must be the program's number as digits, such as \"10001\", not 'ten'." in screen.getvalue()
    assert "  It must be 'microsoft365', " in screen.getvalue()
    assert config(tmp_path, "dev")["aem-mail:smtp"] == {"preset": "sendgrid"}


def test_enter_at_every_question_makes_the_project_that_runs_on_the_simulator(tmp_path: Path, typed: Any) -> None:
    screen = typed(*[""] * 9)

    init(tmp_path / "asked")
    shown = screen.getvalue()
    init(tmp_path / "unasked", "--yes")

    assert "Id of its dev environment [20001]: " in shown
    assert [config(tmp_path / "asked", stack) for stack in ("dev", "stage", "prod")] == [
        config(tmp_path / "unasked", stack) for stack in ("dev", "stage", "prod")
    ]


def test_an_end_of_the_input_writes_nothing(tmp_path: Path, typed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    typed("10001")

    init(tmp_path / "new", code=InvalidInput.exit_code)

    assert "the input ended before everything was answered, and nothing was written" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_yes_asks_nothing(tmp_path: Path, typed: Any) -> None:
    typed()

    init(tmp_path, "--yes")

    assert {path.name for path in tmp_path.iterdir()} == FILES


@pytest.mark.parametrize("name", sorted(FILES - {"Pulumi.yaml"}))
def test_a_file_that_is_there_is_named_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (tmp_path / name).write_text("mine\n")

    init(tmp_path, code=InvalidInput.exit_code)

    assert (
        f"{tmp_path / name}: is there already, and is not overwritten: name another DIRECTORY, or move it away" in capsys.readouterr().err
    )
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine\n")]


@pytest.mark.parametrize("name", ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"])
def test_a_project_that_is_there_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (tmp_path / name).write_text("{}")

    init(tmp_path, code=InvalidInput.exit_code)

    assert f"{tmp_path / name}: is there already, so that this is a Pulumi project" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_dry_run_shows_the_files_and_writes_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init(tmp_path / "new", "--dry-run")

    said = capsys.readouterr().out
    assert [line.rpartition("/")[2] for line in said.splitlines() if line.startswith("--- ")] != []
    assert 'aem-mail:environmentId: "20001"' in said
    assert not (tmp_path / "new").exists()


def test_everything_that_is_wrong_is_named_at_once_by_its_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init(tmp_path, "--program", "x", "--environment", "y", "--smtp", "z", "--from-address", "q", code=InvalidInput.exit_code)

    said = capsys.readouterr().err
    assert [option for option in ("--program: ", "--environment: ", "--smtp: ", "--from-address: ") if said.count(option) != 1] == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--environment", "54321"], "--program: is missing; give the program to which the environments belong"),
        (["--program", "1", "--environment", "2", "--environment", "dev=3"], "--environment: names dev twice; name the stack of each"),
    ],
)
def test_ids_that_do_not_go_together_are_refused(options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init(tmp_path, *options, code=InvalidInput.exit_code)

    assert said in capsys.readouterr().err


def test_the_steps_name_the_id_that_the_first_stack_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init(tmp_path, "--program", "54321", "--environment", "dev=1")

    assert "pulumi config set aem-mail:environmentId ID   (of the prod environment)" in capsys.readouterr().out


def test_a_stack_that_no_project_has_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init(tmp_path, "--environment", "qa=1", code=InvalidInput.exit_code)

    assert "--environment: there is no stack 'qa'; there are dev, stage and prod" in capsys.readouterr().err


def test_an_environment_without_pip_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(interpreter, "find_spec", lambda _: None)

    init(tmp_path)

    assert "`uv tool install --with pip aem-mail`" in capsys.readouterr().out
