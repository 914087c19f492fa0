"""The example for AEM developers, run by the real Maven."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checks.situations import MAIL_FILE, mail_file

pytestmark = pytest.mark.contract

EXAMPLE = Path(__file__).parents[2] / "examples" / "aem-project"
OSGI = "ui.config/src/main/content/jcr_root/apps/wknd-examples/osgiconfig"


def validated(project: Path) -> subprocess.CompletedProcess[str]:
    """Run `mvn validate`; skips the test where there is no Maven."""
    if shutil.which("mvn") is None:
        pytest.skip("mvn not on PATH; the example of exec-maven-plugin is run by it")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ("mvn", "--batch-mode", "validate")
    return subprocess.run(command, cwd=project, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example, with a mail service."""
    folder = shutil.copytree(EXAMPLE, tmp_path / "project")
    (folder / OSGI / MAIL_FILE).write_text(mail_file())
    return folder


def test_a_build_of_an_aem_project_fails_by_a_mistake_alone(project: Path) -> None:
    sound = validated(project)
    (project / OSGI / MAIL_FILE).write_text(mail_file(smtp_port=587))
    mistaken = validated(project)

    assert sound.returncode == 0, sound.stdout
    assert "BUILD SUCCESS" in sound.stdout
    assert "M02 error" in mistaken.stdout
    assert "BUILD FAILURE" in mistaken.stdout
    assert mistaken.returncode != 0
