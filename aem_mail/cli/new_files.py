"""Files that a command writes: all of them or none, each whole, and none over what is there unless that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aem_mail.errors import InvalidInput, Problem
from aem_mail.files import PRIVATE_MODE, FileUnusable, Staged, stage_within

UNFORCED: Final = "is there already, and would change; move it away, or overwrite it with --force"


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


def write_all(files: Sequence[NewFile], command: str, tree: Path) -> None:
    """Write those that differ, readable by their owner only; one that is replaced keeps its mode. Raises InvalidInput.

    All are written beside their places first, so that what fails, such as a full disk, leaves everything as it was. A link that
    leads out of ``tree`` is refused, one within it is followed.
    """
    staged: list[Staged] = []
    try:
        for file in files:
            if file.differs:
                staged.append(stage_within(tree, file.path, file.text.encode("utf-8"), PRIVATE_MODE))
        for one in staged:
            one.put()
    except FileUnusable as error:
        raise InvalidInput(command, [Problem(str(error.path), error.fault)]) from None
    finally:
        for one in staged:
            one.discard()
