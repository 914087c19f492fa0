"""A run of the demo in a checkout of its own, and what is left of it on this machine."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

REPOSITORY = Path(__file__).resolve().parents[3]
PARTS = ("Pulumi.yaml", "__main__.py", "aem_mail", "examples", "stacks", "tools")
MARK = "TEST_OF_THE_DEMO"
LONGEST = 240.0


class Performance:
    """The demo, started in a copy of this checkout with an empty home and an empty folder for temporary files."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.home, self.temporary = folder / "checkout", folder / "home", folder / "tmp"
        for made in (self.checkout, self.home, self.temporary):
            made.mkdir()
        for part in PARTS:
            copy(REPOSITORY / part, self.checkout / part)
        self.first_content = self.content()
        self._mark = uuid4().hex
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tools.demo"],
            cwd=self.checkout,
            env=self._environ(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []

    def until(self, begins: str) -> None:
        """Follow the story to a line that begins so."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if line.startswith(begins):
                return
        raise AssertionError(f"the story ended without a line {begins!r}:\n{''.join(self.lines)}\n{self.end()[1]}")

    def until_it_is_there(self, there: Callable[[], object]) -> None:
        deadline = time.monotonic() + LONGEST
        while not there():
            assert self.process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def end(self) -> tuple[str, str]:
        """Wait for the end; returns everything that was told, and the complaints."""
        stdout, stderr = self.process.communicate(timeout=LONGEST)
        return "".join(self.lines) + stdout, stderr

    def processes(self) -> dict[int, str]:
        """Return the command lines of the processes that the demo has started, itself among them."""
        return {int(folder.name): command for folder in Path("/proc").glob("[0-9]*") if (command := self._command(folder))}

    def left(self) -> dict[str, object]:
        """Return what should not be there after the end: empty if all is well."""
        found = {
            "processes": self.processes(),
            "temporary files": [path.name for path in self.temporary.iterdir()],
            "files in the home": [path.name for path in self.home.iterdir()],
            "changes in the checkout": sorted(name for name, _ in self.content() ^ self.first_content),
        }
        return {what: left for what, left in found.items() if left}

    def content(self) -> set[tuple[str, str]]:
        """Return every file of the checkout with a digest of its content."""
        files = (path for path in self.checkout.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        return {(str(path.relative_to(self.checkout)), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files}

    def kill(self) -> None:
        """End whatever a failed test has left."""
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _command(self, folder: Path) -> str:
        with suppress(OSError):
            if f"{MARK}={self._mark}\0".encode() in (folder / "environ").read_bytes():
                return (folder / "cmdline").read_text().replace("\0", " ")
        return ""

    def _environ(self) -> dict[str, str]:
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        own = {"HOME": str(self.home), "TMPDIR": str(self.temporary), "XDG_CACHE_HOME": cache, MARK: self._mark}
        return {**os.environ, **own}


@contextmanager
def performance(folder: Path) -> Iterator[Performance]:
    """Run the demo for as long as the context lasts."""
    running = Performance(folder)
    try:
        with running.process:
            yield running
    finally:
        running.kill()


def copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)
