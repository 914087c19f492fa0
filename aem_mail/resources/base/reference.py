"""References to secrets: read where they are needed, never stored."""

import os
from pathlib import Path
from typing import Final

from aem_mail.files import FileUnusable, leaves_by_link, read_text

MOST_BYTES: Final = 64 * 1024


class NotReadable(Exception):
    """A reference that cannot be read here and now; the text says why, and never what."""


def resolve(reference: str, project: Path) -> str:
    """Return what ``env:NAME`` or ``file:PATH`` refers to; a file loses one trailing line break.

    ``PATH`` is absolute or relative to ``project`` (the folder of Pulumi.yaml), and does not leave it by a symbolic link.
    """
    scheme, _, rest = reference.partition(":")
    if scheme == "env":
        return _variable(rest)
    if scheme == "file":
        return _content(rest, project)
    raise NotReadable('a reference begins with "env:" or "file:"')


def needed_by_up(error: NotReadable) -> str:
    """Return what a preview says of a reference that it cannot read."""
    return f"{error}. A preview goes on without the value; `pulumi up` needs it as soon as it has something to write"


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise NotReadable(f"the environment variable {name} is not set; set it where Pulumi runs")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise NotReadable(f"the environment variable {name} is not UTF-8 text") from None
    return value


def _content(path: str, project: Path) -> str:
    file = project / path
    if not Path(path).is_absolute() and leaves_by_link(file, project):
        raise NotReadable(f"the file {path} leaves the project's folder by a symbolic link; name the file itself")
    try:
        return read_text(file, MOST_BYTES).removesuffix("\n").removesuffix("\r")
    except FileUnusable as error:
        raise NotReadable(f"the file {path} {error.fault}") from None
