"""What has become of a MailEgress's children in this run, for the message of the one that fails."""

import threading
from enum import StrEnum
from typing import Final

GRACE: Final = 1.0
"""Seconds for which a failure waits for its siblings: what is gathered into one change ends at nearly the same moment."""


class ChildOutcome(StrEnum):
    """How far a child has come."""

    DECLARED = "declared"
    RECORDED = "recorded earlier"
    UNDER_WAY = "under way"
    LIVE = "live"
    FAILED = "not live"


class Outcomes:
    """The children's outcomes by component and logical name; thread safe."""

    def __init__(self) -> None:
        self._children: dict[str, dict[str, ChildOutcome]] = {}
        self._told: dict[tuple[str, str], str] = {}
        self._changed = threading.Condition()

    def note(self, component: str, name: str, outcome: ChildOutcome) -> None:
        """Take note of how far a child has come."""
        with self._changed:
            self._children.setdefault(component, {})[name] = outcome
            self._changed.notify_all()

    def told_by(self, component: str, name: str, cause: str) -> str:
        """Return the child of a component that is the first to fail for this cause, which one error tells for all of them."""
        with self._changed:
            return self._told.setdefault((component, cause), name)

    def after_failure(self, component: str, environment: str) -> str:
        """Say what of a component is live, what is not, and whether mail can flow; waits a moment for what is under way."""
        with self._changed:
            self._changed.wait_for(lambda: ChildOutcome.UNDER_WAY not in self._children.get(component, {}).values(), GRACE)
            children = dict(self._children.get(component, {}))
        return sentence(component, environment, children)


def sentence(component: str, environment: str, children: dict[str, ChildOutcome]) -> str:
    """Put the outcomes of one component into words."""
    named = {outcome: sorted(name for name, one in children.items() if one is outcome) for outcome in ChildOutcome}
    live = ", ".join(named[ChildOutcome.LIVE]) or "nothing"
    missing = ", ".join([*named[ChildOutcome.FAILED], *named[ChildOutcome.DECLARED]])
    before = f"; recorded earlier: {', '.join(named[ChildOutcome.RECORDED])}" if named[ChildOutcome.RECORDED] else ""
    under_way = f" Still under way: {', '.join(named[ChildOutcome.UNDER_WAY])}." if named[ChildOutcome.UNDER_WAY] else ""
    lacking = f"; not live: {missing}, and whatever depends on them" if missing else ""
    verdict = f"Mail does not flow from {environment} yet." if missing else f"Mail of {environment} is not yet as declared."
    return (
        f"{verdict} Of {component}, live and recorded: {live}{before}{lacking}.{under_way} "
        "Fix the cause and run `pulumi up` again: it continues from here."
    )


def ended(text: str) -> str:
    """Return a text that another sentence can follow."""
    return text if text.endswith((".", ")")) else f"{text}."
