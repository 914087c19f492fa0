"""Run a command in the story: shown as it is run, its output excerpted, and the end of the story if it fails."""

import json
import shlex
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tools.demo.errors import NotAsTold
from tools.demo.narrator import Narrator

LONGEST_SECONDS: Final = 120.0
LAST_LINES: Final = 25

Excerpt = Callable[[Iterable[str]], Iterator[str]]


@dataclass(frozen=True)
class Commands:
    """Runs commands in ``folder``."""

    folder: Path
    narrator: Narrator

    def show(self, *command: str, environ: Mapping[str, str], excerpt: Excerpt = iter, expected: int = 0) -> list[str]:
        """Run a command before the reader's eyes; returns all its lines. Raises NotAsTold for another exit status."""
        self.narrator.command(shlex.join(command))
        lines: list[str] = []
        with running(command, self.folder, environ) as process:
            self.narrator.excerpt(excerpt(recorded(process, lines)))
        if process.returncode != expected:
            ending = "\n".join(lines[-LAST_LINES:])
            raise NotAsTold(f"`{shlex.join(command)}` ended with {process.returncode} instead of {expected}:\n{ending}")
        return lines

    def read(self, *command: str, environ: Mapping[str, str]) -> Any:
        """Run a command unseen; returns the JSON that it prints."""
        try:
            done = subprocess.run(  # noqa: S603 - the story's own commands
                command,
                cwd=self.folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=LONGEST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotAsTold(f"`{shlex.join(command)}` did not end within {LONGEST_SECONDS:.0f} s") from None
        if done.returncode != 0:
            raise NotAsTold(f"`{shlex.join(command)}` ended with {done.returncode}:\n{done.stderr.strip()}")
        return json.loads(done.stdout)


@contextmanager
def running(command: tuple[str, ...], folder: Path, environ: Mapping[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """Run a command, and kill it when it takes too long."""
    process = subprocess.Popen(  # noqa: S603 - the story's own commands
        command, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    limit = threading.Timer(LONGEST_SECONDS, process.kill)
    limit.start()
    try:
        with process:
            yield process
    finally:
        limit.cancel()


def recorded(process: "subprocess.Popen[str]", lines: list[str]) -> Iterator[str]:
    for line in process.stdout or ():
        lines.append(line.rstrip())
        yield lines[-1]
