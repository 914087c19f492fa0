"""What the present run of the engine has declared: kept while it lasts, so that the deletion of an old name leaves the new one's files.

Pulumi renames a resource by creating the new one and then deleting the old one, and tells neither of the other. Their commands
have one thing in common, the plugin process that runs both.
"""

import hashlib
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from aem_mail.errors import InvalidInput, Problem
from aem_mail.files import FileUnusable, read_text
from aem_mail.kinds.published_configuration import NAME
from aem_mail.publishing.request import BranchAddress

LIFETIME: Final = 86400.0
"""Seconds after which a claim is swept away; no run of the engine lasts that long."""
LARGEST_STAT: Final = 1 << 12


class PublishedClaims:
    """The claims of one run, as empty files in ``folder``; ``run`` tells runs apart."""

    def __init__(self, folder: Path, run: str) -> None:
        self._folder = folder
        self._run = run

    def claim(self, place: BranchAddress, paths: Iterable[str]) -> None:
        """Remember that this run declares these files; raises InvalidInput where that cannot be written down."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._sweep()
            for path in paths:
                self._file(place, path).touch(mode=0o600)
        except OSError as error:
            cause = f"{self._folder} cannot be written ({error.strerror or error}); set it to a folder that can"
            raise InvalidInput(NAME, [Problem("XDG_CACHE_HOME", cause)]) from None

    def claimed(self, place: BranchAddress, paths: Iterable[str]) -> frozenset[str]:
        """Return those of the files that this run declares."""
        return frozenset(path for path in paths if self._file(place, path).exists())

    def _file(self, place: BranchAddress, path: str) -> Path:
        # Without the repository, which has several addresses: in doubt a file stays.
        name = "\0".join((self._run, place.branch, path))
        return self._folder / hashlib.sha256(name.encode()).hexdigest()[:32]

    def _sweep(self) -> None:
        for file in self._folder.iterdir():
            with suppress(OSError):
                if time.time() - file.stat().st_mtime > LIFETIME:
                    file.unlink()


def this_run() -> PublishedClaims:
    """Return the claims of the run whose plugin started this process."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    parent = os.getppid()
    return PublishedClaims(Path(cache) / "aem-mail" / "publishing", f"{parent} {_started(parent)}")


def _started(process: int) -> str:
    """Return when a process was started, where the system tells: process ids come again."""
    try:
        return read_text(Path(f"/proc/{process}/stat"), LARGEST_STAT).rpartition(")")[2].split()[19]
    except (FileUnusable, IndexError):
        return ""
