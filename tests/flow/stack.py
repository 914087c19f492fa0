"""A Pulumi stack of its own for one test: real command line, own PULUMI_HOME, own back end, a program given as text."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.secrets import SecretWatch
from tools.engine import environment

REPOSITORY = Path(__file__).resolve().parents[2]
PASSPHRASE = "correct horse battery staple"
LONGEST = 240.0
"""Seconds after which a command counts as hanging."""

PROLOGUE = """
import pulumi
from aem_mail import *
from aem_mail.mail_egress import *
P, E = "10001", "20001"
def later(resource): return pulumi.ResourceOptions(depends_on=[resource])
"""


@cache
def pip_stand_in() -> Path:
    """Return a folder with what stands in for pip: it says what the engine's own stand-in has listed once, since every command asks."""
    folder = Path(tempfile.mkdtemp(prefix="aem-mail-pip-stand-in-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    listed = subprocess.check_output([sys.executable, REPOSITORY / "tools" / "engine" / "pip", "list"], text=True)
    (folder / "pip.py").write_text(f"print({listed!r})\n")
    return folder


@dataclass(frozen=True)
class Result:
    """What a command printed, how it ended, and how long it took."""

    code: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


@dataclass
class Stack:
    """A project in ``folder`` with one stack; ``run`` and its kin assert the exit status and that no secret shows."""

    folder: Path
    variables: Mapping[str, str]
    watch: SecretWatch
    project: str = "flow-test"
    name: str = "test"
    config: Sequence[str] = ()
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        backend = self.folder / "state"
        backend.mkdir(parents=True)
        kept = {name: value for name, value in environment().items() if not name.startswith(("CLOUDMANAGER_", "AEM_MAIL_"))}
        self.env = {
            **kept,
            # As in an activated environment: a version manager's `python3`, which Pulumi asks for its version, is a shell script.
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}",
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{backend}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            # Compiled once for all commands of all tests, and nowhere in the checkout.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "aem-mail-flow-tests-pycache"),
            "PYTHONPATH": str(pip_stand_in()),
            **self.variables,
        }
        (self.folder / "Pulumi.yaml").write_text(
            f"name: {self.project}\nruntime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
        )
        self.run("stack", "init", self.name)
        # On a loaded machine the engine's calls of one burst are further apart than the product's window is wide.
        with (self.folder / f"Pulumi.{self.name}.yaml").open("a") as file:
            file.write("config:\n  aem-mail:gathering:\n    idle: 1\n")

    def program(self, text: str) -> "Stack":
        """Make ``text`` the program; the package's names, ``pulumi``, P and E are there."""
        (self.folder / "__main__.py").write_text(PROLOGUE + text)
        return self

    def up(self, *args: str, code: int | None = 0) -> Result:
        return self.run("up", "--yes", "--skip-preview", "--non-interactive", *args, code=code)

    def preview(self, *args: str, code: int | None = 0) -> Result:
        return self.run("preview", "--non-interactive", *args, code=code)

    def refresh(self, *args: str, code: int | None = 0) -> Result:
        return self.run("refresh", "--yes", "--skip-preview", "--non-interactive", *args, code=code)

    def destroy(self, *args: str, code: int | None = 0) -> Result:
        return self.run("destroy", "--yes", "--skip-preview", "--non-interactive", *args, code=code)

    def outputs(self) -> dict[str, Any]:
        result: dict[str, Any] = json.loads(self.run("stack", "output", "--json").stdout)
        return result

    def resources(self) -> list[dict[str, Any]]:
        """Return the state's resources of this package."""
        deployment = json.loads(self.run("stack", "export").stdout)["deployment"]
        return [
            resource for resource in deployment.get("resources", []) if "/aem:" in resource["type"] or resource["type"].startswith("aem:")
        ]

    def resource(self, name: str) -> dict[str, Any]:
        return next(resource for resource in self.resources() if resource["urn"].endswith(f"::{name}"))

    def set_config(self, key: str, value: str, *options: str) -> None:
        self.run("config", "set", *options, "--", key, value)

    def run(self, *args: str, code: int | None = 0, env: Mapping[str, str] | None = None) -> Result:
        """Run one command of the CLI in the project's folder."""
        began = time.monotonic()
        process = self.start(*args, env=env)
        with self.watch.processes(process.pid):
            stdout, stderr = process.communicate(timeout=LONGEST)
        result = Result(process.returncode, stdout, stderr, time.monotonic() - began)
        if code is not None:
            assert result.code == code, f"pulumi {' '.join(args)} ended with {result.code}, not {code}:\n{result.output}"
        self.watch.text(f"output of pulumi {args[0]}", result.output)
        self.watch.folder(self.folder, "the project, its state and its logs")
        return result

    def aem_mail(self, command: str, *options: str, env: Mapping[str, str] | None = None) -> Result:
        """Run one command of `aem-mail` about the project, as a user does."""
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "aem_mail.cli.main", *command.split(), "--cwd", str(self.folder), *options],
            cwd=REPOSITORY,
            env=self.env if env is None else env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        with self.watch.processes(process.pid):
            stdout, stderr = process.communicate(timeout=LONGEST)
        result = Result(process.returncode, stdout, stderr, time.monotonic() - began)
        self.watch.text(f"output of aem-mail {command}", result.output)
        return result

    def start(self, *args: str, env: Mapping[str, str] | None = None) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            ["pulumi", "--cwd", str(self.folder), "--color", "never", *args],
            env={**self.env, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
