"""A text that the program tells the plugin with each of its resources: a long one lies in a file of the run, and each is told where.

Both processes run on one machine and as one user. With the text itself in each of a thousand resources, what travels would grow with
the square of their number.
"""

import hashlib
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Final

from aem_mail.errors import AemMailError

LONGEST: Final = 4096
"""Characters of a text that travels by itself."""
MARK: Final = "file:"
"""Begins what is told in the place of a long text; no JSON does."""


class TextLost(AemMailError):
    """What the program told is not where it said, or is another text."""


def told(text: str, run: object) -> str:
    """Return what tells a text: itself, or its digest and the file that holds it until the ``run`` is no more, or this process ends."""
    if len(text) <= LONGEST:
        return text
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="aem-mail-program-", suffix=".json", delete=False) as file:
            weakref.finalize(run, _remove, Path(file.name))
            file.write(text)
    except OSError:
        return text
    return f"{MARK}{_digest(text.encode())} {file.name}"


def heard(told: str) -> str:
    """Return the text that was told. Raises TextLost."""
    if not told.startswith(MARK):
        return told
    digest, _, name = told.removeprefix(MARK).partition(" ")
    try:
        found = Path(name).read_bytes()
    except OSError as error:
        raise TextLost(f"{name}, in which the program tells what it declares, cannot be read ({error.strerror}). {AGAIN}") from None
    if _digest(found) != digest:
        raise TextLost(f"{name}, in which the program tells what it declares, was changed. {AGAIN}")
    return found.decode()


AGAIN: Final = "Nothing was changed: keep temporary files while Pulumi runs, and run the command again."


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _remove(file: Path) -> None:
    with suppress(OSError):
        file.unlink()
