"""Reads that many resources share: one request in flight, its answer good for a short moment."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from aem_mail.cloud_manager.waiting import Clock

T = TypeVar("T")

FRESH: Final = 2.0
"""Seconds for which an answer serves further readers, counted from when it was asked for."""


class SharedReads:
    """Answers by key; thread safe. A failed read fails everybody who waited for it, and is not kept."""

    def __init__(self, clock: Clock, fresh: float = FRESH) -> None:
        self._clock = clock
        self._fresh = fresh
        self._lock = threading.Lock()
        self._answers: dict[Hashable, tuple[float, Future[Any]]] = {}

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """Return what ``read`` returns, from another reader's call if there is a fresh one."""
        with self._lock:
            asked, future = self._answers.get(key, (0.0, None))
            mine = future is None or (future.done() and self._clock.now() - asked > self._fresh)
            if mine:
                future = Future()
                self._answers[key] = (self._clock.now(), future)
        assert future is not None  # noqa: S101 - for the type checker
        if mine:
            self._read_for_all(key, future, read)
        return future.result()  # type: ignore[no-any-return]

    def forget(self) -> None:
        """Let every further reader ask anew: something was changed."""
        with self._lock:
            self._answers.clear()

    def _read_for_all(self, key: Hashable, future: "Future[Any]", read: Callable[[], Any]) -> None:
        try:
            future.set_result(read())
        except BaseException as error:  # whatever happened is the answer: the others must not hang
            with self._lock:
                if self._answers.get(key, (0.0, None))[1] is future:
                    del self._answers[key]
            future.set_exception(error)
