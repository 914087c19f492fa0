"""The folder where installed engines live: one per user, shared by all checkouts, filled by one process at a time."""

import fcntl
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

Say = Callable[[str], None]

_STAGING = ".staging-"


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Where engines are kept: below XDG_CACHE_HOME, which counts only if it is absolute, else below ~/.cache."""
    chosen = environ.get("XDG_CACHE_HOME", "")
    base = Path(chosen) if Path(chosen).is_absolute() else Path.home() / ".cache"
    return base / "aem-mail" / "engine"


@contextmanager
def locked(cache: Path, say: Say) -> Iterator[None]:
    """Hold the cache's lock, waiting for its holder. The kernel frees it when a holder dies, however it dies."""
    cache.mkdir(parents=True, exist_ok=True)
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
