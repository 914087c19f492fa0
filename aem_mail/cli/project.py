"""The AEM project beside a stack, or named by `--directory`: the files that have to do with mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from aem_mail.checks.declared import RenderedFile
from aem_mail.checks.project import parsed_file, read_files, type_in
from aem_mail.checks.subject import ProjectFile
from aem_mail.errors import InvalidInput, Problem
from aem_mail.files import is_directory, is_file
from aem_mail.osgi import OsgiError


def repository_folder(folder: Path) -> Path:
    """Return the root of the Git repository that a folder lies in, else the folder itself."""
    here = folder.resolve()
    return next((one for one in (here, *here.parents) if is_directory(one / ".git") or is_file(one / ".git")), here)


def mail_files(directory: Path | None, rendered: Sequence[RenderedFile], project: Path) -> dict[str, ProjectFile]:
    """Return the mail's files of the AEM project; what the stack renders stands in where none is written yet.

    Raises InvalidInput for a ``directory`` that cannot be read.
    """
    directories = [directory] if directory is not None else sorted({project / one.directory for one in rendered if one.directory})
    files: dict[str, ProjectFile] = {}
    for one in directories:
        if directory is not None or is_directory(one):
            try:
                files |= read_files(one)
            except OsgiError as error:
                raise InvalidInput("--directory", [Problem("", str(error))]) from None
    for new in rendered:
        if new.path not in files:
            files[new.path] = parsed_file(new.path, new.content, (project / new.directory).resolve() if new.directory else None)
    return files


def only_type(files: Mapping[str, ProjectFile]) -> str | None:
    """Return the environment type that the folders name, if all of them name the same."""
    types = {type_in(path.partition("/")[0].split(".")) for path in files}
    return types.pop() if len(types) == 1 else None
