"""A Pulumi project in a real Git repository, as a user would have it."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROGRAM: Final = """
import pulumi
from aem_mail import MailEgress
from aem_mail.program import mail_egress_args

for name, value in MailEgress("mail", mail_egress_args()).outputs().items():
    pulumi.export(name, value)
"""
CONFIGURATION: Final = """
config:
  aem-mail:programId: "10001"
  aem-mail:environmentId: "20001"
  aem-mail:egress: {mode: managed, kind: flexiblePortEgress, region: va7}
  aem-mail:smtp: {host: smtp.sendgrid.com, port: 465}
  aem-mail:fromAddress: noreply@wknd.site
  aem-mail:usernameFrom: env:EMAIL_USERNAME
  aem-mail:passwordFrom: env:EMAIL_PASSWORD
  aem-mail:gathering: {idle: 1}
"""


@dataclass(frozen=True)
class Project:
    """The bare repository that everybody pushes to, one developer's clone of it, and the environment of Pulumi's commands."""

    origin: Path
    clone: Path
    environ: Mapping[str, str]

    def change(self, branch: str, old: str, new: str) -> str:
        """Change the stack's configuration on a branch, push it, and return the commit."""
        self.git("checkout", "-q", "-B", branch)
        file = self.clone / "Pulumi.dev.yaml"
        file.write_text(file.read_text().replace(old, new))
        self.git("commit", "-qam", f"{old} to {new}")
        self.git("push", "-qf", "origin", branch)
        return self.git("rev-parse", "HEAD")

    def trial_merge(self, branch: str, folder: Path) -> str:
        """Check out what merging the branch into main would give, as GitHub's refs/pull/N/merge; return its commit."""
        self.check_out("main", folder)
        self.git("merge", "-q", "--no-ff", "-m", "trial", f"origin/{branch}", folder=folder)
        return self.git("rev-parse", "HEAD", folder=folder)

    def merge(self, branch: str) -> str:
        """Merge the branch into main, and return the commit."""
        self.git("checkout", "-q", "main")
        self.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
        self.git("push", "-q", "origin", "main")
        return self.git("rev-parse", "HEAD")

    def check_out(self, branch: str, folder: Path) -> str:
        """Clone afresh, as a job does, with the environment that its step Install would have made; return the commit."""
        shutil.rmtree(folder, ignore_errors=True)
        self.git("clone", "-q", "--branch", branch, str(self.origin), str(folder), folder=self.origin)
        (folder / ".venv").symlink_to(sys.prefix)
        return self.git("rev-parse", "HEAD", folder=folder)

    def git(self, *args: str, folder: Path | None = None) -> str:
        command = ["git", "-c", "user.name=Developer", "-c", "user.email=developer@example.com", *args]
        done = subprocess.run(command, cwd=folder or self.clone, env=self.environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def make_project(folder: Path, environ: Mapping[str, str]) -> Project:
    """Make the repository with its first commit on main, and the stack dev, which has not been applied yet."""
    project = Project(folder / "origin.git", folder / "clone", environ)
    (folder / "state").mkdir()
    project.origin.mkdir()
    project.git("init", "-q", "--bare", "--initial-branch=main", folder=project.origin)
    project.git("clone", "-q", str(project.origin), str(project.clone), folder=folder)
    project.git("checkout", "-q", "-B", "main")
    files = {
        "Pulumi.yaml": "name: mail\nruntime: {name: python, options: {virtualenv: .venv}}\n",
        "__main__.py": PROGRAM,
        ".gitignore": ".venv\nreports\n__pycache__\n",
    }
    for name, text in files.items():
        (project.clone / name).write_text(text)
    subprocess.run(["pulumi", "stack", "init", "dev"], cwd=project.clone, env=environ, check=True, capture_output=True)
    with (project.clone / "Pulumi.dev.yaml").open("a") as file:
        file.write(CONFIGURATION.lstrip())
    project.git("add", ".")
    project.git("commit", "-qm", "Mail of dev")
    project.git("push", "-q", "origin", "main")
    return project
