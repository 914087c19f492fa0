"""Standard output that is full, or whose reader has gone: one line or none, and no traceback.

What `aem_mail.text.streams` does for commands, again: the steps run where httpx alone is installed, and aem_mail is not.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any, TextIO, cast

LOST = 1
"""Exit code where not all that was printed was taken."""


class OutputLost(Exception):
    """Standard output did not take what was printed."""

    def __init__(self, error: OSError) -> None:
        self.error = error
        super().__init__(f"Standard output cannot be written: {error.strerror or error}.")


def run_printing(run: Callable[[], int]) -> int:
    """Return the exit code of ``run`` once all that it printed is out; LOST where that cannot be written.

    It says so in one line, unless the reader of its output has gone. A SystemExit, such as that of `--help`, goes on.
    """
    if sys.stdout is None:
        # What is closed fails as it is written to; the number of its descriptor is no other file's.
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    stdout = sys.stdout
    try:
        with redirect_stdout(cast("TextIO", _Watched(stdout))):
            try:
                return run()
            finally:
                sys.stdout.flush()
    except OutputLost as lost:
        if not isinstance(lost.error, BrokenPipeError):
            print(lost, file=sys.stderr)
        # Python tries again at its end, and complains.
        with suppress(OSError), Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), stdout.fileno())
        return LOST


class _Watched:
    """A stream, whose failures to write are no OSError, which others would take for one of a file or a connection."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError as error:
            raise OutputLost(error) from None

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            raise OutputLost(error) from None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
