"""Seconds of `pulumi up` against what the API itself needs."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tools.benchmarks.lab import Lab
from tools.benchmarks.pace import durations
from tools.benchmarks.programs import ENVIRONMENTS, INFRASTRUCTURE, mail, program
from tools.benchmarks.row import Row, median_row, ratios
from tools.benchmarks.simulated import simulated

MAIL_RESOURCES = 4
MOST = 1.02
MOST_SIDE_BY_SIDE = 1.1


@dataclass(frozen=True, slots=True)
class Shortest:
    """The seconds of the shortest way that the API allows."""

    name: str
    seconds: float


@dataclass(slots=True)
class Ups:
    """First runs of `up`: their seconds, and the number of changes that each of them took."""

    seconds: list[float] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)

    def rows(self, case: str, what: str) -> Iterator[Row]:
        """Show the seconds, and the changes of the repetition that took most."""
        yield median_row(case, what, self.seconds, unit="s")
        yield Row(case, f"{what}: changes", max(self.changes))


def one_rule(lab: Lab) -> Iterator[Row]:
    """One rule and two secrets, where the infrastructure is there."""
    shortest = Shortest("PUT + PATCH", durations(lab.pace.scale).existing)
    yield from compared(lab, "one-rule", program(mail()), shortest, resources=MAIL_RESOURCES)


def fresh(lab: Lab) -> Iterator[Row]:
    """The same in a program without infrastructure."""
    text = program(INFRASTRUCTURE, mail(after="infrastructure"))
    shortest = Shortest("max(infrastructure, PATCH) + PUT", durations(lab.pace.scale).fresh)
    yield from compared(lab, "fresh", text, shortest, resources=MAIL_RESOURCES + 1, infrastructure=False)


def environments(lab: Lab) -> Iterator[Row]:
    """Three environments of one program in one stack, against one of them alone: they are equal, so any is the slowest."""
    alone, together = Ups(), Ups()
    for _ in range(lab.pace.repetitions):
        up(lab, program(mail()), alone)
        up(lab, program(*map(mail, ENVIRONMENTS)), together)
    side_by_side = ratios(together.seconds, alone.seconds)
    yield median_row("environments", "up of 3 / up of the slowest", side_by_side, at_most=MOST_SIDE_BY_SIDE, judged=lab.pace.judged)
    yield from together.rows("environments", "up of 3")
    yield from alone.rows("environments", "up of the slowest alone")


def compared(lab: Lab, case: str, text: str, shortest: Shortest, *, resources: int, infrastructure: bool = True) -> Iterator[Row]:
    """Measure a program's first `up` and that of a bare stack in turns, and compare the difference with the shortest way."""
    bare, ours = [], Ups()
    for _ in range(lab.pace.repetitions):
        bare.append(lab.bare_up(resources))
        up(lab, text, ours, infrastructure=infrastructure)
    found = ratios(ours.seconds, shortest.seconds, bare)
    yield median_row(case, f"(up − bare up) / ({shortest.name})", found, at_most=MOST, judged=lab.pace.judged)
    yield from ours.rows(case, "up")
    yield median_row(case, "up of as many bare resources", bare, unit="s")
    yield Row(case, "what the API needs", shortest.seconds, "s")


def up(lab: Lab, text: str, ups: Ups, *, infrastructure: bool = True) -> None:
    """Add a program's first `up`, on a new simulator."""
    with simulated(lab.pace.scale, infrastructure=infrastructure) as simulator:
        seconds, counts = simulator.counted(lab.project(text, simulator).up)
        ups.seconds.append(seconds)
        ups.changes.append(counts.changes)
