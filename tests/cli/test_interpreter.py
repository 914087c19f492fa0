import os
import sys
import venv
from pathlib import Path

import pytest

from aem_mail.cli.interpreter import virtualenv

SCRIPTS = "Scripts" if os.name == "nt" else "bin"


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the scripts of a virtual environment without this package."""
    folder = tmp_path_factory.mktemp("other") / "venv"
    venv.create(folder, symlinks=os.name != "nt")
    return folder / SCRIPTS


def test_pulumi_finds_the_python_of_an_activated_environment_by_itself() -> None:
    assert virtualenv({"PATH": str(Path(sys.prefix) / SCRIPTS)}) is None


def test_the_environment_of_a_command_whose_python_is_not_on_path_is_named(other: Path, tmp_path: Path) -> None:
    assert virtualenv({"PATH": str(other)}) == sys.prefix
    assert virtualenv({"PATH": str(tmp_path)}) == sys.prefix


def test_the_python_that_the_user_has_chosen_for_pulumi_counts(other: Path) -> None:
    environ = {"PATH": str(other), "PULUMI_PYTHON_CMD": str(Path(sys.executable))}

    assert virtualenv(environ) is None


@pytest.mark.skipif(os.name == "nt", reason="a script is no command on Windows")
def test_a_python_that_does_not_run_is_none(tmp_path: Path) -> None:
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "python3").chmod(0o755)

    assert virtualenv({"PATH": str(tmp_path)}) == sys.prefix
