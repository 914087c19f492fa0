"""The user's own Pulumi: look, do not touch."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tools.engine.sources import FoundCli
from tools.engine.versions import Version, parse_version

COMPANIONS = ("pulumi-language-python", "pulumi-resource-pulumi-python")


def find_cli(environ: Mapping[str, str], path: str) -> FoundCli | None:
    """Look for `pulumi` on a PATH, ask its version, and look for what it needs to run a Python program."""
    executable = shutil.which("pulumi", path=path)
    if executable is None:
        return None
    beside = Path(executable).resolve().parent
    missing = tuple(name for name in COMPANIONS if shutil.which(name, path=path) is None and shutil.which(name, path=str(beside)) is None)
    return FoundCli(Path(executable), _version(executable, environ), missing)


def _version(executable: str, environ: Mapping[str, str]) -> Version | None:
    quiet = {**environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run([executable, "version"], env=quiet, capture_output=True, text=True, check=False, timeout=30)  # noqa: S603 - pulumi
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_version(answer.stdout) if answer.returncode == 0 else None
