"""What the command is told on its standard input, and what it answers on its standard output: values, and their JSON."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from aem_mail.errors import InvalidInput, Problem


@dataclass(frozen=True, slots=True)
class BranchAddress:
    """A branch of a repository: a URL or a path as Git takes it, and the branch's name without ``refs/heads/``."""

    repository: str
    branch: str

    def __str__(self) -> str:
        return f"branch {self.branch} of {self.repository}"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a commit is for, in the words of its message."""

    project: str
    stack: str
    program_id: str
    environment_id: str


@dataclass(frozen=True, slots=True)
class Request:
    """Files that a branch shall have, by their path in the repository; ``password_from`` is a reference, never the password.

    ``author`` is "Name <address>"; ``on_conflict`` is "error" or "replace".
    """

    place: BranchAddress
    files: Mapping[str, str]
    purpose: Purpose
    author: str
    on_conflict: str = "error"
    delete_file: bool = False
    username: str | None = None
    password_from: str | None = None

    def to_json(self) -> str:
        """Return the same text for the same request, so that the engine sees a change only where there is one."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Request":
        """Read what `to_json` wrote; raises InvalidInput for anything else."""
        try:
            found = json.loads(text)
            return cls(**{**found, "place": BranchAddress(**found["place"]), "purpose": Purpose(**found["purpose"])})
        except (ValueError, TypeError, KeyError) as error:
            raise InvalidInput("Standard input", [Problem("", f"holds no request of a PublishedConfiguration ({error})")]) from None


@dataclass(frozen=True, slots=True)
class Record:
    """What one run left behind: the commit that has the files, whether this run pushed it, and the digest of each file by its path."""

    place: BranchAddress
    commit: str
    pushed: bool
    files: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return it in ASCII, which no locale alters."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str | None) -> "Record | None":
        """Read what an earlier run answered; None where there was none, or where it cannot be read."""
        try:
            found: dict[str, Any] = json.loads(text or "")
            return cls(**{**found, "place": BranchAddress(**found["place"])})
        except (ValueError, TypeError, KeyError):
            return None


def digest(content: bytes) -> str:
    """Return what a record knows a file's content by."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
