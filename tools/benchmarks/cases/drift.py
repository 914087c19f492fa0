"""`aem-mail drift` of a fleet, against `pulumi preview --refresh` of the same."""

from collections.abc import Iterator
from typing import Final

from tools.benchmarks.fleet import Fleet, fleet
from tools.benchmarks.lab import Lab
from tools.benchmarks.memory import PeakMemory
from tools.benchmarks.row import Row, median_row, ratios

SAMPLE: Final = 10
"""Stacks that are previewed one by one: the others, which are alike, are taken to need as long."""
MOST_OF_PREVIEWS: Final = 0.1
MOST_OF_PREVIEW: Final = 1 / 3
MOST_MEGABYTES: Final = 200.0
COMMAND: Final = b"aem_mail.cli.main"


def drift(lab: Lab) -> Iterator[Row]:
    """A hundred environments in as many stacks, and in one; a thousand in one."""
    with fleet(lab) as there:
        ids = there.environments(lab.pace.fleet)
        yield from _many_stacks(lab, there, ids)
        yield from _one_stack(lab, there, ids)
        yield from _largest(lab, there)


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


def _largest(lab: Lab, there: Fleet) -> Iterator[Row]:
    ids = there.environments(10 * lab.pace.fleet)
    lab.say(f"{len(ids)} environments in one stack")
    there.stack("largest", ids)
    peak = PeakMemory(COMMAND)
    seconds = there.project.drift("--stack", "largest", memory=peak)
    note = "" if peak.megabytes else "this system does not tell the peak memory of a process"
    yield Row("drift", f"peak of drift, {len(ids)} environments", peak.megabytes, "MB", MOST_MEGABYTES, note=note)
    yield Row("drift", f"drift, {len(ids)} environments in one stack", seconds, "s")
