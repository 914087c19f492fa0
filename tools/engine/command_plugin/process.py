"""Commands as processes: in a group of their own, with both streams read while they run, and an end when the run is cancelled."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO


class CommandFailed(Exception):
    """The command could not be started or ended with an error; the text holds all that it printed."""


@dataclass(frozen=True, slots=True)
class Command:
    """What to run: ``shown`` is the command as declared; ``logged`` names the streams whose lines are told while it runs."""

    shown: str
    arguments: Sequence[str]
    environ: Mapping[str, str]
    stdin: str = ""
    folder: str | None = None
    logged: tuple[str, ...] = ()


class Processes:
    """The commands that run at the moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[int] = set()
        self._cancelled = False

    def cancel(self) -> None:
        """Ask all of them to end, and start no more."""
        with self._lock:
            self._cancelled = True
            for process in self._running:
                with suppress(ProcessLookupError):
                    os.killpg(process, signal.SIGTERM)

    def run(self, command: Command, log: Callable[[str], None]) -> tuple[str, str]:
        """Run a command and return its stdout and stderr, each without one trailing line break. Raises CommandFailed."""
        printed = _Printed(command.logged, log)
        with self._started(command) as process:
            readers = [
                threading.Thread(target=printed.read, args=(name, stream), daemon=True)
                for name, stream in (("stdout", process.stdout), ("stderr", process.stderr))
            ]
            for reader in readers:
                reader.start()
            _feed(process.stdin, command.stdin)
            for reader in readers:
                reader.join()
            code = process.wait()
        if code != 0:
            raise CommandFailed(f"{_ending(code)}: running {json.dumps(command.shown)}:\n{printed.merged()}")
        return printed.text("stdout"), printed.text("stderr")

    @contextmanager
    def _started(self, command: Command) -> "Iterator[subprocess.Popen[bytes]]":
        with self._lock:
            if self._cancelled:
                raise CommandFailed(f"cancelled before running {json.dumps(command.shown)}")
            try:
                process = subprocess.Popen(  # noqa: S603 - to run what the user declares is what this is for
                    command.arguments,
                    cwd=command.folder,
                    env=command.environ,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                raise CommandFailed(f"{error}: running {json.dumps(command.shown)}:\n") from None
            self._running.add(process.pid)
        try:
            with process:
                yield process
        finally:
            with self._lock:
                self._running.discard(process.pid)


class _Printed:
    """What a command prints, by stream and merged."""

    def __init__(self, logged: tuple[str, ...], log: Callable[[str], None]) -> None:
        self._logged = logged
        self._log = log
        self._lock = threading.Lock()
        self._lines: list[tuple[str, bytes]] = []

    def read(self, name: str, stream: IO[bytes]) -> None:
        for line in stream:
            with self._lock:
                self._lines.append((name, line))
            if name in self._logged:
                self._log(line.decode("utf-8", "replace").rstrip("\r\n"))

    def text(self, name: str) -> str:
        return b"".join(line for stream, line in self._lines if stream == name).decode("utf-8", "replace").removesuffix("\n")

    def merged(self) -> str:
        return b"".join(line for _, line in self._lines).decode("utf-8", "replace")


def _feed(stream: IO[bytes] | None, text: str) -> None:
    if stream is not None:
        # A command need not read what it is given.
        with suppress(BrokenPipeError):
            stream.write(text.encode())
        with suppress(BrokenPipeError):
            stream.close()


def _ending(code: int) -> str:
    return f"signal: {signal.strsignal(-code) or -code}".lower() if code < 0 else f"exit status {code}"
