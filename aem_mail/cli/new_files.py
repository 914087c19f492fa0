"""Files that a command writes: all of them or none, each whole, and none over what is there unless that was asked for."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aem_mail.errors import InvalidInput, Problem

UNFORCED: Final = "is there already, and would change; move it away, or let it be written with --force"


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it is to be; ``there`` is what it holds now, None where there is none.

    ``loss`` says what that declares and the new text does not, and what to do about it: then it is never overwritten.
    """

    path: Path
    text: str
    there: str | None = None
    loss: str = ""

    @property
    def differs(self) -> bool:
        return self.text != self.there


def refuse_to_overwrite(files: Sequence[NewFile], command: str, *, forced: bool = False) -> None:
    """Raise InvalidInput that names every file that is there with another content; ``forced``: only those that something is lost with."""
    problems = [
        Problem(str(file.path), f"is there already, and is not overwritten: {file.loss}" if file.loss else UNFORCED)
        for file in files
        if file.there is not None and file.differs and (file.loss or not forced)
    ]
    if problems:
        raise InvalidInput(command, problems)


def write_all(files: Sequence[NewFile], command: str) -> None:
    """Write those that differ, readable by their owner only; one that is replaced keeps its mode. Raises InvalidInput.

    All are written beside their places first, so that what fails, such as a full disk, leaves everything as it was.
    """
    staged: list[tuple[Path, NewFile]] = []
    try:
        for file in files:
            if file.differs:
                staged.append((_staged(file), file))
        for temporary, file in staged:
            temporary.replace(file.path)
    except OSError as error:
        place = error.filename2 or error.filename or ""
        raise InvalidInput(command, [Problem(str(place), f"cannot be written: {error.strerror or error}")]) from None
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _staged(file: NewFile) -> Path:
    """Write the file's new content beside its place, with the mode that it is to have."""
    file.path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.path.parent, prefix=f".{file.path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(file.text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        if file.there is not None:
            temporary.chmod(file.path.stat().st_mode & 0o777)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary
