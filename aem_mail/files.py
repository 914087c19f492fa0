"""Files, read and written in one way: regular ones only, bounded, never waited for, and written whole or not at all.

Whatever else in this package reads or writes a file does it through here.
"""

import errno
import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Self

from aem_mail.errors import AemMailError

PRIVATE_MODE: Final = 0o600
"""Mode of a file that may hold what only its owner should read."""
SOURCE_MODE: Final = 0o644
"""Mode of a new file of source code, which holds placeholders and no secret."""

# A pipe that nobody writes to would be waited for. Windows has no such flags, and a text mode.
_READING: Final = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"))
_KINDS: Final[Mapping[int, str]] = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_REMEDIES: Final[Mapping[int, str]] = {
    errno.EACCES: "give the user that runs this access to it",
    errno.EPERM: "give the user that runs this access to it",
    errno.ENOENT: "make the folder, or correct the path",
    errno.EROFS: "name a place that can be written to",
    errno.ENOSPC: "free some space there",
    errno.EDQUOT: "free some space there",
    errno.ENAMETOOLONG: "shorten the path",
    errno.ELOOP: "its symbolic links lead to each other, so remove one or name the file itself",
    errno.ENOTDIR: "a file lies where its path names a folder, so correct the path",
    errno.EEXIST: "a file lies where its path names a folder, so correct the path",
    errno.ENXIO: "it is a socket or a device; name a regular file",
}
_HELD_OPEN: Final = (32, 33)
"""How Windows refuses to replace what somebody has open."""
_BY_DEFAULT: Final = "correct that, or name another file"


class FileUnusable(AemMailError):
    """A file that cannot be read or written. The text names it, the cause and what to do; ``fault`` is the text without the name."""

    exit_code = 3

    def __init__(self, path: Path, fault: str) -> None:
        self.path = path
        self.fault = fault
        super().__init__(f"{path} {fault}.")


class FileAbsent(FileUnusable):
    """A file that is to be read and is not there."""


def is_directory(path: Path) -> bool:
    """Say whether there is such a directory; a path that the system cannot even look at names none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def is_file(path: Path) -> bool:
    """Say whether there is such a regular file; a path that the system cannot even look at names none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def leaves(path: Path, folder: Path) -> bool:
    """Say whether what ``path`` leads to lies elsewhere than in ``folder``; a path that leads nowhere does not."""
    try:
        return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
    except ValueError:
        return False


def leaves_by_link(path: Path, folder: Path) -> bool:
    """Say whether ``path``, written as lying in ``folder``, really lies elsewhere."""
    return _is_written_in(path, folder) and leaves(path, folder)


def read_bytes(path: Path, largest: int) -> bytes:
    """Return what a regular file of at most ``largest`` bytes holds. Raises FileAbsent where there is none, else FileUnusable."""
    try:
        with os.fdopen(_opened(path), "rb") as file:
            content = file.read(largest + 1)
    except FileNotFoundError:
        raise FileAbsent(path, _absence(path)) from None
    except (OSError, ValueError) as error:
        raise _unusable(path, "read", error) from None
    if len(content) > largest:
        raise FileUnusable(path, f"cannot be read: it has more than {_size(largest)}; make it smaller")
    return content


def read_text(path: Path, largest: int) -> str:
    """Return what a regular file in UTF-8 of at most ``largest`` bytes holds. Raises as `read_bytes` does."""
    try:
        return read_bytes(path, largest).decode("utf-8")
    except UnicodeDecodeError:
        raise FileUnusable(path, "cannot be read: it is not encoded in UTF-8; save it as UTF-8") from None


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, in one step, into a folder that is there. Raises FileUnusable, also for a link.

    In a folder that others may write to, a link would lead wherever they want.
    """
    if os.path.islink(path):  # noqa: PTH114 - Path's own raises for a path that the system cannot even look at
        raise FileUnusable(path, "cannot be written: it is a symbolic link; name the file itself")
    _mode_there(path, path)
    Staged.at(path, path, content, PRIVATE_MODE).put()


def emptied_private(path: Path) -> BinaryIO:
    """Return a file that only its owner can read, emptied, for another process to write to. Raises as `write_private` does."""
    write_private(path, b"")
    return path.open("ab")


def write_within(tree: Path, path: Path, content: bytes, mode: int = SOURCE_MODE) -> None:
    """Write a file below ``tree`` as `stage_within` does, in one step. Raises FileUnusable."""
    stage_within(tree, path, content, mode).put()


@dataclass(frozen=True, slots=True)
class Staged:
    """The content that a file is to have, written beside it; the file itself is as it was until `put`."""

    path: Path
    target: Path
    temporary: Path

    @classmethod
    def at(cls, path: Path, target: Path, content: bytes, mode: int) -> Self:
        """Write the content beside ``target``, where ``path`` leads. Raises FileUnusable."""
        temporary: Path | None = None
        try:
            descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".aem-mail.")
            temporary = Path(name)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(mode)
        except BaseException as error:
            if temporary is not None:
                with suppress(OSError):
                    temporary.unlink()
            if isinstance(error, OSError | ValueError):
                raise _unusable(path, "written", error) from None
            raise
        return cls(path, target, temporary)

    def put(self) -> None:
        """Let the file have its new content, in one step. Raises FileUnusable, and leaves nothing beside it then."""
        try:
            self.temporary.replace(self.target)
        except OSError as error:
            self.discard()
            raise _unusable(self.path, "written", error) from None

    def discard(self) -> None:
        """Take away what was not put."""
        with suppress(OSError):
            self.temporary.unlink()


def stage_within(tree: Path, path: Path, content: bytes, mode: int = SOURCE_MODE) -> Staged:
    """Prepare a file below ``tree``, with the folders that it lacks; one that is there keeps its mode. Raises FileUnusable.

    A link within ``tree`` is followed, and stays; one that leads out of it is refused. A file that is declared to lie elsewhere may
    not leave its own folder.
    """
    inside = tree if _is_written_in(path, tree) else path.parent
    if leaves(path, inside):
        raise FileUnusable(path, f"cannot be written: a symbolic link on its path leads out of {inside}; name the real folder")
    try:
        target = Path(os.path.realpath(path))
        there = _mode_there(path, target)
        target.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise _unusable(path, "written", error) from None
    return Staged.at(path, target, content, mode if there is None else there)


def _is_written_in(path: Path, folder: Path) -> bool:
    return Path(os.path.normpath(path)).is_relative_to(os.path.normpath(folder))


def _opened(path: Path) -> int:
    descriptor = os.open(path, _READING)
    fault = _kind_fault(os.fstat(descriptor).st_mode, "read")
    if fault:
        os.close(descriptor)
        raise FileUnusable(path, fault)
    return descriptor


def _absence(path: Path) -> str:
    if path.is_symlink():
        return "cannot be read: it is a symbolic link that leads nowhere; create what it names, or remove it"
    return "does not exist; create it or correct the path"


def _mode_there(path: Path, target: Path) -> int | None:
    """Return the mode of the file that is to be replaced, None where there is none."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _unusable(path, "written", error) from None
    fault = _kind_fault(mode, "written")
    if fault:
        raise FileUnusable(path, fault)
    return stat.S_IMODE(mode) & 0o777


def _kind_fault(mode: int, verb: str) -> str:
    if stat.S_ISREG(mode):
        return ""
    return f"cannot be {verb}: it is {_KINDS.get(stat.S_IFMT(mode), 'no file')}; name a regular file"


def _unusable(path: Path, verb: str, error: OSError | ValueError) -> FileUnusable:
    if isinstance(error, OSError):
        held = getattr(error, "winerror", None) in _HELD_OPEN
        remedy = "close the program that has it open" if held else _REMEDIES.get(error.errno or 0, _BY_DEFAULT)
        return FileUnusable(path, f"cannot be {verb}: {error.strerror or error}; {remedy}")
    return FileUnusable(path, f"cannot be {verb}: its name holds a character that no file's name can hold; correct the path")


def _size(number: int) -> str:
    return f"{number >> 10} KiB" if number % 1024 == 0 else f"{number} bytes"
