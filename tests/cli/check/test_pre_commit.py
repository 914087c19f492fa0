"""The hook of `.pre-commit-hooks.yaml`, run by the real pre-commit in a repository of an AEM project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from aem_mail.osgi.forms import FORMS
from tests.checks.situations import MAIL_FILE, mail_file

CHECKOUT = Path(__file__).parents[3]
MANIFEST = CHECKOUT / ".pre-commit-hooks.yaml"
OSGI = Path("ui.config/src/main/content/jcr_root/apps/wknd/osgiconfig")
IDENTITY = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "a"), ("EMAIL", "a@b"))}


class Repository:
    """A repository of an AEM project, with the hook of another repository that has our manifest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "project"
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        config = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PRE_COMMIT_HOME": str(folder / "cache")}
        self._env = {**os.environ, **IDENTITY, **config, "PATH": path, "PRE_COMMIT_COLOR": "never"}
        hooks = folder / "hooks"
        for repository in (hooks, self.folder):
            repository.mkdir()
            self._run("git", "init", "--quiet", cwd=repository)
        shutil.copy(MANIFEST, hooks)
        self._run("git", "add", ".", cwd=hooks)
        self._run("git", "commit", "--quiet", "--message=x", cwd=hooks)
        revision = self._run("git", "rev-parse", "HEAD", cwd=hooks).stdout.strip()
        # What is tested is installed here already: without an installation of its own the test needs no index of packages.
        hook = {"id": "aem-mail-check", "language": "system"}
        self.write(".pre-commit-config.yaml", yaml.safe_dump({"repos": [{"repo": str(hooks), "rev": revision, "hooks": [hook]}]}))
        self.hook("install").check_returncode()

    def write(self, path: str | Path, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        self._run("git", "add", ".", cwd=self.folder)

    def commit(self) -> subprocess.CompletedProcess[str]:
        return self._run("git", "commit", "--message=x", cwd=self.folder)

    def hook(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("pre-commit", *arguments, cwd=self.folder)

    def _run(self, *command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=cwd, env=self._env, capture_output=True, text=True, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    if not (Path(sys.executable).parent / "pre-commit").exists():
        pytest.skip("pre-commit is not installed; it comes with the extra `dev`")
    return Repository(tmp_path)


def test_the_manifest_is_one(repository: Repository) -> None:
    assert repository.hook("validate-manifest", str(MANIFEST)).returncode == 0


def test_a_mistake_is_not_committed_until_it_is_fixed(repository: Repository) -> None:
    repository.write(OSGI / MAIL_FILE, mail_file(smtp_port=587))
    refused = repository.commit()
    repository.write(OSGI / MAIL_FILE, mail_file())
    accepted = repository.commit()

    assert refused.returncode == 1
    assert "M02 error" in refused.stdout + refused.stderr
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr


@pytest.mark.parametrize("path", ["README.md", OSGI / "config" / "com.example.Other.cfg.json", Path("docs") / MAIL_FILE])
def test_what_is_no_configuration_of_the_mail_is_not_checked(path: str | Path, repository: Repository) -> None:
    repository.write(path, "{}")

    assert "(no files to check)Skipped" in repository.hook("run").stdout


@pytest.mark.parametrize("folder", [OSGI / "config", OSGI.parent / "config.author" / "mail"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_configuration_is_checked_wherever_it_lies(form: str, folder: Path, repository: Repository) -> None:
    repository.write(folder / f"com.day.cq.mailer.DefaultMailService{form}", "{}")

    assert "Skipped" not in repository.hook("run").stdout
