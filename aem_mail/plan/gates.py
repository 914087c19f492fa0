"""Limits that a plan may not exceed."""

from collections.abc import Sequence
from dataclasses import dataclass

from aem_mail.plan.changes import Change
from aem_mail.plan.cost import Cost
from aem_mail.plan.takeovers import Takeover, names_of
from aem_mail.text.words import counted


@dataclass(frozen=True, slots=True)
class Gates:
    """The most restarts and minutes that are accepted; None: any number. ``refuse_takeover``: nothing may be taken over."""

    max_restarts: int | None = None
    max_minutes: int | None = None
    refuse_takeover: bool = False


def exceeded(gates: Gates, cost: Cost) -> tuple[str, ...]:
    """Return a sentence for each limit that the plan exceeds; what is planned "at most" counts in full."""
    measured = (
        ("restart", cost.restarts, gates.max_restarts),
        ("minute", cost.minutes, gates.max_minutes),
    )
    return tuple(
        f"The plan needs {planned} {what if planned == 1 else f'{what}s'}, and --max-{what}s allows {most}."
        for what, planned, most in measured
        if most is not None and planned > most
    )


def refused_takeovers(gates: Gates, takeovers: Sequence[Takeover], unknown: Sequence[Change]) -> tuple[str, ...]:
    """Return a sentence where the plan takes something over, and one where that is not known of these changes."""
    if not gates.refuse_takeover:
        return ()
    taken = (
        f"The plan takes over {counted(len(takeovers), 'thing')} ({names_of([one.change for one in takeovers])}), and --refuse-takeover "
        "allows none."
    )
    doubtful = (
        f"Whether {names_of(unknown)} would overwrite what is there is not known, since Cloud Manager did not say, and --refuse-takeover "
        "allows no doubt."
    )
    return (*([taken] if takeovers else []), *([doubtful] if unknown else []))
