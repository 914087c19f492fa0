"""A simulator in the background, one for each project. Its process holds a lock for as long as it lives, and a record says where it is.

So no other process is taken for it, whatever record an earlier one has left. It ends itself once its record is gone, also with the
project's whole folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Final, Self, TextIO, cast

from filelock import FileLock, Timeout

from aem_mail.errors import AemMailError, InvalidInput, NoAnswer, Problem
from aem_mail.files import PRIVATE_MODE, FileAbsent, FileUnusable, emptied_private, is_directory, read_text, write_private
from aem_mail.settings.connection import VARIABLES
from aem_mail.stack.project_folder import project_folder

COMMAND: Final = "aem-mail simulate"
FOLDER: Final = ".aem-mail"
LARGEST: Final = 1 << 16
PATIENCE_SECONDS: Final = 30.0
PAUSE_SECONDS: Final = 0.2
FOREIGN: Final = ("AEM_MAIL_", "EMAIL_", "PULUMI_")
"""How variables begin that, as those of the connection, are a real account's and nothing to what is simulated."""
# On Windows, a process without a console, which no Ctrl-C of this one reaches; elsewhere a session of its own is that.
FLAGS: Final = sum(getattr(subprocess, name, 0) for name in ("DETACHED_PROCESS", "CREATE_NEW_PROCESS_GROUP"))

Account = Mapping[str, str]
"""What a simulator announces: url, orgId, clientId, clientSecret."""


@dataclass(frozen=True, slots=True)
class Background:
    """The simulator of a project; all that it keeps lies in ``folder``."""

    folder: Path

    @classmethod
    def of(cls, start: Path) -> Self:
        """Return that of the project in or above a folder, else of the folder itself."""
        return cls(project_folder(start) / FOLDER)

    @property
    def record(self) -> Path:
        return self.folder / "simulator.json"

    @property
    def log(self) -> Path:
        return self.folder / "simulator.log"

    def ensure(self, options: Sequence[str]) -> tuple[Account, bool]:
        """Return the account of the one that runs, else start one with these options of `aem-mail simulate`; and whether it was started.

        Raises InvalidInput where nothing can be written, and what kept it from starting.
        """
        self._prepare()
        with self._one_at_a_time():
            running = self._running()
            return (self._started(options), True) if running is None else (running, False)

    def stop(self) -> Account | None:
        """End the one that runs and return its account; None where none does."""
        if not is_directory(self.folder):
            return None
        self._refuse_foreign()
        with self._one_at_a_time():
            running = self._running()
            self.record.unlink(missing_ok=True)
            self._running()
            return running

    def _prepare(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self._refuse_foreign()
            write_private(self.folder / ".gitignore", b"*\n")
        except (OSError, FileUnusable) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise _refusal(f"{self.folder} cannot be written ({reason}); run it in another folder") from None

    def _refuse_foreign(self) -> None:
        """Refuse a folder that leads elsewhere, or whose owner could exchange what is in it. Windows knows no such owner."""
        owner = self.folder.lstat().st_uid
        if self.folder.is_symlink():
            raise _refusal(f"{self.folder} is a symbolic link, which is not followed; remove it")
        if owner != getattr(os, "geteuid", lambda: owner)():
            raise _refusal(f"{self.folder} belongs to another user; remove it, or run it in another folder")

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        try:
            with FileLock(self.folder / "command.lock", PATIENCE_SECONDS, PRIVATE_MODE):
                yield
        except Timeout:
            waited = f"for {PATIENCE_SECONDS:g} seconds"
            raise NoAnswer(
                f"another `{COMMAND}` has been at work in {self.folder} {waited}; end it, or try again once it has ended."
            ) from None
        except OSError as error:
            reason = error.strerror or error
            raise _refusal(
                f"{error.filename or self.folder} cannot be used ({reason}); give the user that runs this access to it"
            ) from None

    def _running(self) -> Account | None:
        """Return the account of the one that runs, after one that ends has ended."""
        deadline = monotonic() + PATIENCE_SECONDS
        while _is_held(self.record):
            with suppress(FileAbsent):
                account: Account = json.loads(read_text(self.record, LARGEST))
                return account
            if monotonic() > deadline:
                raise NoAnswer(f"the simulator of {self.folder.parent} does not end; {self.log} may say why.")
            sleep(PAUSE_SECONDS)
        return None

    def _started(self, options: Sequence[str]) -> Account:
        process = self._process(options)
        deadline = monotonic() + PATIENCE_SECONDS
        with _ended_after(PATIENCE_SECONDS, process), cast("TextIO", process.stdout) as announced:
            if line := announced.readline():
                account: Account = json.loads(line)
                return account
            with suppress(subprocess.TimeoutExpired):
                process.wait(2 * PATIENCE_SECONDS)
        if monotonic() >= deadline:
            raise NoAnswer(f"the simulator did not start within {PATIENCE_SECONDS:g} seconds; {self.log} may say why.")
        raise _failure(process.returncode, read_text(self.log, LARGEST))

    def _process(self, options: Sequence[str]) -> subprocess.Popen[str]:
        own = ["--record", str(self.record), "--state", str(self.folder / "simulator-state.json")]
        with emptied_private(self.log) as log:
            return subprocess.Popen(  # noqa: S603 - this package's own command
                [sys.executable, "-P", "-m", "aem_mail.cli.main", "simulate", *own, *options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=sys.prefix,
                env=_without_secrets(os.environ),
                creationflags=FLAGS,
                start_new_session=True,
                encoding="utf-8",
            )


def _without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in environ.items() if name not in VARIABLES.values() and not name.startswith(FOREIGN)}


@contextmanager
def _ended_after(seconds: float, process: subprocess.Popen[str]) -> Iterator[None]:
    """End a process, unless what the context waits for comes in time."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def holding(record: Path) -> Iterator[None]:
    """Be the simulator of a record for as long as the context lasts. Raises InvalidInput where another one is."""
    try:
        with FileLock(_lock(record), PATIENCE_SECONDS, PRIVATE_MODE):
            yield
    except Timeout:
        raise _refusal(f"another simulator has the record {record}") from None


def outlast(record: Path, stop: threading.Event) -> None:
    """Wait until ``stop`` is set, or the record is gone or another's."""
    own = _mark(record)
    while own is not None and _mark(record) == own and not stop.wait(PAUSE_SECONDS):
        pass


def _lock(record: Path) -> Path:
    return record.with_suffix(".lock")


def _is_held(record: Path) -> bool:
    lock = FileLock(_lock(record), mode=PRIVATE_MODE)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return True
    lock.release()
    return False


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _failure(code: int, said: str) -> AemMailError:
    reason = said.strip().removeprefix(f"{COMMAND}: ") or f"it ended with {code}"
    return _refusal(reason) if code == InvalidInput.exit_code else NoAnswer(f"the simulator did not start: {reason}")


def _refusal(reason: str) -> InvalidInput:
    return InvalidInput(COMMAND, [Problem("", reason)])
