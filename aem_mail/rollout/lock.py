"""One change at a time per environment, also between processes of one machine."""

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from aem_mail.errors import InvalidInput, Problem, WaitTimedOut


def lock_directory() -> Path:
    """Return the folder of the lock files, in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(cache) / "aem-mail" / "locks"


class Lock(Protocol):
    """Keeps others from what is being changed."""

    def held(self, timeout: float, report: Callable[[str], None]) -> AbstractContextManager[None]:
        """Hold it."""


class ChangeLock:
    """Held while ``name`` (an environment, a program) is changed; the operating system frees it when its holder dies."""

    def __init__(self, scope: str, name: str, directory: Path) -> None:
        self._name = name
        self._within = threading.Lock()
        digest = hashlib.sha256(f"{scope} {name}".encode()).hexdigest()[:24]
        self._path = directory / f"{digest}.lock"

    @contextmanager
    def held(self, timeout: float, report: Callable[[str], None]) -> Iterator[None]:
        """Hold the lock; ``report`` is told if another process has it.

        Raises WaitTimedOut after ``timeout`` seconds of another process, InvalidInput where the lock file cannot be written.
        Another thread of this process is waited for without limit, since its own waits have theirs.
        """
        with self._within:
            between = self._between(timeout, report)
            try:
                yield
            finally:
                between.release()

    def _between(self, timeout: float, report: Callable[[str], None]) -> FileLock:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self._path, mode=0o600)
            try:
                lock.acquire(blocking=False)
            except Timeout:
                report(f"{self._name}: waiting for another `pulumi up` on this machine, which is changing it")
                lock.acquire(timeout=timeout)
        except Timeout:
            raise WaitTimedOut(
                f"{self._name}: another `pulumi up` on this machine has been changing it for {timeout:.0f} s; "
                "run the command again when that one has ended."
            ) from None
        except OSError as error:
            cause = f"{self._path.parent} cannot be written ({error.strerror or error}); set it to a folder that can"
            raise InvalidInput(f"Lock file of {self._name}", [Problem("XDG_CACHE_HOME", cause)]) from None
        return lock
