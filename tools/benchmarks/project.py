"""A Pulumi project of the benchmark's own, in a scratch folder, and the seconds that its commands take."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Final

from tools.benchmarks.errors import Broken
from tools.benchmarks.memory import PeakMemory
from tools.benchmarks.programs import BARE_MODULE
from tools.demo.sessions import end_session

STACK: Final = "bench"
LONGEST_SECONDS: Final = 1800.0
LAST_CHARACTERS: Final = 3000


class Project:
    """A project in ``folder`` with one stack; ``environ`` is the whole environment of its commands."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        backend = folder / "backend"
        backend.mkdir(parents=True)
        self.environ = {**environ, "PULUMI_BACKEND_URL": f"file://{backend}"}
        (folder / "Pulumi.yaml").write_text(
            f"name: benchmark\nruntime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n", encoding="utf-8"
        )
        (folder / "bare.py").write_text(BARE_MODULE, encoding="utf-8")
        self._run("stack", "init", STACK)

    def program(self, text: str) -> "Project":
        """Make ``text`` the program."""
        (self.folder / "__main__.py").write_text(text, encoding="utf-8")
        return self

    def up(self, *args: str, memory: PeakMemory | None = None) -> float:
        """Return the seconds of `pulumi up`."""
        return self._run("up", "--yes", "--skip-preview", *args, memory=memory)

    def preview(self, *args: str, memory: PeakMemory | None = None) -> float:
        """Return the seconds of `pulumi preview`, which must find nothing to do."""
        return self._run("preview", "--expect-no-changes", *args, memory=memory)

    def destroy(self) -> float:
        """Return the seconds of `pulumi destroy`."""
        return self._run("destroy", "--yes", "--skip-preview")

    def drift(self, *args: str, memory: PeakMemory | None = None) -> float:
        """Return the seconds of `aem-mail drift`, which must find nothing."""
        command = [sys.executable, "-m", "aem_mail.cli.main", "drift", "--cwd", str(self.folder), "--output", "json"]
        return self._timed("aem-mail drift", [*command, *args], memory)

    def _run(self, *args: str, memory: PeakMemory | None = None) -> float:
        command = ["pulumi", "--cwd", str(self.folder), "--color", "never", "--non-interactive"]
        return self._timed(f"pulumi {' '.join(args)}", [*command, *args], memory)

    def _timed(self, what: str, command: Sequence[str], memory: PeakMemory | None) -> float:
        began = time.monotonic()
        with subprocess.Popen(  # noqa: S603 - the benchmark's own commands
            command,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                with memory.of_processes_in(process.pid) if memory else nullcontext():
                    output, _ = process.communicate(timeout=LONGEST_SECONDS)
                seconds = time.monotonic() - began
            except BaseException as error:
                end_session(process.pid)
                if isinstance(error, subprocess.TimeoutExpired):
                    raise Broken(f"`{what}` did not end within {LONGEST_SECONDS:.0f} s") from None
                raise
        if process.returncode != 0:
            raise Broken(f"`{what}` ended with {process.returncode}:\n{output[-LAST_CHARACTERS:]}")
        return seconds
