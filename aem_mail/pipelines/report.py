"""The files that the preview of one stack leaves: `<stack>.md`, `.json`, `.exit` and `.tree` in one folder for all stacks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aem_mail.files import FileUnusable, read_bytes, read_text
from aem_mail.pipelines.errors import WrongUse
from aem_mail.pipelines.record import ShownPlans, digests

STACK: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""What Pulumi takes for a stack's name."""
LARGEST_FILE: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class StackPlan:
    """What `aem-mail plan` said of one stack; ``changes`` None: it failed before there was a plan."""

    stack: str
    code: int
    text: str
    tree: str
    changes: frozenset[str] | None


def read_reports(folder: Path) -> list[StackPlan]:
    """Read all stacks' reports, by name. Raises WrongUse where there is none, or one is incomplete or of no stack's name."""
    stacks = sorted(path.name.removesuffix(".exit") for path in folder.glob("*.exit"))
    strange = [stack for stack in stacks if not STACK.fullmatch(stack)]
    if strange:
        raise WrongUse(
            f"{folder} has a report of {ascii(strange[0])[:120]}, which is no name of a stack. Remove its files, and run the step again."
        )
    if not stacks:
        raise WrongUse(f"There are no reports in {folder}: no preview ran, or its artifact is missing.")
    return [_read(folder, stack) for stack in stacks]


def read_changes(plan: Path) -> frozenset[str]:
    """Read the digests of a plan's changes. Raises WrongUse for a file that holds no plan, FileUnusable for one that cannot be read."""
    try:
        return digests(json.loads(read_bytes(plan, LARGEST_FILE)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise WrongUse(f"{plan} does not hold what `aem-mail plan --save-json` writes ({type(error).__name__}).") from error


def record_of(reports: list[StackPlan]) -> ShownPlans:
    """Return what the comment has to remember; a stack whose preview failed is left out, so that it cannot be applied."""
    trees = {report.tree for report in reports}
    if len(trees) != 1:
        raise WrongUse("The reports are of different commits: run the whole pipeline again.")
    return ShownPlans(trees.pop(), {report.stack: report.changes for report in reports if report.changes is not None})


def _read(folder: Path, stack: str) -> StackPlan:
    try:
        code = int(read_bytes(folder / f"{stack}.exit", LARGEST_FILE))
        text = read_bytes(folder / f"{stack}.md", LARGEST_FILE).decode("utf-8", "replace")
        tree = read_text(folder / f"{stack}.tree", LARGEST_FILE).strip()
    except (FileUnusable, ValueError) as error:
        raise WrongUse(f"The report of stack {stack} in {folder} is incomplete: {error}") from error
    plan = folder / f"{stack}.json"
    return StackPlan(stack, code, text, tree, read_changes(plan) if plan.exists() else None)
