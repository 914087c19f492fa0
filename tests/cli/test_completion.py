"""What a shell completes: commands, options, what an option may be, and files."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from aem_mail.cli.main import _COMMANDS, main

TYPED: Final = """
source "$1"; shift
complete -p aem-mail > /dev/null
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_shtab_aem_mail
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("completion") / "aem-mail.bash"
    command = [sys.executable, "-m", "aem_mail.cli.main", "--print-completion", "bash"]
    path.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    return path


def completed(script: Path, *words: str, folder: Path | None = None) -> set[str]:
    command = ["bash", "-c", TYPED, "bash", str(script), "aem-mail", *words]
    return set(subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout.split())


def test_every_command_is_completed(script: Path) -> None:
    assert completed(script, "") >= set(_COMMANDS)
    assert completed(script, "ch") == {"check"}
    assert completed(script, "osgi", "") >= {"render", "resolve"}


def test_options_and_what_they_may_be_are_completed(script: Path) -> None:
    assert completed(script, "check", "--out") == {"--output"}
    assert completed(script, "check", "--output", "j") == {"json", "junit"}


def test_a_file_is_completed_where_an_option_takes_one(script: Path, tmp_path: Path) -> None:
    (tmp_path / "seed.json").touch()

    assert completed(script, "simulate", "--seed", "se", folder=tmp_path) == {"seed.json"}


@pytest.mark.parametrize("shell", ["zsh", "fish", "tcsh", "powershell"])
def test_other_shells_have_a_script_too(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--print-completion", shell]) == 0
    assert "preflight" in capsys.readouterr().out


def test_an_unknown_shell_and_a_missing_extra_are_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["--print-completion", "cmd"]) == 3
    assert "known are bash, zsh" in capsys.readouterr().err

    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["--print-completion", "bash"]) == 3
    assert "install the extra completion" in capsys.readouterr().err
