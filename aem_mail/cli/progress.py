"""Progress of a long run on standard error: one line that changes on a terminal, else a line every few seconds."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Final, TextIO

EVERY_SECONDS: Final = 10.0
ON_TERMINAL_SECONDS: Final = 0.1
UNKNOWN_COLUMNS: Final = 80
ERASE_LINE: Final = "\r\x1b[K"


class Progress:
    """Counts what is done of each thing; thread safe. A run that ends within the first pause says nothing."""

    def __init__(self, *things: str, stream: TextIO | None = None, clock: Callable[[], float] = monotonic) -> None:
        self._lock = threading.Lock()
        self._counts = {thing: [0, 0] for thing in things}
        self._stream = stream or sys.stderr
        self._clock = clock
        self._terminal = self._stream.isatty()
        self._pause = ON_TERMINAL_SECONDS if self._terminal else EVERY_SECONDS
        self._next = clock() + self._pause
        self._shown = False

    def expect(self, thing: str, number: int = 1) -> None:
        """Say that there are so many more to be done."""
        with self._lock:
            self._counts[thing][1] += number

    def done(self, thing: str) -> None:
        """Count one as done, and show it unless that was just done."""
        with self._lock:
            self._counts[thing][0] += 1
            if self._clock() >= self._next:
                self._next = self._clock() + self._pause
                self._show(", ".join(self._told()))

    def end(self) -> None:
        """Take the line away."""
        with self._lock:
            if self._shown and self._terminal:
                self._write(ERASE_LINE)

    def _told(self) -> list[str]:
        """Tell how far each thing is, first what still changes: a narrow terminal shows no more."""
        counts = sorted(self._counts.items(), key=lambda one: one[1][0] == one[1][1])
        return [f"{done} of {all_} {one}" for one, (done, all_) in counts if all_]

    def _show(self, text: str) -> None:
        self._shown = True
        self._write(f"{ERASE_LINE}{text[: self._columns() - 1]}" if self._terminal else f"{text}\n")

    def _write(self, text: str) -> None:
        # Progress that nobody can be shown is no reason to end what goes on.
        with suppress(OSError):
            self._stream.write(text)
            self._stream.flush()

    def _columns(self) -> int:
        """Return how wide the terminal is now; a line that fills it may wrap, and one that wraps cannot be erased."""
        with suppress(OSError, ValueError):
            return os.get_terminal_size(self._stream.fileno()).columns or UNKNOWN_COLUMNS
        return UNKNOWN_COLUMNS
