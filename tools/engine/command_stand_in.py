"""Where the stand-in of the command plugin lies: in the user's cache, one copy for each state of its sources and each Python."""

import hashlib
import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tools.engine.cache import Say, locked, published
from tools.engine.pins import HERE

SOURCES: Final = HERE / "command_plugin"
EXECUTABLE: Final = "pulumi-resource-command"
RUN: Final = 'import runpy, sys; sys.path.append(sys.argv.pop(1)); runpy.run_module("command_plugin", run_name="__main__", alter_sys=True)'


def real_plugin_is_there(environ: Mapping[str, str], path: str) -> bool:
    """Say whether Pulumi finds the real plugin by itself: in PULUMI_HOME, or on a PATH that has nothing of ours."""
    home = Path(environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    return shutil.which(EXECUTABLE, path=path) is not None or any(home.glob("plugins/resource-command-v*/" + EXECUTABLE))


def install_command_stand_in(cache: Path, say: Say) -> Path:
    """Return the folder of the stand-in's executable, after putting it there where it lacks."""
    target = cache / f"command-stand-in-{_digest()}"
    if not target.is_dir():
        with locked(cache, say):
            if not target.is_dir():
                say(f"{EXECUTABLE} cannot be had here; a stand-in takes its place where one is asked for")
                with published(target) as folder:
                    _fill(folder, target)
    return target / "bin"


def _fill(folder: Path, target: Path) -> None:
    shutil.copytree(SOURCES, folder / "lib" / SOURCES.name, ignore=shutil.ignore_patterns("__pycache__"))
    executable = folder / "bin" / EXECUTABLE
    executable.parent.mkdir()
    executable.write_text(script(Path(sys.executable), target / "lib"))
    executable.chmod(0o755)


def script(python: Path, library: Path) -> str:
    """Return the executable: a shell becomes that Python, and nothing of it reaches the environment of the commands."""
    words = (str(python), "-P", "-u", "-c", RUN, str(library))
    return f'#!/bin/sh\n# A stand-in for Pulumi\'s plugin of this name, made by aem-mail.\nexec {shlex.join(words)} "$@"\n'


def _digest() -> str:
    """Name a copy by the Python that runs it and by what it is made of; that Python must have the package pulumi."""
    hasher = hashlib.sha256(f"{sys.prefix}\0{script(Path(os.devnull), Path(os.devnull))}".encode())
    for source in sorted(SOURCES.glob("*.py")):
        hasher.update(f"\0{source.name}\0".encode() + source.read_bytes())
    return hasher.hexdigest()[:12]
