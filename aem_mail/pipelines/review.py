"""Apply what was reviewed: the plan of a merged commit against the plan that the pull request showed."""

from __future__ import annotations

from aem_mail.pipelines.errors import NotReviewed
from aem_mail.pipelines.forge import Forge
from aem_mail.pipelines.record import ShownPlans, from_body

ADVICE = "Open a pull request that shows it, or run this pipeline by hand, which says whose decision it is."


def verify(forge: Forge, commit: str, stack: str, tree: str, changes: frozenset[str]) -> str:
    """Return which change showed this plan. Raises NotReviewed where none did."""
    merged = forge.merged_by(commit)
    if not merged:
        raise NotReviewed(f"Commit {commit[:12]} is the merge of no pull request, so nobody reviewed its plan. {ADVICE}")
    reasons = []
    for change in merged:
        reason = objection(_shown(forge, change), stack, tree, changes)
        if reason is None:
            return f"The plan of stack {stack} is what number {change} showed."
        reasons.append(f"Number {change}: {reason}.")
    raise NotReviewed(f"Stack {stack} is not applied. {' '.join(reasons)} {ADVICE}")


def objection(shown: ShownPlans | None, stack: str, tree: str, changes: frozenset[str]) -> str | None:
    """Say why this plan is not what was shown; None if it is.

    Fewer changes than shown are right: what an earlier run of the same job has done needs no second time.
    """
    if shown is None:
        return "it has no comment that shows a plan"
    if shown.tree != tree:
        return "its preview was made from other files, so its branch was behind; update branches before they are merged"
    if stack not in shown.stacks:
        return f"its comment shows no plan of stack {stack}"
    more = len(changes - shown.stacks[stack])
    if more:
        return f"{more} of the {len(changes)} changes now planned were not shown, so something else has changed since"
    return None


def _shown(forge: Forge, change: int) -> ShownPlans | None:
    return next((record for post in forge.comments(change) if (record := from_body(post.body)) is not None), None)
