"""Files that commands read and write, named by an option: what is wrong with one is wrong with that option."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aem_mail import files
from aem_mail.errors import InvalidInput, Problem
from aem_mail.files import FileAbsent, FileUnusable
from aem_mail.osgi import OsgiError
from aem_mail.osgi.variables_file import GivenVariable, parse_variables

LARGEST_VARIABLES: Final = 1 << 20
"""Bytes; a variable has about a hundred."""


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


def read_variables(path: Path, option: str) -> tuple[GivenVariable, ...]:
    """Return the variables of a file; raises InvalidInput that names the option, or the file and what it should be."""
    try:
        return parse_variables(read_text(path, option, LARGEST_VARIABLES))
    except OsgiError as error:
        raise InvalidInput(str(path), [Problem("", str(error))]) from None


def write_privately(path: Path, option: str, content: bytes) -> None:
    """Write a file that only its owner can read; raises InvalidInput that names the option and the file."""
    try:
        files.write_private(path, content)
    except FileUnusable as error:
        raise unusable(option, error) from None


def unusable(option: str, error: FileUnusable) -> InvalidInput:
    """Return the error of an option that names an unusable file."""
    return InvalidInput(option, [Problem("", f"{error.path} {error.fault}")])
