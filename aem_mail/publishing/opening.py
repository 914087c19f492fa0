"""A copy of a branch for as long as it is worked on: its folder, its address, and the user and password for it."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from aem_mail.cloud_manager.redaction import Mask
from aem_mail.errors import InvalidInput, Problem
from aem_mail.kinds.published_configuration import is_path
from aem_mail.publishing.environment import GitCredential, git_environment
from aem_mail.publishing.failures import failure
from aem_mail.publishing.git import Git, GitError, require_version
from aem_mail.publishing.repository import Branch
from aem_mail.publishing.request import BranchAddress, Request
from aem_mail.resources.base.reference import NotReadable, resolve

COMMANDS: Final = r"^(credential\..*|core\.(sshcommand|askpass))$"
"""The keys of Git's configuration that name a command, or may."""


@contextmanager
def opened(place: BranchAddress, request: Request, project: Path = Path()) -> Iterator[Branch]:
    """Give a branch whose copy vanishes afterwards; whatever Git then refuses is raised as an AemMailError.

    ``project`` is the folder of Pulumi.yaml, in which the command of a PublishedConfiguration runs. Raises InvalidInput where the
    password cannot be read.
    """
    credential = _credential(place, request, project)
    with tempfile.TemporaryDirectory(prefix="aem-mail-publishing-", ignore_cleanup_errors=True) as private:
        folder = Path(private)
        commands = _commands(Git(folder, git_environment(os.environ)))
        ssh_command = re.search(r"^core\.sshcommand \S", commands, re.MULTILINE) is not None
        mask = None if credential is None else Mask((credential.password,))
        git = Git(folder, git_environment(os.environ, credential, commands=commands, ssh_command=ssh_command), mask)
        try:
            require_version(git)
            yield Branch.opened(place, address(place.repository, project), git)
        except GitError as error:
            raise failure(place, "work on", error.text) from None


def address(repository: str, project: Path = Path()) -> str:
    """Return where Git finds the repository from any folder; a path is relative to the folder of Pulumi.yaml."""
    return str((project / repository).absolute()) if is_path(repository) else repository


def _credential(place: BranchAddress, request: Request, project: Path) -> GitCredential | None:
    """Return user and password, for no other server than the one that they were declared for."""
    if request.password_from is None or urlsplit(place.repository).netloc != urlsplit(request.place.repository).netloc:
        return None
    try:
        password = resolve(request.password_from, project)
    except NotReadable as error:
        raise InvalidInput(f"PublishedConfiguration: {place} was not touched", [Problem("password_from", f"{error}.")]) from None
    return GitCredential(place.repository, request.username, password)


def _commands(git: Git) -> str:
    """Return what the user has configured to run for signing in: lines of a key, in lower case, and its command."""
    try:
        return git.run("config", "--get-regexp", COMMANDS).decode("utf-8", "replace")
    except GitError:
        return ""
