"""GitHub's REST API: comments and issues as of version 2022-11-28."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aem_mail.pipelines.forge import Post
from aem_mail.pipelines.rest import Rest

AUTHOR = "github-actions[bot]"
"""Who writes what is written with the GITHUB_TOKEN of a workflow."""


class GitHub:
    """One repository, ``owner/name``; ``author`` is the account that the token belongs to."""

    longest_body = 65_536

    def __init__(self, url: str, repository: str, token: str, author: str = AUTHOR) -> None:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        self._rest = Rest("GitHub", url, headers, "read and write pull requests or issues (`permissions:` of the job)")
        self._base = f"repos/{repository}"
        self._author = author

    def comments(self, change: int) -> Sequence[Post]:
        return [_post(each, "id") for each in self._rest.pages(f"{self._base}/issues/{change}/comments?per_page=100") if self._own(each)]

    def add_comment(self, change: int, body: str) -> None:
        self._rest.send("POST", f"{self._base}/issues/{change}/comments", {"body": body})

    def edit_comment(self, change: int, comment: int, body: str) -> None:
        self._rest.send("PATCH", f"{self._base}/issues/comments/{comment}", {"body": body})

    def remove_comment(self, change: int, comment: int) -> None:
        self._rest.send("DELETE", f"{self._base}/issues/comments/{comment}")

    def open_issues(self, label: str) -> Sequence[Post]:
        found = self._rest.pages(f"{self._base}/issues?state=open&labels={label}&sort=created&direction=asc&per_page=100")
        return [_post(each, "number") for each in found if self._own(each) and "pull_request" not in each]

    def open_issue(self, title: str, body: str, label: str) -> None:
        self._rest.send("POST", f"{self._base}/issues", {"title": title, "body": body, "labels": [label]})

    def edit_issue(self, issue: int, body: str) -> None:
        self._rest.send("PATCH", f"{self._base}/issues/{issue}", {"body": body})

    def close_issue(self, issue: int, remark: str) -> None:
        self.add_comment(issue, remark)
        self._rest.send("PATCH", f"{self._base}/issues/{issue}", {"state": "closed", "state_reason": "completed"})

    def merged_by(self, commit: str) -> Sequence[int]:
        found = self._rest.pages(f"{self._base}/commits/{commit}/pulls?per_page=100")
        return [int(each["number"]) for each in found if each.get("merged_at") and each.get("merge_commit_sha") == commit]

    def _own(self, entry: Mapping[str, Any]) -> bool:
        return (entry.get("user") or {}).get("login") == self._author


def _post(entry: Mapping[str, Any], key: str) -> Post:
    return Post(int(entry[key]), entry.get("body") or "")
