"""Limits of a PublishedConfiguration: addresses and names that Git takes, and nothing that would show a secret."""

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from aem_mail.errors import Problem
from aem_mail.kinds.osgi_config import directory_warnings, pid, run_mode
from aem_mail.kinds.secret_variable import reference
from aem_mail.kinds.shapes import CONFLICT_POLICY, ENVIRONMENT, Field, boolean, list_of, matching, object_of, seconds, shape, shown, text
from aem_mail.model import UNKNOWN, Properties
from aem_mail.model.loopback import is_loopback

NAME: Final = "PublishedConfiguration"
SSH_LIKE: Final = re.compile(r"(?:[\w.+-]+@)?[\w.-]+:(?!/?/).+")
"""`git@host:path`, which Git takes for ssh."""

TOKEN_PREFIX: Final = re.compile(r"(?<![A-Za-z0-9])(?:gh[a-z]_|github_pat_|gl(?:pat|dt|rt|cbt|ptt)-|AT(?:BB|CTT))\w")
"""How tokens of GitHub, GitLab and Bitbucket begin."""
TOKEN: Final = re.compile(r"[A-Za-z0-9_]{40,}|(?=[A-Za-z0-9_-]*[A-Za-z0-9]{12})(?=.*[0-9][A-Za-z])(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9_-]{20,}")
"""A user that is a token by its length, or by its length and mixture: not a name of several words, or with a year behind it."""
PASSWORD_BEFORE_HOST: Final = re.compile(r":[^/]*@")
FOLDER: Final = re.compile(r"\.{0,2}/(?!/)")
"""How a path of this machine begins, in which a colon and an ``@`` are characters like any other."""
IN_THE_CLEAR: Final = "which would lie in the state in plain text; name where it is read in password_from"

FORBIDDEN_IN_BRANCH: Final = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|^[./]|[/.]$|\.lock(?:/|$)|^@$")
AUTHOR: Final = matching(
    r"""[^<>\n\x00]*[^<>\s\x00.,:;"'\\][^<>\n\x00]* <[^<>\s\x00]+>""", "a name and an address, such as 'Mail bot <mail-bot@example.com>'"
)
"""Git takes no name that is made of punctuation alone."""
USERNAME: Final = matching(r"[^\s\x00:@/]+", "the user's name alone")
PIPELINE: Final = matching(r"\S(?:.*\S)?", "the pipeline's id or name")


@shape(type="string", pattern=r"\S")
def repository(path: str, value: Any) -> Iterator[Problem]:
    """Check an address; it is not shown where it may hold a password."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        yield Problem(path, "must be the address of a Git repository, such as 'https://git.example.com/wknd.git'")
    elif value != value.strip():
        yield Problem(path, "begins or ends with a space; remove it")
    elif TOKEN_PREFIX.search(decoded(value)):
        yield Problem(path, f"holds a token, {IN_THE_CLEAR}")
    elif value.startswith("-") or "::" in value.partition("/")[0]:
        yield Problem(path, "must be a URL, or a path, not a transport helper or an option")
    elif "://" in value:
        yield from url(path, value)
    elif FOLDER.match(value) is None and PASSWORD_BEFORE_HOST.search(decoded(value)):
        yield Problem(path, f"holds a password, {IN_THE_CLEAR}")
    elif is_token(value.partition("@")[0] if SSH_LIKE.fullmatch(value) else ""):
        yield Problem(path, f"holds a token as its user, {IN_THE_CLEAR}")


def decoded(text: str) -> str:
    """Return a text without percent-encoding, however often it was encoded."""
    while (plain := unquote(text)) != text:
        text = plain
    return text


def is_token(user: str) -> bool:
    """Say whether the name of a user is a token."""
    return TOKEN.fullmatch(user) is not None or TOKEN_PREFIX.match(user) is not None


def url(path: str, value: str) -> Iterator[Problem]:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        yield Problem(path, "is not a URL; write it as https://host/path")
        return
    if parts.scheme not in {"https", "http", "ssh", "file"} or not (parts.hostname or parts.scheme == "file"):
        yield Problem(path, "must begin with https://, ssh:// or file://, or be git@host:path or a path")
    elif parts.password is not None or ":" in decoded(parts.username or ""):
        yield Problem(path, f"holds a password, {IN_THE_CLEAR}")
    elif is_token(decoded(parts.username or "")):
        yield Problem(path, f"holds a token as its user, {IN_THE_CLEAR}")
    elif parts.query or parts.fragment or re.search(r";.*=", decoded(parts.path)):
        yield Problem(path, f"must end with the path; what follows a ?, # or ; may be a token, {IN_THE_CLEAR}")
    elif parts.scheme == "http" and not is_loopback(parts.hostname):
        yield Problem(path, "must begin with https://; http:// is accepted for this machine only")


@shape(type="string", minLength=1, **{"not": {"pattern": FORBIDDEN_IN_BRANCH.pattern}})
def branch(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str) or not value or FORBIDDEN_IN_BRANCH.search(value):
        yield Problem(path, f"must be the name of a branch, such as 'main', not {shown(value)}")
    elif value.startswith("refs/"):
        yield Problem(path, f"must be the branch's name without refs/heads/, not {shown(value)}")


@shape(type="string", pattern=r"\S")
def directory(path: str, value: Any) -> Iterator[Problem]:
    """Check a folder in a repository: nothing that Git would refuse, or that could lead out of it."""
    yield from text(path, value)
    if not isinstance(value, str):
        return
    parts = value.split("/")
    if not value.isprintable() or "\\" in value:
        yield Problem(path, f"must be a path with / between its folders, not {shown(value)}")
    elif any(part in {"", ".", ".."} for part in parts):
        yield Problem(path, f"must be relative to the repository's root, without '.', '..' and '//', not {shown(value)}")
    elif any(part.lower().partition(":")[0].rstrip(". ") in {".git", "git~1"} for part in parts):
        yield Problem(path, "must not lie in .git")


CONFIGURATION: Final = object_of({"pid": Field(pid, required=True), "content": Field(text, required=True)}, closed=False)
FIELDS: Final = object_of(
    {
        **ENVIRONMENT,
        "repository": Field(repository, required=True),
        "branch": Field(branch, required=True),
        "directory": Field(directory, required=True),
        "configurations": Field(list_of(CONFIGURATION, "configurations"), required=True),
        "run_mode": Field(run_mode),
        "author": Field(AUTHOR),
        "username": Field(USERNAME),
        "password_from": Field(reference),
        "delete_file": Field(boolean),
        "on_conflict": Field(CONFLICT_POLICY),
        "pipeline": Field(PIPELINE),
        "pipeline_timeout": Field(seconds),
    }
)


def problems(properties: Properties) -> Iterator[Problem]:
    """Yield everything that forbids a PublishedConfiguration, under its argument names."""
    yield from FIELDS("", properties)
    address, username = properties.get("repository"), properties.get("username")
    if isinstance(username, str) and is_token(decoded(username)):
        yield Problem("username", f"is a token, {IN_THE_CLEAR}")
    if properties.get("password_from") is None:
        if username is not None:
            yield Problem("username", "has no effect without password_from; for ssh write it into the address, as in git@host:path")
    elif isinstance(address, str) and address.partition(":")[0] not in {"https", "http"}:
        yield Problem("password_from", "serves https:// only; other addresses use what Git itself is configured with")
    elif username is None and isinstance(address, str) and "@" not in address.partition("://")[2].partition("/")[0]:
        yield Problem("username", "is missing; name the user whose password password_from is")
    if properties.get("pipeline") is None and properties.get("pipeline_timeout") is not None:
        yield Problem("pipeline_timeout", "has no effect without pipeline")
    if properties.get("configurations") == []:
        yield Problem("configurations", "is empty; there is nothing to publish")


def warnings(properties: Properties) -> Iterator[Problem]:
    """Yield what is allowed, but will probably not do what was meant."""
    if properties.get("directory") is not UNKNOWN:
        yield from directory_warnings("directory", properties.get("directory"))


def is_path(address: str) -> bool:
    """Say whether an address is a path on this machine, as Git decides it."""
    return "://" not in address and SSH_LIKE.fullmatch(address) is None
