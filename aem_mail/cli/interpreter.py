"""The Python with which Pulumi runs a project's program: it has to be the one in which this package is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

CHOICE: Final = "PULUMI_PYTHON_CMD"
NAMES: Final = ("python", "python3") if os.name == "nt" else ("python3", "python")
"""In the order in which Pulumi looks for them."""
PATIENCE_SECONDS: Final = 20.0
WITHOUT_PIP: Final = (
    "Pulumi lists a program's packages with pip, which the environment of aem-mail lacks. Add it, as by `uv pip install pip` or "
    "`uv tool install --with pip aem-mail`."
)


def virtualenv(environ: Mapping[str, str]) -> str | None:
    """Return what Pulumi.yaml has to name; None where Pulumi finds this Python by itself, as in an activated virtual environment.

    Tools such as pipx put the command on PATH, and not the Python of its environment.
    """
    return None if _prefix_on_path(environ) == Path(sys.prefix) else sys.prefix


def lacks_pip() -> bool:
    """Say whether Pulumi cannot list this Python's packages."""
    return find_spec("pip") is None


def _prefix_on_path(environ: Mapping[str, str]) -> Path | None:
    found = filter(None, (shutil.which(name, path=environ.get("PATH")) for name in _names(environ)))
    python = next(found, None)
    if python is None:
        return None
    try:
        asked = subprocess.run(  # noqa: S603 - the python that Pulumi would run
            [python, "-I", "-c", "import sys; print(sys.prefix)"],
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return Path(asked.stdout.strip())


def _names(environ: Mapping[str, str]) -> tuple[str, ...]:
    chosen = environ.get(CHOICE)
    return (chosen,) if chosen else NAMES
