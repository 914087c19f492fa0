"""Room on the disk."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from tools.engine.errors import EngineError

_GIGABYTE = 1_000_000_000


def refuse_a_full_disk(needed: Mapping[Path, int]) -> None:
    """Raise EngineError if a file system has less room than its folders need together, in bytes; a folder need not exist yet."""
    sums: dict[int, tuple[Path, int]] = {}
    for folder, size in needed.items():
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        device = existing.stat().st_dev
        named, total = sums.get(device, (existing, 0))
        sums[device] = (named, total + size)
    for folder, size in sums.values():
        free = shutil.disk_usage(folder).free
        if free < size:
            raise EngineError(
                f"Building the engine needs {size / _GIGABYTE:.1f} GB of disk below {folder}, and {free / _GIGABYTE:.1f} GB are free. "
                "Free some, or point GOMODCACHE, GOCACHE and XDG_CACHE_HOME to a larger disk."
            )
