"""The one issue that is open as long as there is drift."""

from __future__ import annotations

from aem_mail.pipelines.body import fitted
from aem_mail.pipelines.errors import NothingKnown, WrongUse
from aem_mail.pipelines.forge import Forge

CLEAN, DRIFT = 0, 2
LABEL = "aem-mail-drift"
TITLE = "Environments have drifted from what is declared"
_MARK = "<!-- aem-mail-drift -->"


def body_of(report: str, *, run: str, limit: int) -> str:
    """Write the issue: the report, and where it comes from; at most ``limit`` characters."""
    head, foot = f"{_MARK}\n", f"\n---\nFound by the latest [run]({run}), which edits this issue; the first run without drift closes it.\n"
    return fitted(head, f"{report.rstrip()}\n", foot, limit)


def settle(forge: Forge, code: int, report: str, run: str) -> str:
    """Open, edit or close the issue as the exit code of `aem-mail drift` says; return what that took.

    Raises NothingKnown for any other code: what could not be looked at is neither drift nor clean.
    """
    if code not in {CLEAN, DRIFT}:
        raise NothingKnown(f"`aem-mail drift` ended with {code}, which says nothing about drift: the issue stays as it is.", code)
    posts = [post for post in forge.open_issues(LABEL) if post.body.startswith(_MARK)]
    for post in posts if code == CLEAN else posts[1:]:
        forge.close_issue(post.id, f"No drift any more ([run]({run})).")
    if code == CLEAN:
        return f"{len(posts)} closed"
    if not report.strip():
        raise WrongUse("`aem-mail drift` found drift, but its report is empty: the issue stays as it is.")
    body = body_of(report, run=run, limit=forge.longest_body)
    if not posts:
        forge.open_issue(TITLE, body, LABEL)
        return "opened"
    forge.edit_issue(posts[0].id, body)
    return "edited"
