"""The one program in Go is held to Go's own standards, where there is a Go that built the engine."""

import os
import shutil
import subprocess

import pytest

from tools.engine import go, install_engine, pins
from tools.engine.sources import Source

pytestmark = pytest.mark.flow


@pytest.mark.parametrize("command", [["test", "./language-host"], ["vet", "./language-host"]], ids=["tests", "vet"])
def test_the_language_host_passes(command: list[str]) -> None:
    if install_engine(os.environ).source is not Source.BUILD:
        pytest.skip("the engine of this machine was not built here, so its Go modules are not at hand")
    toolchain = go.find_go(os.environ)
    if toolchain is None:
        pytest.skip("this machine has no Go any more")
    environ = go.build_environment(os.environ, toolchain)

    result = subprocess.run([toolchain.executable, *command], cwd=pins.CLI, env=environ, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout + result.stderr


def test_the_language_host_is_formatted() -> None:
    gofmt = shutil.which("gofmt")
    if gofmt is None:
        pytest.skip("this machine has no gofmt")

    assert subprocess.run([gofmt, "-l", pins.CLI], capture_output=True, text=True, check=True).stdout == ""
