"""Limits that a plan may not exceed."""

from dataclasses import dataclass

from aem_mail.plan.cost import Cost


@dataclass(frozen=True, slots=True)
class Gates:
    """The most restarts and minutes that are accepted; None: any number."""

    max_restarts: int | None = None
    max_minutes: int | None = None


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
