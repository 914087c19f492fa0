"""Run a command that may take minutes: with a sign of life, a limit, and no process left behind."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path


class CommandFailed(Exception):
    """The command failed or ran out of time; the text is what it printed."""


def run_long(
    command: Sequence[str | Path],
    *,
    folder: Path,
    environ: Mapping[str, str],
    on_tick: Callable[[], None] = lambda: None,
    tick: float = 15.0,
    limit: float = float("inf"),
) -> str:
    """Run a command in a folder and return what it printed.

    `on_tick` is called every `tick` seconds. After `limit` seconds, and whenever this process is
    interrupted, the command and all its children are ended.
    """
    started = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S603 - the callers run fixed programs
            command, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            while True:
                elapsed = time.monotonic() - started
                if elapsed >= limit:
                    raise CommandFailed(f"no end after {limit:.0f} s")
                try:
                    status = process.wait(timeout=min(tick, limit - elapsed))
                    break
                except subprocess.TimeoutExpired:
                    on_tick()
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        output.seek(0)
        text = output.read().decode(errors="replace")
    if status != 0:
        raise CommandFailed(text)
    return text
