"""The one comment of a pull request that shows what merging it would change: written once, then edited in place."""

from __future__ import annotations

from collections.abc import Sequence

from aem_mail.pipelines.body import CUT, fitted
from aem_mail.pipelines.errors import PipelineError
from aem_mail.pipelines.forge import Forge
from aem_mail.pipelines.record import is_marked, to_line
from aem_mail.pipelines.report import StackPlan, record_of

MEANINGS = {
    3: "wrong usage, or no such stack",
    10: "Cloud Manager refused the credential",
    30: "the preview or Cloud Manager failed",
    40: "Cloud Manager did not answer in time",
}


def body_of(reports: Sequence[StackPlan], *, commit: str, run: str, limit: int) -> str:
    """Write the comment: the record, each stack's plan, where it comes from; at most ``limit`` characters, the record always whole.

    Raises PipelineError where the record alone is longer than that.
    """
    head = f"{to_line(record_of(list(reports)))}\n"
    foot = f"\n---\nPreview of {commit[:12]}, [run]({run}). Applied is only what stands here, from the same files.\n"
    if len(head) + len(CUT) + len(foot) > limit:
        raise PipelineError(
            f"The plans of {len(reports)} stacks have too many changes for one comment of at most {limit} characters. Change fewer things "
            "in one pull request, or apply this one by hand."
        )
    return fitted(head, "\n".join(map(_section, reports)), foot, limit)


def upsert(forge: Forge, change: int, body: str) -> str:
    """Make ``body`` the pipeline's only comment of plans on this change; return what that took."""
    posts = [post for post in forge.comments(change) if is_marked(post.body)]
    for post in posts[1:]:
        forge.remove_comment(change, post.id)
    if not posts:
        forge.add_comment(change, body)
        return "written"
    if posts[0].body.rstrip() == body.rstrip():
        return "unchanged"
    forge.edit_comment(change, posts[0].id, body)
    return "edited"


def _section(report: StackPlan) -> str:
    if report.changes is not None:
        verdict = "" if report.code == 0 else "\n**This does not pass, and is not applied.**\n"
        return f"{report.text.rstrip()}\n{verdict}"
    meaning = MEANINGS.get(report.code, "it ended unexpectedly")
    return f"# Stack `{report.stack}`: there is no plan\n\n`aem-mail plan` ended with {report.code}: {meaning}. The run says more.\n"
