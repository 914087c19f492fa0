"""Reading and writing OSGi configuration files: whole or not at all, and never outside their tree."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from aem_mail.errors import AemMailError
from aem_mail.resources.reference import leaves_by_link

SOURCE_MODE: Final = 0o644
"""Mode of a new file: source code, which holds placeholders and no secret. A file that is there keeps its own."""


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
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(path, "read", error) from None


def write(path: Path, text: str) -> None:
    """Replace the file by a new one with that text, in one step."""
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = path.stat().st_mode & 0o777 if path.exists() else SOURCE_MODE
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
        raise _unusable(path, "written", error) from None


def remove(path: Path) -> None:
    """Remove the file, if it is there."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _unusable(path, "removed", error) from None


def _unusable(path: Path, verb: str, error: OSError) -> FileInTheWay:
    return FileInTheWay(f"OsgiConfig {path}: the file cannot be {verb}: {error.strerror or error}; mend that and run `pulumi up` again.")
