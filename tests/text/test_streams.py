"""A standard stream that is full, closed or read no further ends a command with one line or none, and never with a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.checks.situations import MAIL_FILE, mail_file, write

ENVIRONMENT: Final = ("--program", "10001", "--environment", "20001", "--offline")
AEM_MAIL: Final = ("-m", "aem_mail.cli.main")
CHECK: Final = (*AEM_MAIL, "check", *ENVIRONMENT, "--directory", "osgi", "--output")
MUCH: Final = 300
"""Files that are each a finding, with long names: more than a pipe and every buffer hold."""
COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "help": (*AEM_MAIL, "--help"),
    "version": (*AEM_MAIL, "--version"),
    "help of a command": (*AEM_MAIL, "check", "--help"),
    **{form: (*CHECK, form) for form in ("text", "json", "markdown", "html", "junit")},
    "explain": (*AEM_MAIL, "explain", "535"),
    "resolve": (*AEM_MAIL, "osgi", "resolve", f"osgi/{MAIL_FILE}"),
    "simulate": (*AEM_MAIL, "simulate", "--port", "0"),
    "help of the pipelines' steps": ("-m", "aem_mail.pipelines", "--help"),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path / "osgi", {MAIL_FILE: mail_file()})
    return tmp_path


@pytest.fixture
def large_project(project: Path) -> Path:
    name = Path(MAIL_FILE).name
    write(project / "osgi", {f"config.{'x' * 230}{number}/{name}": "{" for number in range(MUCH)})
    return project


def python(arguments: Sequence[str], redirection: str, folder: Path, unbuffered: str = "") -> "subprocess.CompletedProcess[str]":
    """Run Python as a shell would with this redirection of its output."""
    command = f'"$@" {redirection}'
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": unbuffered}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command, "bash", sys.executable, *arguments],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_a_full_standard_output_is_one_line_and_exit_code_1(arguments: tuple[str, ...], unbuffered: str, project: Path) -> None:
    ended = python(arguments, "> /dev/full", project, unbuffered)

    assert ended.returncode == 1, ended.stderr
    assert ended.stderr.startswith("Standard output cannot be written: No space left on device")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_a_closed_standard_output_is_one_line_too(arguments: tuple[str, ...], project: Path) -> None:
    ended = python(arguments, ">&-", project)

    assert ended.returncode == 1, ended.stderr
    assert ended.stderr.startswith("Standard output cannot be written: Bad file descriptor")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "junit"])
def test_a_reader_that_has_seen_enough_ends_a_report_without_a_word(form: str, unbuffered: str, large_project: Path) -> None:
    ended = python((*CHECK, form), "| head -c 1", large_project, unbuffered)

    assert (ended.returncode, ended.stderr) == (1, "")
    assert len(ended.stdout) == 1


def test_a_reader_that_is_gone_before_anything_is_printed_hears_nothing(project: Path) -> None:
    ended = python((*AEM_MAIL, "explain", "535"), "| (exec <&-; sleep 2)", project)

    assert (ended.returncode, ended.stderr) == (1, "")


@pytest.mark.parametrize("redirection", ["2> /dev/full", "2>&-"])
def test_a_standard_error_that_takes_nothing_changes_no_exit_code(redirection: str, project: Path) -> None:
    ended = python((*CHECK, "text"), redirection, project)
    refused = python((*AEM_MAIL, "osgi", "resolve", "absent"), redirection, project)
    misused = python((*AEM_MAIL, "osgi", "resolve"), redirection, project)

    assert (ended.returncode, refused.returncode, misused.returncode) == (0, 3, 3)
    assert refused.stdout == ""


def test_what_is_taken_is_printed_whole(large_project: Path) -> None:
    ended = python((*CHECK, "json"), "", large_project)

    assert (ended.returncode, ended.stderr) == (2, "")
    assert len(json.loads(ended.stdout)["environments"][0]["findings"]) >= MUCH


@pytest.mark.parametrize("redirection", ["> /dev/full", "| true"])
def test_a_command_under_the_stacks_lock_is_read_to_its_end_and_its_exit_code_is_handed_on(redirection: str, project: Path) -> None:
    program = "import sys; print('x' * 1_000_000); sys.exit(7)"

    ended = python(("-m", "aem_mail.pipelines", "with-stack-lock", "--", sys.executable, "-c", program), redirection, project)

    assert ended.returncode == 7
    assert "Traceback" not in ended.stderr
    assert ended.stderr.count("\n") <= 1


@pytest.mark.parametrize("redirection", ["> /dev/full", ">&-"])
def test_an_engine_whose_environment_cannot_be_printed_fails(redirection: str, project: Path) -> None:
    program = "import tools.engine.__main__ as main; sys.exit(main._printed('export A=b'))"

    ended = python(("-c", f"import sys; {program}"), redirection, project)

    assert ended.returncode == 1
    assert ended.stderr.startswith("engine: standard output ")
    assert ended.stderr.count("\n") == 1
