"""End all processes of a session. A process group would not do: Pulumi gives each of its plugins a group of its own."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

PATIENCE_SECONDS: Final = 5.0
PROC: Final = Path("/proc")


def end_session(session: int) -> None:
    """Kill every process of a session, and wait until none runs."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (members := members_of(session)) and time.monotonic() < deadline:
        for process in members:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.02)


def members_of(session: int) -> list[int]:
    """Return the ids of a session's running processes; those that have ended and only wait to be noticed do not count."""
    return [process for process in running_processes() if session_of(process) == session]


def session_of(process: int) -> int | None:
    try:
        return os.getsid(process)
    except (ProcessLookupError, PermissionError):
        return None


def running_processes() -> list[int]:
    if not (PROC / "self").exists():
        listed = subprocess.run(["ps", "-axo", "pid=,stat="], capture_output=True, text=True, check=True).stdout  # noqa: S607
        return [int(pid) for pid, state in (line.split()[:2] for line in listed.splitlines()) if not state.startswith("Z")]
    return [int(folder.name) for folder in PROC.iterdir() if folder.name.isdigit() and not has_ended(folder)]


def has_ended(folder: Path) -> bool:
    try:
        # The state follows the command's name, which stands in brackets and may itself contain some.
        return (folder / "stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
    except (OSError, IndexError):
        return True
