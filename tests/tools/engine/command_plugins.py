"""The plugins of pulumi-command that this machine has: the real one, perhaps, and the stand-in."""

import os
import shutil
from pathlib import Path

from tools.engine.cache import cache_folder
from tools.engine.command_stand_in import EXECUTABLE, install_command_stand_in
from tools.engine.installation import say_on_stderr
from tools.engine.variables import without_folder


def stand_in() -> Path:
    """Return the folder of the stand-in's executable."""
    return install_command_stand_in(cache_folder(os.environ), say_on_stderr)


def real() -> Path | None:
    """Return the folder of the real plugin, None where the machine has none."""
    found = shutil.which(EXECUTABLE, path=without_folder(os.environ.get("PATH", ""), cache_folder(os.environ)))
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    installed = sorted(home.glob(f"plugins/resource-command-v*/{EXECUTABLE}"))
    return Path(found).parent if found else installed[-1].parent if installed else None
