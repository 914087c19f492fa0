"""What a comment remembers of the plans that it shows, so that apply can tell whether they are what was reviewed. Pure.

The record is the first line of the comment, which the pipeline itself writes: whatever a report holds comes after it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VERSION = 1
FIELDS = ("operation", "kind", "urn", "thing", "changed", "stateOnly", "kept")
_BEGIN, _END = "<!-- aem-mail-plan ", " -->"


@dataclass(frozen=True, slots=True)
class ShownPlans:
    """The project's Git tree, and for each stack a digest of every change in its plan."""

    tree: str
    stacks: Mapping[str, frozenset[str]] = field(default_factory=dict)


def digests(plan: Mapping[str, Any]) -> frozenset[str]:
    """Return a digest for each change of a plan (the JSON of `aem-mail plan`); costs and notes are no part of it.

    Nor is whether it is adopted: that tells what is live, and a review without credentials cannot know it.
    What the plan does not itemise, changes of resources that are not of aem-mail, is counted: the first, the second, and so on.
    """
    changes: list[Any] = [[change.get(name) for name in FIELDS] for change in plan["changes"]]
    others = [["other change", number] for number in range(int(plan["otherChanges"]))]
    return frozenset(map(_digest, [*changes, *others]))


def to_line(record: ShownPlans) -> str:
    """Write a record as a line that Markdown does not show."""
    stacks = {name: sorted(changes) for name, changes in sorted(record.stacks.items())}
    text = json.dumps({"version": VERSION, "tree": record.tree, "stacks": stacks}, separators=(",", ":"))
    return _BEGIN + text.replace(">", "\\u003e") + _END


def is_marked(body: str) -> bool:
    """Say whether a comment begins as one that shows plans."""
    return body.startswith(_BEGIN)


def from_body(body: str) -> ShownPlans | None:
    """Read the record of a comment; None where it has none that this version can read."""
    line = body.partition("\n")[0].rstrip()
    if not (line.startswith(_BEGIN) and line.endswith(_END)):
        return None
    try:
        document = json.loads(line[len(_BEGIN) : -len(_END)])
        if document["version"] != VERSION:
            return None
        stacks = {str(name): frozenset(map(str, changes)) for name, changes in document["stacks"].items()}
        return ShownPlans(str(document["tree"]), stacks)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
