"""From what Git says to one paragraph: which branch of which repository, the cause, the next step. Pure."""

import re
from dataclasses import dataclass
from typing import Final

from aem_mail.cloud_manager.redaction import printable
from aem_mail.errors import AemMailError
from aem_mail.publishing.errors import RepositoryDenied, RepositoryFailed, RepositoryUnusable
from aem_mail.publishing.request import BranchAddress

REJECTED: Final = re.compile(
    r"\[rejected\]"
    r"|\[remote rejected\] .*\((?:failed to update ref|incorrect old value provided|cannot lock ref|reference already exists)"
)
"""A push that came second: the branch has moved, or is being moved at this moment."""

LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Meaning:
    """Words by which a message of Git is known, the error that it is, and what to do."""

    words: re.Pattern[str]
    error: type[AemMailError]
    next_step: str


MEANINGS: Final = (
    Meaning(
        re.compile(r"\[remote rejected\]"),
        RepositoryDenied,
        "The server lets this account not push to that branch: declare a branch that it may push to, and open a pull request from there, "
        "or allow it.",
    ),
    Meaning(
        re.compile(
            r"Authentication failed|could not read (?:Username|Password)|Permission denied|terminal prompts disabled"
            r"|requested URL returned error: 40[13]|Invalid username or|access denied|insufficient permission"
            r"|unable to create temporary object",
            re.IGNORECASE,
        ),
        RepositoryDenied,
        "Give this account access, or other credentials: Git's own (a credential helper, an SSH agent), or username and password_from.",
    ),
    Meaning(
        re.compile(r"Host key verification failed"),
        RepositoryDenied,
        "Add the server's key to known_hosts of the user that runs Pulumi, after comparing it.",
    ),
    Meaning(
        re.compile(r"detected dubious ownership"),
        RepositoryUnusable,
        "Run Pulumi as the user who owns the repository, or add it to safe.directory in Git's configuration.",
    ),
    Meaning(
        re.compile(r"does not appear to be a git repository|repository .*not found|does not exist|not a git repository", re.IGNORECASE),
        RepositoryUnusable,
        "Check the repository's address, as `git ls-remote` takes it.",
    ),
)
UNKNOWN: Final = Meaning(
    re.compile(""), RepositoryFailed, "Check that `git ls-remote` of the repository works where Pulumi runs, and run it again."
)


def failure(place: BranchAddress, attempt: str, text: str) -> AemMailError:
    """Return the error for what Git said when it could not ``attempt`` ("read", "write to") a branch."""
    meaning = next((one for one in MEANINGS if one.words.search(text)), UNKNOWN)
    return meaning.error(f"PublishedConfiguration: could not {attempt} {place}: {said(text)}. {meaning.next_step}")


def absent(place: BranchAddress, branches: list[str]) -> AemMailError:
    """Return the error for a branch that the repository does not have."""
    if not branches:
        return RepositoryUnusable(
            f"PublishedConfiguration: {place.repository} is empty, it has no branch at all; push the AEM project to it first, "
            "or check the repository's address."
        )
    shown = ", ".join(branches[:10]) + (f" and {len(branches) - 10} more" if len(branches) > 10 else "")
    return RepositoryUnusable(
        f"PublishedConfiguration: {place.repository} has no branch {place.branch}; there are {shown}. "
        "Create it there, or declare another one."
    )


def said(text: str) -> str:
    """Return Git's own words on one line, the most telling ones where there are many."""
    lines = [re.sub(r"^(?:remote: |fatal: |error: )+", "", line).strip() for line in text.splitlines()]
    telling = [line for line in lines if line and not line.startswith(("hint:", "To ", "Done", "warning: filtering"))]
    return printable("; ".join(dict.fromkeys(telling)), LONGEST).rstrip(".") or "Git gave no reason"
