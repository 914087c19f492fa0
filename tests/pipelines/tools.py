"""The linters of the pipelines' files, as their authors ship them: built once per user and version, or a package of the extra `dev`."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import pytest

from tools.engine import go
from tools.engine.pins import required_version
from tools.engine.versions import Version

MODULE: Final = Path(__file__).with_name("actionlint")
PACKAGE: Final = "github.com/rhysd/actionlint/cmd/actionlint"
SCRIPTS: Final = Path(sys.executable).parent


def actionlint() -> Path:
    """Return the executable, built from the modules that go.mod and go.sum pin; skips the test where there is no Go."""
    toolchain = go.find_go(os.environ)
    problem = go.objection(toolchain, go_version())
    if toolchain is None or problem is not None:
        pytest.skip(f"actionlint is built from Go modules: {problem}")
    contents = b"".join((MODULE / name).read_bytes() for name in ("go.mod", "go.sum"))
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    target = base / "aem-mail" / "actionlint" / hashlib.sha256(contents).hexdigest()[:16]
    return build(target, toolchain)


def build(target: Path, toolchain: go.Go) -> Path:
    """Build into the file, unless that is done; other processes that want the same wait."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / "lock").open("w") as lock, tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            staging = Path(scratch) / "actionlint"
            command = [str(toolchain.executable), "build", "-ldflags", "-s -w", "-o", str(staging), PACKAGE]
            done = subprocess.run(
                command, cwd=MODULE, env=go.build_environment(os.environ, toolchain), capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            staging.rename(target)
    return target


def go_version() -> Version:
    """Return the oldest Go that can build it."""
    return required_version((MODULE / "go.mod").read_text(), "go")


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a linter without the network; those of the extra `dev` go by their names."""
    executable = shutil.which(str(command[0]), path=f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}")
    assert executable is not None, f"{command[0]} is not installed"
    env = {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    return subprocess.run([executable, *command[1:]], env=env, capture_output=True, text=True, check=False)
