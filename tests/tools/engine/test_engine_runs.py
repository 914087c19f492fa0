"""The engine of this machine runs a program, in the virtual environment that the project names."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pulumi
import pytest

from tools.engine import environment, pins
from tools.engine.versions import parse_version

pytestmark = pytest.mark.flow

PROGRAM = """
import sys
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class WhereProvider(ResourceProvider):
    serialize_as_secret_always = False

    def create(self, props):
        import sys
        return CreateResult("here", {"prefix": sys.prefix})

class Where(Resource, module="test", name="Where"):
    prefix: pulumi.Output[str]

pulumi.export("program", sys.prefix)
pulumi.export("plugin", Where(WhereProvider(), "where", {"prefix": None}).prefix)
"""


@pytest.fixture(scope="module")
def engine() -> dict[str, str]:
    return environment()


@pytest.fixture
def environ(engine: dict[str, str], tmp_path: Path) -> dict[str, str]:
    (tmp_path / "state").mkdir()
    own = {
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "for this test only",
    }
    return {**{name: value for name, value in engine.items() if name != "VIRTUAL_ENV"}, **own}


def run_pulumi(project: Path, environ: dict[str, str], *arguments: str) -> str:
    result = subprocess.run(
        ["pulumi", *arguments, "--non-interactive"], cwd=project, env=environ, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def make_project(folder: Path, runtime: str) -> Path:
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(f"name: another-name\nruntime: {runtime}\n")
    (folder / "__main__.py").write_text(PROGRAM)
    return folder


def make_virtualenv(folder: Path, *, with_pip: bool) -> Path:
    """An environment of its own that sees the packages of this one."""
    venv.create(folder, with_pip=with_pip, symlinks=True)
    (packages,) = folder.glob("lib/python3*/site-packages")
    (packages / "shared.pth").write_text(str(Path(pulumi.__file__).parents[1]))
    return folder


def places_after_up(project: Path, environ: dict[str, str]) -> dict[str, str]:
    run_pulumi(project, environ, "stack", "init", "test")
    run_pulumi(project, environ, "up", "--yes", "--skip-preview")
    outputs: dict[str, str] = json.loads(run_pulumi(project, environ, "stack", "output", "--json"))
    run_pulumi(project, environ, "destroy", "--yes", "--skip-preview")
    return outputs


def test_the_command_line_tells_a_version_that_is_new_enough(engine: dict[str, str]) -> None:
    printed = subprocess.run(["pulumi", "version"], env=engine, capture_output=True, text=True, check=True).stdout

    version = parse_version(printed)
    assert version is not None
    assert version >= pins.cli_version()


def test_the_virtual_environment_of_the_project_is_used_whatever_its_name(tmp_path: Path, environ: dict[str, str]) -> None:
    project = make_project(tmp_path / "project", "{name: python, options: {virtualenv: my-env}}")
    virtualenv = make_virtualenv(project / "my-env", with_pip=True)

    assert places_after_up(project, environ) == {"program": str(virtualenv), "plugin": str(virtualenv)}


def test_an_environment_without_pip_such_as_uv_makes_is_used(tmp_path: Path, environ: dict[str, str]) -> None:
    project = make_project(tmp_path / "project", "{name: python, options: {toolchain: uv}}")
    virtualenv = make_virtualenv(project / ".venv", with_pip=False)

    assert places_after_up(project, environ) == {"program": str(virtualenv), "plugin": str(virtualenv)}


def test_without_options_the_python_on_path_is_used(tmp_path: Path, environ: dict[str, str]) -> None:
    project = make_project(tmp_path / "project", "python")
    environ["PATH"] = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{environ['PATH']}"

    assert places_after_up(project, environ) == {"program": sys.prefix, "plugin": sys.prefix}
