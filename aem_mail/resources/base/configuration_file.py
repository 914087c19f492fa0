"""Reading and writing OSGi configuration files: whole or not at all, and never outside their tree."""

from pathlib import Path
from typing import Final

from aem_mail import files
from aem_mail.errors import AemMailError
from aem_mail.files import FileAbsent, FileUnusable, leaves_by_link

LARGEST_FILE: Final = 1 << 20
"""Bytes; a configuration is a few hundred of them."""


class FileInTheWay(AemMailError):
    """A file that cannot be read, written or removed; the text names it and the cause."""

    exit_code = 3


def path_within(directory: Path, relative: str, project: Path) -> Path:
    """Return ``relative`` within ``directory``; raises FileInTheWay where a symbolic link leads out of it."""
    path = directory / relative
    if leaves_by_link(path, directory) or leaves_by_link(directory, project):
        raise FileInTheWay(f"OsgiConfig {path}: a symbolic link on this path leads out of {directory}; name the real folder as directory.")
    return path


def read(path: Path) -> str | None:
    """Return the file's text, None where there is no file."""
    try:
        return files.read_bytes(path, LARGEST_FILE).decode("utf-8", "surrogateescape")
    except FileAbsent:
        return None
    except FileUnusable as error:
        raise _unusable(path, error.fault) from None


def write(path: Path, text: str) -> None:
    """Replace the file by a new one with that text, in one step; a link is followed as far as the file's own tree."""
    content = text.encode("utf-8", "surrogateescape")
    if len(content) > LARGEST_FILE:
        raise _unusable(path, f"cannot be written: it would have more than {LARGEST_FILE >> 10} KiB; give it fewer properties")
    absent = absent_parent(path.parent.parent)
    if absent is not None:
        raise _unusable(path, f"cannot be written: {absent}")
    try:
        files.write_within(path.parent.parent, path, content)
    except FileUnusable as error:
        raise _unusable(path, error.fault) from None


def absent_parent(directory: Path) -> str | None:
    """Say why a folder is not made, which would then lie where no project is; None where it is there, or may be made."""
    if files.is_directory(directory.parent):
        return None
    return f"there is no folder {directory.parent}; correct the directory, or check the AEM project out"


def remove(path: Path) -> None:
    """Remove the file, if it is there."""
    try:
        path.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise _unusable(path, f"cannot be removed: {getattr(error, 'strerror', None) or error}; correct that") from None


def _unusable(path: Path, fault: str) -> FileInTheWay:
    return FileInTheWay(f"OsgiConfig {path}: the file {fault}, and run `pulumi up` again.")
