"""The environment that the engine runs in: pure."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from tools.engine.sources import Source


def without_folder(path: str, folder: Path) -> str:
    """PATH without the entries inside a folder."""
    return os.pathsep.join(entry for entry in path.split(os.pathsep) if not Path(entry).is_relative_to(folder))


def engine_variables(source: Source, folder: Path | None, path: str) -> dict[str, str]:
    """The variables to set for an engine whose executables are in a folder; None: they are on PATH already.

    PULUMI_PARALLEL is wide because resources of one environment wait for one common change of it, not for each other.
    The fallback cannot download plugins where it is needed, and looking for them costs seconds in each run.
    """
    variables = {
        "PATH": path if folder is None else f"{folder}{os.pathsep}{path}",
        "PULUMI_PARALLEL": "256",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    if source is Source.BUILD:
        variables["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
    return variables


def export_lines(variables: Mapping[str, str]) -> str:
    """The variables as lines that any POSIX shell can eval."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())
