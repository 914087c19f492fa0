"""Git as a process: a list of arguments, no shell, nothing to ask, an end."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aem_mail.cloud_manager.redaction import Mask
from aem_mail.publishing.errors import RepositoryFailed

LONGEST: Final = 900.0
"""Seconds that one command may take; a fetch of a large project's one commit takes seconds."""

OLDEST: Final = (2, 31)
"""The version that takes configuration from its environment, without which the user's hooks would run."""

KNOWN: Final = re.compile(
    r"\[rejected\]|\[remote rejected\]|\((?:failed to update ref|incorrect old value provided|reference already exists|fetch first"
    r"|pre-receive hook declined|hook declined|protected branch hook declined)\)|\(cannot lock ref|couldn't find remote ref"
    r"|Authentication failed|could not read (?:Username|Password)|Permission denied|terminal prompts disabled"
    r"|requested URL returned error: [1-5][0-9]{2}|Invalid username or|access denied|insufficient permission"
    r"|unable to create temporary object|Host key verification failed|detected dubious ownership"
    r"|does not appear to be a git repository|repository not found|repository(?= ')|(?<=')\s?not found|does not exist|not a git repository"
    r"|Could not resolve host|Failed to connect|Connection refused|timed out|certificate verify failed|SSL certificate problem",
    re.IGNORECASE,
)
"""What Git and its servers are known to say; none of it can hold a secret."""


class GitError(Exception):
    """Git ended with an error; ``text`` is what it said, in English."""

    def __init__(self, verb: str, text: str) -> None:
        self.verb = verb
        self.text = text
        super().__init__(f"git {verb}: {text}")


@dataclass(frozen=True, slots=True)
class Git:
    """Runs Git in one folder; a ``mask`` says that it is given a secret: of what it then says, only known words are told."""

    folder: Path
    environ: Mapping[str, str] = field(repr=False)
    mask: Mask | None = field(repr=False, default=None)

    def run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """Return what a command printed; raises GitError where it failed, RepositoryFailed where there is no end or no Git."""
        try:
            ended = subprocess.run(  # noqa: S603 - a list of arguments; git is whatever PATH says
                ["git", *arguments],  # noqa: S607
                cwd=self.folder,
                env=self.environ,
                input=stdin,
                capture_output=True,
                check=False,
                timeout=LONGEST,
            )
        except FileNotFoundError:
            raise RepositoryFailed("git is not on PATH; install Git 2.31 or newer where Pulumi runs.") from None
        except subprocess.TimeoutExpired:
            raise RepositoryFailed(
                f"git {arguments[0]} did not end within {LONGEST:.0f} s; see whether the repository answers to `git ls-remote`."
            ) from None
        if ended.returncode != 0:
            text = (ended.stdout + ended.stderr).decode("utf-8", "replace")
            raise GitError(arguments[0], text if self.mask is None else known_words(text))
        return ended.stdout

    def word(self, *arguments: str, stdin: bytes = b"") -> str:
        """Return the one word that a command printed, such as the name of an object."""
        return self.run(*arguments, stdin=stdin).decode().strip()


def require_version(git: Git) -> None:
    """Refuse a Git that would not keep the user's hooks out."""
    printed = git.word("--version")
    found = re.search(r"(\d+)\.(\d+)", printed)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        raise RepositoryFailed(f"{printed} is too old; install Git 2.31 or newer where Pulumi runs.")


def known_words(text: str) -> str:
    """Return what is known of what Git said when it had been given a secret, which its server may repeat in any form."""
    words = dict.fromkeys(found[0] for found in KNOWN.finditer(text))
    return " ".join([*words, "(what else Git says is not shown, because it was given a password)"])
