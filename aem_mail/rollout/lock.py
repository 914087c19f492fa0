"""One change at a time per environment, also between processes of one machine."""

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from aem_mail.errors import WaitTimedOut


def lock_directory() -> Path:
    """Return the folder of the lock files, in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "aem-mail" / "locks"


class ChangeLock:
    """Held while one environment is changed; the operating system frees it when its holder dies."""

    def __init__(self, scope: str, name: str, directory: Path) -> None:
        self._name = name
        self._within = threading.Lock()
        digest = hashlib.sha256(f"{scope} {name}".encode()).hexdigest()[:24]
        self._path = directory / f"{digest}.lock"

    @contextmanager
    def held(self, timeout: float) -> Iterator[None]:
        """Hold the lock; raises WaitTimedOut after ``timeout`` seconds."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._within.acquire(timeout=timeout):
            raise self._timed_out(timeout)
        try:
            between = FileLock(self._path, mode=0o600)
            try:
                between.acquire(timeout=timeout)
            except Timeout:
                raise self._timed_out(timeout) from None
            try:
                yield
            finally:
                between.release()
        finally:
            self._within.release()

    def _timed_out(self, timeout: float) -> WaitTimedOut:
        return WaitTimedOut(
            f"{self._name}: another `pulumi up` on this machine has been changing it for {timeout:.0f} s; "
            "run the command again when that one has ended."
        )
