"""A new project, made by `aem-mail init` or by `pulumi new`, as the real command line takes it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.flow.stack import REPOSITORY
from tools.engine import environment

pytestmark = pytest.mark.flow

SCRIPTS: Final = Path(sys.executable).parent
TEMPLATE: Final = REPOSITORY / "templates" / "aem-mail"
FOREIGN: Final = ("AEM_MAIL_", "CLOUDMANAGER_", "EMAIL_", "VIRTUAL_ENV")
LONGEST = 240.0


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """Return the environment of somebody without a virtual environment on PATH, with a back end and a home of their own."""
    (tmp_path / "state").mkdir()
    engine = {name: text for name, text in environment().items() if not name.startswith(FOREIGN)}
    on_path = [entry for entry in engine["PATH"].split(os.pathsep) if Path(entry) != SCRIPTS]
    return {
        **engine,
        "PATH": os.pathsep.join(on_path),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "correct horse battery staple",
        "EMAIL_USERNAME": "apikey",
        "EMAIL_PASSWORD": "password123",
    }


def run(folder: Path, environ: Mapping[str, str], *command: str) -> str:
    ended = subprocess.run(
        command, cwd=folder, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONGEST, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def previewed(project: Path, environ: Mapping[str, str]) -> str:
    run(project, environ, "pulumi", "stack", "init", "dev")
    return run(project, environ, "pulumi", "preview", "--non-interactive", "--color=never")


@pytest.mark.parametrize("activated", [True, False], ids=["activated", "as pipx and uv install it"])
def test_pulumi_runs_the_program_wherever_the_package_is_installed(tmp_path: Path, surroundings: dict[str, str], activated: bool) -> None:
    if activated:
        surroundings["PATH"] = f"{SCRIPTS}{os.pathsep}{surroundings['PATH']}"
    run(tmp_path, surroundings, str(SCRIPTS / "aem-mail"), "init", "my-mail")

    assert "+ 7 to create" in previewed(tmp_path / "my-mail", surroundings)

    runtime = yaml.safe_load((tmp_path / "my-mail" / "Pulumi.yaml").read_text())["runtime"]
    assert ("options" in runtime) is not activated


def test_pulumi_new_takes_the_template_without_a_network_and_makes_what_init_makes(tmp_path: Path, surroundings: dict[str, str]) -> None:
    surroundings["PATH"] = f"{SCRIPTS}{os.pathsep}{surroundings['PATH']}"
    by_pulumi, by_init = tmp_path / "my-mail", tmp_path / "init" / "my-mail"
    by_pulumi.mkdir()

    run(by_pulumi, surroundings, "pulumi", "new", str(TEMPLATE), "--offline", "--generate-only", "--yes", "--name", "my-mail")
    run(tmp_path, surroundings, "aem-mail", "init", str(by_init))

    files = {path.name: path.read_text() for path in by_pulumi.iterdir()}
    project = yaml.safe_load(files.pop("Pulumi.yaml"))
    assert files == {path.name: path.read_text() for path in by_init.iterdir() if path.name != "Pulumi.yaml"}
    assert (project["name"], project["runtime"]) == ("my-mail", "python")
    assert "+ 7 to create" in previewed(by_pulumi, surroundings)
