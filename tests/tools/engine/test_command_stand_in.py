"""Where the stand-in comes from, and that it gives way to the real plugin."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.engine import pins
from tools.engine.command_stand_in import EXECUTABLE, install_command_stand_in, real_plugin_is_there
from tools.engine.installation import Engine, with_command_plugin
from tools.engine.sources import Source

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"PULUMI_HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PATH": "/usr/bin:/bin"}


def executable(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)


def test_the_copy_in_the_cache_serves_on_its_own(tmp_path: Path) -> None:
    folder = install_command_stand_in(tmp_path / "a cache", lambda message: None)

    with subprocess.Popen([folder / EXECUTABLE], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0
        process.terminate()
    assert process.returncode == 0


def test_it_is_copied_once_and_says_what_it_is(tmp_path: Path) -> None:
    said: list[str] = []
    first = install_command_stand_in(tmp_path, said.append)

    assert install_command_stand_in(tmp_path, said.append) == first
    assert len(said) == 1
    assert "stand-in" in said[0]
    assert "A stand-in for Pulumi's plugin" in (first / EXECUTABLE).read_text()


def test_only_the_build_gets_it_and_only_when_asked(environ: dict[str, str]) -> None:
    for source in Source:
        engine = with_command_plugin(Engine(source, None, environ["PATH"]), environ, lambda message: None)

        found = shutil.which(EXECUTABLE, path=engine.variables()["PATH"])
        assert (found is not None) is (source is Source.BUILD)


def test_the_command_puts_it_on_path_when_asked_and_not_otherwise(tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / "cache" / "aem-mail" / "engine" / pins.build_key() / "bin").mkdir(parents=True)
    found = {}
    for options in ((), ("--command-plugin",)):
        command = [sys.executable, "-m", "engine", "env", *options]
        lines = subprocess.run(command, cwd=REPOSITORY, env=environ, capture_output=True, text=True, check=True).stdout.splitlines()
        found[options] = shutil.which(EXECUTABLE, path=lines[0].removeprefix("export PATH="))

    assert found[()] is None
    assert found["--command-plugin",] is not None
    assert "command-stand-in-" in str(found["--command-plugin",])


def test_the_real_plugin_wins(tmp_path: Path, environ: dict[str, str]) -> None:
    engine = Engine(Source.BUILD, None, environ["PATH"])
    executable(tmp_path / "home" / "plugins" / "resource-command-v1.2.1" / EXECUTABLE)
    assert with_command_plugin(engine, environ, lambda message: None) == engine

    executable(tmp_path / "bin" / EXECUTABLE)
    assert real_plugin_is_there({"PULUMI_HOME": str(tmp_path / "other")}, f"{tmp_path / 'bin'}{os.pathsep}/usr/bin")
    assert not real_plugin_is_there({"PULUMI_HOME": str(tmp_path / "other")}, "/usr/bin")


def test_it_needs_nothing_but_the_package_pulumi(tmp_path: Path) -> None:
    """What it imports from elsewhere is pulumi, and what pulumi itself brings."""
    folder = install_command_stand_in(tmp_path, lambda message: None)
    script = (
        "import sys; sys.path.append(sys.argv[1]); import command_plugin.__main__; "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'aem_mail', 'engine', 'tools', 'pulumi_command', 'httpx'}))"
    )

    printed = subprocess.run(
        [sys.executable, "-P", "-c", script, folder.parent / "lib"], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert printed.stdout.strip() == "[]"
