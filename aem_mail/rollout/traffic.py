"""What the engine's calls say of the requests that are still to come."""

import math
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signs:
    """What the engine shows at one moment.

    ``last`` is when a call of the engine last showed that it goes on, in seconds of a monotonic clock; ``deciding`` is how many
    calls decide at the moment whether a request follows, ``expected`` how many requests are known to follow.
    """

    last: float = -math.inf
    deciding: int = 0
    expected: int = 0


class Traffic:
    """Follows the calls of one engine run; thread safe.

    A resource is expected from when its inputs were checked until its request arrives, or a diff finds that there is none.
    What is expected may never come: the engine stops after an error, and a narrow one begins nothing while all its workers
    wait. So it is a reason to wait longer, never one to wait for ever.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._last = -math.inf
        self._deciding = 0
        self._total = 0
        self._seen: set[Hashable] = set()
        self._expected: set[Hashable] = set()

    def declare(self, total: int) -> None:
        """Take note of how many resources the program declares: those whose inputs were not checked yet are expected too."""
        with self._lock:
            self._total = total

    def begin(self) -> None:
        """Take note of a call that decides whether a request follows."""
        with self._lock:
            self._deciding += 1
            self._last = self._now()

    def end(self, resource: Hashable, *, follows: bool) -> None:
        """Take note of the end of such a call, and of whether the resource's request follows."""
        with self._lock:
            self._deciding -= 1
            self._last = self._now()
            self._seen.add(resource)
            self._expected.discard(resource)
            if follows:
                self._expected.add(resource)

    def arrive(self, resource: Hashable) -> None:
        """Take note of a resource's request."""
        with self._lock:
            self._expected.discard(resource)
            self._last = self._now()

    def signs(self) -> Signs:
        """Return what the engine shows now."""
        with self._lock:
            return Signs(self._last, self._deciding, len(self._expected) + max(0, self._total - len(self._seen)))
