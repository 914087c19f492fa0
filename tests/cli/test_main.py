"""The entry point: what it loads, and what each command's help says."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

import aem_mail.cli
from aem_mail.cli.main import main

COMMANDS: Final = ("adopt", "check", "drift", "explain", "init", "osgi", "plan", "preflight", "send", "simulate")
LOADED: Final = """
import sys
from aem_mail.cli.main import main
try:
    main([sys.argv[1]])
except SystemExit:
    pass
print([name for name in sys.modules if name.split(".")[0] in ("httpx", "pulumi", "yaml", "starlette") or name.startswith("aem_mail.cli.")])
"""


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_load_no_command(option: str) -> None:
    ended = subprocess.run([sys.executable, "-c", LOADED, option], capture_output=True, text=True, check=True)

    assert ended.stdout.splitlines()[-1] == "['aem_mail.cli.main']"


def test_help_names_every_command_in_its_group(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])

    shown = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n  {name} " not in shown] == []
    assert [line for line in shown.splitlines() if line.endswith(":")] == [
        "declare and change:",
        "look and judge:",
        "simulate and prove:",
    ]


@pytest.mark.parametrize("command", [[], ["osgi"]])
def test_without_a_command_the_help_is_shown(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*command, "--help"])
    shown = capsys.readouterr().out

    assert main(command) == 0
    assert capsys.readouterr() == (shown, "")


def test_there_are_no_more_commands_than_fit_a_screen() -> None:
    assert len(COMMANDS) <= 12


@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS), ("osgi", "resolve")])
def test_help_fits_a_narrow_terminal(
    command: tuple[str, ...], columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))

    with pytest.raises(SystemExit):
        main([*command, "--help"])

    assert [line for line in capsys.readouterr().out.splitlines() if len(line) > columns] == []


def test_every_module_that_configures_a_parser_is_a_command() -> None:
    modules = (path.stem for path in Path(aem_mail.cli.__path__[0]).glob("*.py") if path.stem != "main")
    assert sorted(name for name in modules if hasattr(import_module(f"aem_mail.cli.{name}"), "configure")) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_says_what_it_does_and_takes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: aem-mail {name} ")


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("aem-mail 0.")
