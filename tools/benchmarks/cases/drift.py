"""`aem-mail drift` of a fleet, against `pulumi preview --refresh` of the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tools.benchmarks.fleet import Fleet, fleet
from tools.benchmarks.lab import Lab
from tools.benchmarks.memory import PeakMemory
from tools.benchmarks.row import Row, median_row, ratios

SAMPLE: Final = 10
"""Stacks that are previewed one by one: the others, which are alike, are taken to need as long."""
MOST_OF_PREVIEWS: Final = 0.05
MOST_OF_PREVIEW: Final = 0.2
TIMES_LARGER: Final = 10
STACKS_OF_FLEET: Final = 2
MOST_PER_ENVIRONMENT: Final = 1.1
MOST_MEGABYTES: Final = 200.0
COMMAND: Final = b"aem_mail.cli.main"


def drift(lab: Lab) -> Iterator[Row]:
    """A hundred environments in as many stacks, and in one; a thousand in twenty against a hundred in two."""
    with fleet(lab) as there:
        ids = there.environments(lab.pace.fleet)
        yield from _many_stacks(lab, there, ids)
        yield from _one_stack(lab, there, ids)
        yield from _growing(lab, there)


def _many_stacks(lab: Lab, there: Fleet, ids: list[str]) -> Iterator[Row]:
    lab.say(f"{len(ids)} environments in {len(ids)} stacks")
    names = [f"e{id_}" for id_ in ids]
    for name, id_ in zip(names, ids, strict=True):
        there.stack(name, [id_])
    options = [option for name in names for option in ("--stack", name)]
    drifts, previews = [], []
    for _ in range(lab.pace.repetitions):
        previews.append(sum(there.project.preview("--refresh", "--stack", name) for name in names[:SAMPLE]) * len(names) / SAMPLE)
        drifts.append(there.project.drift(*options))
    size = f"{len(ids)} environments in {len(ids)} stacks"
    extrapolated = f"{SAMPLE} of {len(names)} stacks previewed, the rest extrapolated"
    found = ratios(drifts, previews)
    yield median_row("drift", f"drift / previews, {size}", found, at_most=MOST_OF_PREVIEWS, judged=lab.pace.judged, note=extrapolated)
    yield median_row("drift", f"drift, {size}", drifts, unit="s")
    yield median_row("drift", f"preview --refresh stack by stack, {size}", previews, unit="s", note=extrapolated)


def _one_stack(lab: Lab, there: Fleet, ids: list[str]) -> Iterator[Row]:
    lab.say(f"{len(ids)} environments in one stack")
    there.stack("all", ids)
    drifts, previews = [], []
    for _ in range(lab.pace.repetitions):
        previews.append(there.project.preview("--refresh", "--stack", "all"))
        drifts.append(there.project.drift("--stack", "all"))
    size = f"{len(ids)} environments in one stack"
    yield median_row("drift", f"drift / preview, {size}", ratios(drifts, previews), at_most=MOST_OF_PREVIEW, judged=lab.pace.judged)
    yield median_row("drift", f"drift, {size}", drifts, unit="s")
    yield median_row("drift", f"preview --refresh, {size}", previews, unit="s")


def _growing(lab: Lab, there: Fleet) -> Iterator[Row]:
    small, large = _Grown.of(there, lab.pace.fleet, 1), _Grown.of(there, lab.pace.fleet, TIMES_LARGER)
    lab.say(f"{large.size} against {small.size}")
    peak = PeakMemory(COMMAND)
    for _ in range(lab.pace.repetitions):
        large.drift(there, peak)
        small.drift(there)
    found = ratios(large.per_environment, small.per_environment)
    what = f"drift per environment, {large.size} / {small.size}"
    yield median_row("drift", what, found, at_most=MOST_PER_ENVIRONMENT, judged=lab.pace.judged)
    note = "" if peak.megabytes else "this system does not tell the peak memory of a process"
    yield Row("drift", f"peak of drift, {large.size}", peak.megabytes, "MB", MOST_MEGABYTES, note=note)
    for one in (large, small):
        yield median_row("drift", f"drift, {one.size}", one.seconds, unit="s")


@dataclass(slots=True)
class _Grown:
    """A fleet of a size, and how long drift of it took."""

    environments: Sequence[str]
    stacks: Sequence[str]
    seconds: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, there: Fleet, fleet: int, times: int) -> "_Grown":
        """Make the environments, and the stacks that they are spread over."""
        ids = there.environments(times * fleet)
        names = [f"fleet-{times}-{place}" for place in range(times * STACKS_OF_FLEET)]
        for place, name in enumerate(names):
            there.stack(name, ids[place :: len(names)])
        return cls(ids, names)

    @property
    def size(self) -> str:
        return f"{len(self.environments)} environments in {len(self.stacks)} stacks"

    @property
    def per_environment(self) -> list[float]:
        return [one / len(self.environments) for one in self.seconds]

    def drift(self, there: Fleet, peak: PeakMemory | None = None) -> None:
        self.seconds.append(there.project.drift(*(option for name in self.stacks for option in ("--stack", name)), memory=peak))
