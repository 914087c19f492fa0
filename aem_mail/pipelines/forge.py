"""What the steps need of GitHub and GitLab, in one shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Post:
    """A comment of a pull request (GitLab: a note of a merge request) or an issue, written by the pipeline itself."""

    id: int
    body: str


class Forge(Protocol):
    """The requests; ``change`` is the number of a pull request or merge request.

    Only posts that the pipeline's own account wrote are returned, oldest first: anybody can write a comment that looks like one.
    Each method raises NoPermission, Unavailable or another PipelineError.
    """

    longest_body: int

    def comments(self, change: int) -> Sequence[Post]: ...

    def add_comment(self, change: int, body: str) -> None: ...

    def edit_comment(self, change: int, comment: int, body: str) -> None: ...

    def remove_comment(self, change: int, comment: int) -> None: ...

    def open_issues(self, label: str) -> Sequence[Post]: ...

    def open_issue(self, title: str, body: str, label: str) -> None: ...

    def edit_issue(self, issue: int, body: str) -> None: ...

    def close_issue(self, issue: int, remark: str) -> None: ...

    def merged_by(self, commit: str) -> Sequence[int]:
        """Return the changes whose merge put this commit onto its branch."""
        ...
