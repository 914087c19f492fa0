"""GitLab's REST API, version 4: notes of merge requests, and issues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from aem_mail.pipelines.errors import PipelineError
from aem_mail.pipelines.forge import Post
from aem_mail.pipelines.rest import Rest

MERGED_AS = ("merge_commit_sha", "squash_commit_sha", "sha")
"""What a merge request leaves on its target branch: a merge commit, a squashed one, or, fast-forward, its own last one."""


class GitLab:
    """One project, by its id; the token is a project access token, since a job's own token may not write notes or issues."""

    longest_body = 1_000_000

    def __init__(self, url: str, project: str, token: str) -> None:
        self._rest = Rest("GitLab", url, {"PRIVATE-TOKEN": token}, "use the API (scope api, role Reporter, of this project)")
        self._base = f"projects/{project}"

    def comments(self, change: int) -> Sequence[Post]:
        path = f"{self._notes(change)}?sort=asc&order_by=created_at&per_page=100"
        return [_post(each, "id") for each in self._rest.pages(path) if self._own(each)]

    def add_comment(self, change: int, body: str) -> None:
        self._rest.send("POST", self._notes(change), {"body": body})

    def edit_comment(self, change: int, comment: int, body: str) -> None:
        self._rest.send("PUT", f"{self._notes(change)}/{comment}", {"body": body})

    def remove_comment(self, change: int, comment: int) -> None:
        self._rest.send("DELETE", f"{self._notes(change)}/{comment}")

    def open_issues(self, label: str) -> Sequence[Post]:
        found = self._rest.pages(f"{self._base}/issues?state=opened&labels={label}&order_by=created_at&sort=asc&per_page=100")
        return [Post(int(each["iid"]), each.get("description") or "") for each in found if self._own(each)]

    def open_issue(self, title: str, body: str, label: str) -> None:
        self._rest.send("POST", f"{self._base}/issues", {"title": title, "description": body, "labels": label})

    def edit_issue(self, issue: int, body: str) -> None:
        self._rest.send("PUT", f"{self._base}/issues/{issue}", {"description": body})

    def close_issue(self, issue: int, remark: str) -> None:
        self._rest.send("POST", f"{self._base}/issues/{issue}/notes", {"body": remark})
        self._rest.send("PUT", f"{self._base}/issues/{issue}", {"state_event": "close"})

    def merged_by(self, commit: str) -> Sequence[int]:
        found = self._rest.pages(f"{self._base}/repository/commits/{commit}/merge_requests?per_page=100")
        return [int(each["iid"]) for each in found if each.get("state") == "merged" and commit in map(each.get, MERGED_AS)]

    def _notes(self, change: int) -> str:
        return f"{self._base}/merge_requests/{change}/notes"

    @cached_property
    def _me(self) -> int:
        user = self._rest.send("GET", "user")
        if not isinstance(user, dict) or "id" not in user:
            raise PipelineError("GitLab does not tell whose token this is.")
        return int(user["id"])

    def _own(self, entry: Mapping[str, Any]) -> bool:
        return (entry.get("author") or {}).get("id") == self._me and not entry.get("system")


def _post(entry: Mapping[str, Any], key: str) -> Post:
    return Post(int(entry[key]), entry.get("body") or "")
