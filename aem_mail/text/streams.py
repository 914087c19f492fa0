"""The standard streams of a command: one that takes nothing more ends it with one line, or none, and never with a traceback."""

import errno
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from io import FileIO, TextIOWrapper
from pathlib import Path
from typing import Any, Final, TextIO, cast

from aem_mail.model.system import is_windows
from aem_mail.text.characters import visible_lines

LOST: Final = 1
"""Exit code where not all that was printed was taken, whatever the command found."""


class OutputLost(Exception):
    """Standard output did not take what was printed. No OSError, so that nobody takes it for one of a file or a connection."""

    def __init__(self, error: OSError) -> None:
        self.error = error
        super().__init__(f"Standard output cannot be written: {error.strerror or error}; run the command again where it can.")


def run_printing(run: Callable[[], int]) -> int:
    """Return the exit code of ``run`` once all that it printed is out; LOST, with one line, where that cannot be written.

    There is no line where its reader has gone, as that of `| head -1` does. A SystemExit, such as that of `--help`, goes on.
    """
    _open_what_is_closed()
    stdout = sys.stdout
    try:
        with redirect_stdout(cast("TextIO", _Watched(_whole(stdout)))):
            try:
                return run()
            finally:
                sys.stdout.flush()
    except OutputLost as lost:
        if not _reader_has_gone(lost.error):
            complain(str(lost))
        _let_go_of(stdout)
        return LOST
    finally:
        _settle(sys.stderr)


def write_as_utf8(stream: TextIO) -> None:
    """Let a stream that is no terminal have UTF-8 on Windows too, whose own code page lacks most of what reports are made of."""
    if is_windows() and isinstance(stream, TextIOWrapper) and not stream.isatty() and "PYTHONIOENCODING" not in os.environ:
        stream.reconfigure(encoding="utf-8")


def complain(text: str) -> None:
    """Write to standard error, made visible; where that takes nothing, nobody is left to be told."""
    try:
        print(visible_lines(text), file=sys.stderr, flush=True)
    except OSError:
        _let_go_of(sys.stderr)


def _reader_has_gone(error: OSError) -> bool:
    """Say whether nobody reads a pipe any more, which Windows calls an invalid argument."""
    return isinstance(error, BrokenPipeError) or (is_windows() and error.errno == errno.EINVAL)


class _Watched:
    """A stream, whose failures to write are OutputLost."""

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


def _whole(stream: TextIO) -> TextIO:
    """Return a stream that writes all of a text: the one that PYTHONUNBUFFERED gives drops without a word what a pipe did not take."""
    if isinstance(stream, TextIOWrapper) and isinstance(stream.buffer, FileIO):
        return open(stream.fileno(), "w", encoding=stream.encoding, errors=stream.errors, closefd=False)
    return stream


def _open_what_is_closed() -> None:
    """Give a process that was started without a stream one: it fails like a closed descriptor, and no file gets its number."""
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def _settle(stream: TextIO) -> None:
    try:
        stream.flush()
    except OSError:
        _let_go_of(stream)


def _let_go_of(stream: TextIO) -> None:
    """Let what is left in a stream's buffer go nowhere, since Python tries again at its end, and complains."""
    with suppress(OSError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())
