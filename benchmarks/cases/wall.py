"""Seconds of `pulumi up` against what the API itself needs."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from benchmarks.lab import Lab
from benchmarks.pace import durations
from benchmarks.programs import ENVIRONMENTS, INFRASTRUCTURE, mail, program
from benchmarks.row import Row, median_row, ratios
from benchmarks.simulated import simulated

MAIL_RESOURCES = 4
MOST = 1.05
MOST_SIDE_BY_SIDE = 1.1


def one_rule(lab: Lab) -> Iterator[Row]:
    """One rule and two secrets, where the infrastructure is there."""
    case = partial(median_row, "one-rule")
    bare, ours = in_turns(lab, MAIL_RESOURCES, program(mail()))
    needed = durations(lab.pace.scale).existing
    yield case("(up − bare up) / (PUT + PATCH)", ratios(ours, needed, bare), at_most=MOST, judged=lab.pace.judged)
    yield from seconds("one-rule", ours, bare, needed)


def fresh(lab: Lab) -> Iterator[Row]:
    """The same in a program without infrastructure."""
    case = partial(median_row, "fresh")
    bare, ours = in_turns(lab, MAIL_RESOURCES + 1, program(INFRASTRUCTURE, mail(after="infrastructure")), infrastructure=False)
    needed = durations(lab.pace.scale).fresh
    yield case("(up − bare up) / (max(infra, PATCH) + PUT)", ratios(ours, needed, bare), at_most=MOST, judged=lab.pace.judged)
    yield from seconds("fresh", ours, bare, needed)


def environments(lab: Lab) -> Iterator[Row]:
    """Three environments of one program in one stack, against one of them alone: they are equal, so any is the slowest."""
    alone, together = [], []
    for _ in range(lab.pace.repetitions):
        alone.append(live(lab, program(mail())))
        together.append(live(lab, program(*map(mail, ENVIRONMENTS))))
    side_by_side = ratios(together, alone)
    yield median_row("environments", "up of 3 / up of the slowest", side_by_side, at_most=MOST_SIDE_BY_SIDE, judged=lab.pace.judged)
    yield median_row("environments", "up of 3", together, unit="s")
    yield median_row("environments", "up of the slowest alone", alone, unit="s")


def in_turns(lab: Lab, resources: int, text: str, **how: Any) -> tuple[list[float], list[float]]:
    """Return the seconds of `up` of a bare stack and of a program, measured in turns."""
    bare, ours = [], []
    for _ in range(lab.pace.repetitions):
        bare.append(lab.bare_up(resources))
        ours.append(live(lab, text, **how))
    return bare, ours


def live(lab: Lab, text: str, *, infrastructure: bool = True) -> float:
    """Return the seconds of a program's first `up`, on a new simulator."""
    with simulated(lab.pace.scale, infrastructure=infrastructure) as simulator:
        return lab.project(text, simulator).up()


def seconds(case: str, ours: Sequence[float], bare: Sequence[float], needed: float) -> Iterator[Row]:
    """Show what a ratio is made of."""
    yield median_row(case, "up", ours, unit="s")
    yield median_row(case, "up of as many bare resources", bare, unit="s")
    yield Row(case, "what the API needs", needed, "s")
