"""Files that commands read and write: one clear message for whatever is wrong with one."""

from __future__ import annotations

import os
from pathlib import Path

from aem_mail.errors import InvalidInput, Problem


def is_directory(path: Path) -> bool:
    """Say whether there is such a directory; a path that the system cannot even look at names none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def is_file(path: Path) -> bool:
    """Say whether there is such a file; a path that the system cannot even look at names none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def read_text(path: Path, option: str, largest: int) -> str:
    """Return the text of a UTF-8 file of at most `largest` bytes; raises InvalidInput that names the option and the file."""
    fault = ""
    try:
        if path.exists() and not path.is_file():
            fault = "is no file"
        else:
            with path.open("rb") as file:
                content = file.read(largest + 1)
            fault = f"has more than {largest} bytes" if len(content) > largest else ""
    except (OSError, ValueError) as error:
        fault = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if not fault:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            fault = "is not encoded in UTF-8"
    raise InvalidInput(option, [Problem("", f"{path} {fault}")])


def write_privately(path: Path, option: str, content: bytes) -> None:
    """Write a file that only its owner can read; raises InvalidInput that names the option and the file."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
    except (OSError, ValueError) as error:
        fault = getattr(error, "strerror", None) or error
        raise InvalidInput(option, [Problem("", f"{path} cannot be written: {fault}")]) from None
