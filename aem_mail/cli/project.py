"""The AEM project beside a stack, or named by `--directory`: the files that have to do with mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from aem_mail.checks.declared import RenderedFile
from aem_mail.checks.project import MailFiles, read_files
from aem_mail.errors import InvalidInput, Problem
from aem_mail.files import is_directory, is_file
from aem_mail.osgi import OsgiError


def repository_folder(folder: Path) -> Path:
    """Return the root of the Git repository that a folder lies in, else the folder itself."""
    here = folder.resolve()
    return next((one for one in (here, *here.parents) if is_directory(one / ".git") or is_file(one / ".git")), here)


def mail_files(directory: Path | None, rendered: Sequence[RenderedFile], project: Path) -> MailFiles:
    """Return the mail's files of the AEM project; ``directory``, where it is given, is the folder that the stack writes into.

    Raises InvalidInput for a folder that cannot be read.
    """
    if directory is not None:
        rendered = [replace(one, directory=str(directory)) for one in rendered]
    folders = {one.directory: directory or project / one.directory for one in rendered if one.directory}
    if directory is not None:
        folders[str(directory)] = directory
    try:
        there = {name: read_files(folder) for name, folder in sorted(folders.items()) if directory is not None or is_directory(folder)}
    except OsgiError as error:
        raise InvalidInput("--directory", [Problem("", str(error))]) from None
    return MailFiles(there, rendered, project if directory is None else Path())
