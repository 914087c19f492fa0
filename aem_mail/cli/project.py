"""The AEM project beside a stack, or named by `--directory`: the files that have to do with mail."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from aem_mail.checks.declared import RenderedFile
from aem_mail.checks.project import MailFiles, read_files
from aem_mail.errors import InvalidInput, Problem
from aem_mail.files import is_directory, is_file
from aem_mail.osgi import OsgiError, osgiconfig_folders
from aem_mail.osgi.project import FOLDER_NAME

ARGUMENT: Final = "DIRECTORY"
GIVE: Final = "give the AEM project's repository, its jcr_root, its apps, or an osgiconfig folder"


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


def apps_below(directory: Path, rendered: Sequence[RenderedFile], project: Path) -> MailFiles:
    """Return the mail's files of every app below a directory: an AEM project's repository, its `jcr_root`, its `apps`, or one `osgiconfig`.

    Raises InvalidInput for a directory that cannot be read, or has none.
    """
    try:
        folders = (
            {Path(os.path.relpath(folder, directory)).as_posix(): folder for folder in osgiconfig_folders(directory)}
            if is_directory(directory)
            else {}
        )
        read = {name: read_files(folder) for name, folder in folders.items()}
    except OsgiError as error:
        raise InvalidInput(ARGUMENT, [Problem("", str(error))]) from None
    # A folder config of something else, such as a component, is no place for configurations.
    there = {name: files for name, files in read.items() if files or folders[name].name == FOLDER_NAME or folders[name] == directory}
    if not there:
        fault = "has no osgiconfig folder in it, nor below it" if is_directory(directory) else "is no directory"
        raise InvalidInput(ARGUMENT, [Problem("", f"{directory} {fault}; {GIVE}")])
    names = {folder.resolve(): name for name, folder in folders.items()}
    ours = [replace(one, directory=names.get((project / one.directory).resolve(), one.directory)) for one in rendered if one.directory]
    return MailFiles(there, ours, directory)
