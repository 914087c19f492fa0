"""The same mistake ends every command in which it can be made with the same exit code, and in one sentence that names it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from aem_mail.cli.main import main
from aem_mail.simulator.server import Running
from tests.checks.situations import MAIL_FILE, mail_file, write
from tests.cli.pulumi_stand_in import PulumiStandIn, install

FOLDER: Final = ("--directory", "osgi")
DECLARED: Final[dict[str, object]] = {
    "egress": {"mode": "existing"},
    "smtp": {"host": "smtp.sendgrid.com", "port": 465},
    "fromAddress": "noreply@wknd.site",
    "usernameFrom": "env:EMAIL_USERNAME",
    "passwordFrom": "env:EMAIL_PASSWORD",
}


@dataclass(frozen=True)
class Mistake:
    """What one command is asked, and what of its one sentence names the mistake."""

    code: int
    named: str
    asked: tuple[tuple[str, ...], ...]


def of(program: str, environment: str, *more: str) -> tuple[str, ...]:
    return ("--program", program, "--environment", environment, *more)


def everywhere(program: str, environment: str) -> tuple[tuple[str, ...], ...]:
    """Return each command that takes the ids of a program and an environment."""
    asked = of(program, environment)
    return (
        ("check", *asked, *FOLDER),
        ("adopt", *asked, "--output-directory", "adopted"),
        ("send", *asked, "--tier", "author", *FOLDER),
        ("check", "--stack", f"{program}-{environment}", *FOLDER),
    )


MISTAKES: Final = {
    "an environment of nothing": Mistake(3, "environment 29", everywhere("10001", "29")),
    "a program of nothing": Mistake(3, "program 99", everywhere("99", "20001")),
    "an id that is no number": Mistake(
        3, "must be the environment's number", (("check", *of("10001", "dev"), *FOLDER), ("adopt", *of("10001", "dev")))
    ),
    "a folder that is not there": Mistake(
        3,
        "absent is no directory; give the folder of pulumi.yaml",
        tuple((command, "--cwd", "absent") for command in ("check", "drift", "plan", "preflight")),
    ),
    "an AEM project that is not there": Mistake(
        3,
        "absent is no directory; ",
        (
            ("check", *of("10001", "20001", "--directory", "absent")),
            ("adopt", *of("10001", "20001", "--directory", "absent")),
            ("send", *of("10001", "20001"), "--tier", "author", "--directory", "absent"),
        ),
    ),
    "a file of ignores that is not there": Mistake(
        3,
        "--ignore-file: absent is no file; give a list of findings in yaml",
        (("check", *of("10001", "20001"), *FOLDER, "--ignore-file", "absent"), ("drift", "--ignore-file", "absent")),
    ),
    "a file of variables that is not there": Mistake(
        3, "--variables: absent", (("osgi", "resolve", f"osgi/{MAIL_FILE}", "--variables", "absent"),)
    ),
}
ALL: Final = [
    pytest.param(mistake, asked, id=f"{name}: {' '.join(asked)}") for name, mistake in MISTAKES.items() for asked in mistake.asked
]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_simulator: Running) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "osgi", {MAIL_FILE: mail_file()})
    (tmp_path / "Pulumi.yaml").write_text("name: project\nruntime: python\n")
    return tmp_path


@pytest.fixture(autouse=True)
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PulumiStandIn:
    stand_in = install(tmp_path / "bin", monkeypatch)
    stand_in.answers("stack", stdout=json.dumps({"version": 3, "deployment": {"resources": []}}))
    for ids in (("10001", "29"), ("99", "20001")):
        given = {"programId": ids[0], "environmentId": ids[1], **DECLARED}
        config = {f"aem-mail:{key}": {"objectValue" if isinstance(one, dict) else "value": one} for key, one in given.items()}
        stand_in.answers(f"config --json --show-secrets --stack={'-'.join(ids)}", stdout=json.dumps(config))
    return stand_in


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def said(*asked: str) -> tuple[int, str]:
        code = main(list(asked))
        captured = capsys.readouterr()
        assert captured.out == ""
        return code, captured.err

    return said


@pytest.mark.parametrize(("mistake", "asked"), ALL)
def test_a_mistake_has_one_exit_code_and_one_sentence(
    mistake: Mistake, asked: tuple[str, ...], said: Callable[..., tuple[int, str]]
) -> None:
    code, error = said(*asked)

    assert (code, mistake.named in error.lower(), error.count("\n")) == (mistake.code, True, 1), error


@pytest.mark.parametrize(
    ("asked", "fix"),
    [
        (of("10001", "29"), "Set --environment to one of them, or --program to the environment's own program."),
        (("--stack", "10001-29"), "Set aem-mail:environmentId to one of them, or aem-mail:programId to the environment's own program."),
    ],
)
def test_the_fix_names_what_the_ids_were_given_by(asked: tuple[str, ...], fix: str, said: Callable[..., tuple[int, str]]) -> None:
    assert fix in said("check", *asked, *FOLDER)[1]


@pytest.mark.parametrize("command", ["check", "drift", "plan", "preflight"])
def test_a_stack_that_is_not_there_is_bad_input(command: str, pulumi: PulumiStandIn, said: Callable[..., tuple[int, str]]) -> None:
    for subcommand in ("config", "stack", "preview"):
        pulumi.answers(subcommand, code=255, stderr="error: no stack named 'absent' found")

    code, error = said(command, "--stack", "absent")

    assert (code, "no stack named 'absent' found" in error, error.count("\n")) == (3, True, 1), error


REACHING: Final = [
    ("check", *of("10001", "20001"), *FOLDER),
    ("adopt", *of("10001", "20001")),
    ("check", "--stack", "10001-29", *FOLDER),
]


@pytest.mark.parametrize("asked", REACHING)
def test_missing_credentials_are_named_at_once(
    asked: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, said: Callable[..., tuple[int, str]]
) -> None:
    for name in ("ORG_ID", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.delenv(f"CLOUDMANAGER_{name}")

    code, error = said(*asked)

    named = all(f"CLOUDMANAGER_{name}" in error for name in ("ORG_ID", "CLIENT_ID", "CLIENT_SECRET"))
    assert (code, named, error.count("\n")) == (3, True, 1), error


@pytest.mark.parametrize("asked", REACHING)
def test_a_credential_that_is_refused_has_its_own_code(
    asked: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, said: Callable[..., tuple[int, str]]
) -> None:
    monkeypatch.setenv("CLOUDMANAGER_CLIENT_SECRET", "another")

    code, error = said(*asked)

    assert (code, "CLOUDMANAGER_CLIENT_SECRET" in error, error.count("\n")) == (10, True, 1), error
