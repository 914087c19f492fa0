"""What a run costs that finds everything as it is wanted."""

from collections.abc import Callable, Iterator
from functools import partial

from tools.benchmarks.lab import Lab
from tools.benchmarks.pace import SHORT
from tools.benchmarks.programs import ENVIRONMENTS, INFRASTRUCTURE, environment, program
from tools.benchmarks.project import Project
from tools.benchmarks.row import Row

RULES = 10
PER_ENVIRONMENT = 3
PER_PROGRAM = 1
MOST_GETS = PER_ENVIRONMENT * len(ENVIRONMENTS) + PER_PROGRAM

RUNS: dict[str, Callable[[Project], float]] = {
    "up": Project.up,
    "preview --refresh": lambda project: project.preview("--refresh"),
}


def nothing_to_do(lab: Lab) -> Iterator[Row]:
    """Three environments, with the program's infrastructure in the stack."""
    parts = [
        environment(
            id_,
            [f"{30000 + place} smtp.example.com" for place in range(RULES)],
            [f"PLAIN_{place}=value" for place in range(RULES)],
            [f"SECRET_{place}=secret value" for place in range(RULES)],
            after="infrastructure",
        )
        for id_ in ENVIRONMENTS
    ]
    with lab.deployed(program(INFRASTRUCTURE, *parts), SHORT) as (project, simulator):
        for name, run in RUNS.items():
            seconds, counts = simulator.counted(partial(run, project))
            yield Row("nothing-to-do", f"{name}: mutations", counts.changes, "", 0)
            yield Row("nothing-to-do", f"{name}: GETs of {len(ENVIRONMENTS)} environments", counts.gets, "", MOST_GETS)
            yield Row("nothing-to-do", f"{name}: tokens", counts.tokens, "", 1)
            yield Row("nothing-to-do", f"{name}: seconds", seconds, "s")
