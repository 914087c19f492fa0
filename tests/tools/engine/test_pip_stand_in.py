import json
import os
import subprocess
import sys
from pathlib import Path

STAND_IN = Path(__file__).parents[3] / "tools" / "engine"


def pip(*arguments: str, stand_in: bool) -> "subprocess.CompletedProcess[str]":
    environ = {**os.environ, "PYTHONPATH": str(STAND_IN) if stand_in else ""}
    return subprocess.run([sys.executable, "-m", "pip", *arguments], env=environ, capture_output=True, text=True, check=False)


def test_it_lists_what_pip_lists() -> None:
    arguments = ("list", "-v", "--format", "json")

    real, ours = (json.loads(pip(*arguments, stand_in=stand_in).stdout) for stand_in in (False, True))

    wanted = ("name", "version", "location")
    assert {tuple(package[key] for key in wanted) for package in real} == {tuple(package[key] for key in wanted) for package in ours}


def test_it_refuses_everything_else() -> None:
    result = pip("install", "anything", stand_in=True)

    assert result.returncode != 0
    assert "pip is not installed in this virtual environment" in result.stderr
