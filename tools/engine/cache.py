"""The folder where installed engines live: one per user, shared by all checkouts, filled by one process at a time."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.engine.errors import EngineError

Say = Callable[[str], None]

_STAGING = ".staging-"


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Where engines are kept: below XDG_CACHE_HOME, which counts only if it is absolute, else below ~/.cache."""
    chosen = environ.get("XDG_CACHE_HOME", "")
    base = Path(chosen) if Path(chosen).is_absolute() else Path.home() / ".cache"
    return base / "aem-mail" / "engine"


def keep_private(cache: Path) -> None:
    """Make the folder, or take from everybody else what they may do in it: what lies there is run.

    Raises EngineError where it, or the folder that it lies in, is somebody else's.
    """
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder, refused in ((cache.parent, 0o022), (cache, 0o077)):
        status = folder.stat()
        if status.st_uid != os.geteuid():
            raise EngineError(
                f"{folder} belongs to the user with the id {status.st_uid}, who could replace the engine in it. "
                "Remove it, or point XDG_CACHE_HOME to a folder of your own."
            )
        if status.st_mode & refused:
            folder.chmod(status.st_mode & 0o7777 & ~refused)


@contextmanager
def locked(cache: Path, say: Say) -> Iterator[None]:
    """Hold the cache's lock, waiting for its holder. The kernel frees it when a holder dies, however it dies."""
    keep_private(cache)
    with (cache / "lock").open("w") as file:
        next_message = 0.0
        while not _took_lock(file.fileno()):
            if time.monotonic() >= next_message:
                say("another process is installing the engine; waiting for it")
                next_message = time.monotonic() + 30
            time.sleep(0.2)
        yield


def _took_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def published(target: Path) -> Iterator[Path]:
    """Give an empty folder to fill, which becomes `target` in one step at the end, or vanishes with an error.

    Call it with the lock held: what is left of installers that were killed is removed here.
    """
    for abandoned in target.parent.glob(f"{_STAGING}*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=target.parent))
    try:
        yield staging
        staging.chmod(0o755)
        staging.rename(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
