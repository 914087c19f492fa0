"""Files that commands read and write, named by an option: what is wrong with one is wrong with that option."""

from __future__ import annotations

from pathlib import Path

from aem_mail import files
from aem_mail.errors import InvalidInput, Problem
from aem_mail.files import FileAbsent, FileUnusable


def read_text(path: Path, option: str, largest: int) -> str:
    """Return the text of a UTF-8 file of at most `largest` bytes; raises InvalidInput that names the option and the file."""
    try:
        return files.read_text(path, largest)
    except FileUnusable as error:
        raise unusable(option, error) from None


def read_if_there(path: Path, option: str, largest: int) -> str | None:
    """Return what `read_text` does, None where there is no file."""
    try:
        return files.read_text(path, largest)
    except FileAbsent:
        return None
    except FileUnusable as error:
        raise unusable(option, error) from None


def write_privately(path: Path, option: str, content: bytes) -> None:
    """Write a file that only its owner can read; raises InvalidInput that names the option and the file."""
    try:
        files.write_private(path, content)
    except FileUnusable as error:
        raise unusable(option, error) from None


def unusable(option: str, error: FileUnusable) -> InvalidInput:
    """Return the error of an option that names an unusable file."""
    return InvalidInput(option, [Problem("", f"{error.path} {error.fault}")])
