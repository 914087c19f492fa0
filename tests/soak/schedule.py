"""A schedule: everything that a seed decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.soak.disturbance import Disturbance, Kind, disturbance
from tests.soak.engine import EVERYTHING
from tests.soak.history import Program
from tests.soak.moves import moved
from tests.soak.programs import Author, Plan

KINDS = tuple(kind for kind in Kind if kind not in {Kind.INTERRUPTED_TWICE, Kind.KILLED_PLUGIN})
"""What can go wrong where engine and provider are one process."""

REAL_KINDS = (
    Kind.INTERRUPTED,
    Kind.INTERRUPTED_TWICE,
    Kind.KILLED_AFTER_WRITE,
    Kind.KILLED_PLUGIN,
    Kind.KILLED,
    Kind.STACK_HERE,
    Kind.STACK_ELSEWHERE,
    Kind.SECOND_WRITER,
    Kind.UNAVAILABLE,
    Kind.DROP_AFTER,
)
"""What goes wrong with the real command line."""

NARROW: Final = (1, 2, 8)


@dataclass(frozen=True, slots=True)
class Schedule:
    """One seed's programs, its fault, and what the engine is asked for while that strikes."""

    seed: int
    plan: Plan
    second: Program
    disturbance: Disturbance
    command: str
    refreshed: bool
    keyed: bool
    verbose: bool
    width: int = EVERYTHING


def schedule(seed: int, kinds: Sequence[Kind] = KINDS) -> Schedule:
    """Unfold a seed; the kind of its fault is its remainder, so that a row of seeds has all of them."""
    random = Random(seed)  # noqa: S311 - a repeatable sequence is the point
    what = disturbance(kinds[seed % len(kinds)], random)
    author = Author(random)
    plan = author.plan(
        with_infrastructure=what.needs_infrastructure or random.random() < 0.1, with_file=what.needs_file or random.random() < 0.4
    )
    plan = moved(plan, author, Random(f"moves of {seed}"))  # noqa: S311
    second = author.second_program() if what.kind in {Kind.STACK_HERE, Kind.STACK_ELSEWHERE} else {}
    command = "destroy" if plan.before and not what.needs_infrastructure and not second and random.random() < 0.15 else "up"
    return Schedule(
        seed,
        Plan(plan.seed, plan.before, plan.after, plan.files, plan.environ, author.secrets),
        second,
        what,
        "up" if what.needs_file else command,
        # A delete that was accepted and could not be verified keeps its record, and only a refresh shows that the thing is gone.
        refreshed=random.random() < 0.3 or command == "destroy",
        keyed=random.random() < 0.85,
        verbose=random.random() < 0.2,
        width=_width(what, Random(f"width of {seed}")),  # noqa: S311
    )


def _width(what: Disturbance, random: Random) -> int:
    """Choose how many operations the engine runs at a time; all, where each change takes longer, or the plugin alone is killed.

    In a narrow engine a killed plugin's secret may be there with no record of it: docs/reliability.md names that limit.
    """
    wide = what.time_scale is not None or what.kind is Kind.KILLED_PLUGIN
    return random.choice(NARROW) if not wide and random.random() < 0.25 else EVERYTHING
