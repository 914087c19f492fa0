"""Peak memory of the plugin process."""

from collections.abc import Iterator

from tools.benchmarks.lab import Lab
from tools.benchmarks.memory import PeakMemory
from tools.benchmarks.pace import SHORT
from tools.benchmarks.programs import many, program, resources_in
from tools.benchmarks.row import Row
from tools.benchmarks.simulated import simulated

RULES = 50
MOST_MEGABYTES = 150.0
BASE_RULES = 1


def memory(lab: Lab) -> Iterator[Row]:
    """A hundred and fifty resources and their enablement, created and refreshed; beside them three."""
    for rules, at_most in ((RULES, MOST_MEGABYTES), (BASE_RULES, None)):
        peak = PeakMemory()
        with simulated(SHORT) as simulator:
            project = lab.project(program(many(rules)), simulator)
            project.up(memory=peak)
            project.preview("--refresh", memory=peak)
        note = "" if peak.megabytes else "this system does not tell the peak memory of a process"
        yield Row("memory", f"peak of the plugin, {resources_in(rules)} resources", peak.megabytes, "MB", at_most, note=note)
