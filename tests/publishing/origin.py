"""A real repository that others use too: bare, on disk, with an AEM project on its branch main."""

import os
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

DIRECTORY = "ui.config/src/main/content/jcr_root/apps/wknd/osgiconfig"
PID = "com.day.cq.mailer.DefaultMailService"
FILE = f"{DIRECTORY}/config.dev/{PID}.cfg.json"
IDENTITY = {
    **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Colleague"),
    **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "colleague@example.com"),
}


class Origin:
    """The repository ``path``, and a colleague's clone of it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "origin.git"
        self.clone = folder / "colleague"
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.path))
        git(folder, "clone", "--quiet", str(self.path), str(self.clone))
        git(self.clone, "checkout", "--quiet", "-B", "main")
        self.write({"pom.xml": "<project/>\n", f"{DIRECTORY}/config/other.cfg.json": "{}\n"})

    def write(self, files: Mapping[str, str | None], message: str = "Work on the site") -> str:
        """Have the colleague change files (None: remove) and push; return the commit."""
        git(self.clone, "pull", "--quiet", "--rebase", "origin", "main", check=False)
        for path, content in files.items():
            file = self.clone / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                file.unlink()
            else:
                file.write_bytes(content.encode())
        return self.push(message)

    def link(self, path: str, target: str) -> str:
        """Have the colleague commit a symbolic link."""
        file = self.clone / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to(target)
        return self.push("Link")

    def push(self, message: str) -> str:
        git(self.clone, "add", "--all")
        git(self.clone, "commit", "--quiet", "-m", message)
        git(self.clone, "push", "--quiet", "origin", "HEAD:main")
        return self.tip()

    def tip(self, branch: str = "main") -> str:
        return git(self.path, "rev-parse", f"refs/heads/{branch}").strip()

    def log(self, branch: str = "main") -> list[str]:
        """Return the subjects of the branch's commits, newest first."""
        return git(self.path, "log", "--format=%s", branch).splitlines()

    def show(self, path: str = FILE, branch: str = "main") -> bytes | None:
        """Return a file's bytes, None where the branch lacks it."""
        command = ["git", "cat-file", "blob", f"{branch}:{path}"]
        ended = subprocess.run(command, cwd=self.path, env=own_environment(), capture_output=True, check=False)
        return ended.stdout if ended.returncode == 0 else None

    def changed(self, branch: str = "main") -> list[str]:
        """Return the paths that the branch's last commit changed."""
        return git(self.path, "diff-tree", "--no-commit-id", "--name-only", "-r", branch).splitlines()

    def hook(self, name: str, script: str) -> None:
        file = self.path / "hooks" / name
        file.parent.mkdir(exist_ok=True)
        executable(file, script)


def executable(file: Path, script: str) -> None:
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def git(folder: Path, *arguments: str, check: bool = True) -> str:
    ended = subprocess.run(["git", *arguments], cwd=folder, env=own_environment(), capture_output=True, text=True, check=False)
    assert not check or ended.returncode == 0, ended.stderr
    return ended.stdout


def own_environment() -> dict[str, str]:
    """Return the colleague's surroundings, which those of the user that a test is about do not reach."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, **IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
