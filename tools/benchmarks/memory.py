"""The peak memory of a process, as the kernel keeps it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tools.demo.sessions import members_of

PLUGIN: Final = b"pulumi.dynamic"
EVERY_SECONDS: Final = 0.1
KIB_IN_MB: Final = 1024 / 1e6


class PeakMemory:
    """``megabytes`` of the largest process seen whose command line has ``marker``, None where none was (or this system does not tell)."""

    def __init__(self, marker: bytes = PLUGIN) -> None:
        self.megabytes: float | None = None
        self._marker = marker

    @contextmanager
    def of_processes_in(self, session: int) -> Iterator[None]:
        """Watch the processes of a session for as long as the context lasts."""
        ended = threading.Event()
        thread = threading.Thread(target=self._watch, args=(session, ended), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _watch(self, session: int, ended: threading.Event) -> None:
        while not ended.wait(EVERY_SECONDS):
            for process in members_of(session):
                # A process that ends while it is looked at was seen before.
                with suppress(OSError):
                    self._look_at(Path("/proc") / str(process))

    def _look_at(self, folder: Path) -> None:
        if self._marker in (folder / "cmdline").read_bytes():
            peak = peak_of((folder / "status").read_text())
            self.megabytes = max(peak, self.megabytes or 0.0)


def peak_of(status: str) -> float:
    """Return the peak resident set, in megabytes, from the text of ``/proc/PID/status``; 0 where it has none."""
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(line.split()[1]) * KIB_IN_MB
