"""Additions, changes and removals in one run."""

from collections.abc import Iterator

from tools.benchmarks.lab import Lab
from tools.benchmarks.pace import SHORT
from tools.benchmarks.programs import ENVIRONMENTS, environment, program
from tools.benchmarks.row import Row

MOST = 4
BEFORE = environment(
    ENVIRONMENTS[0],
    [f"{30000 + place} first.example.com" for place in range(10)],
    [f"PLAIN_{place}=first" for place in range(10)],
    [f"SECRET_{place}=first secret" for place in range(10)],
)
AFTER = environment(
    ENVIRONMENTS[0],
    [f"{30000 + place} {'first' if place < 5 else 'second'}.example.com" for place in range(3, 13)],
    [f"PLAIN_{place}={'first' if place < 5 else 'second'}" for place in range(3, 13)],
    [f"SECRET_{place}={'first' if place < 5 else 'second'} secret" for place in range(3, 13)],
)


def mixed(lab: Lab) -> Iterator[Row]:
    """Of 10 rules and 20 variables 3 and 6 go, 5 and 10 change, and 3 and 6 come."""
    with lab.deployed(program(BEFORE), SHORT) as (project, simulator):
        seconds, counts = simulator.counted(project.program(program(AFTER)).up)
        yield Row("mixed", "mutations", counts.changes, "", MOST, note=counts.summary)
        yield Row("mixed", "up", seconds, "s")
        yield Row("mixed", "tokens", counts.tokens, "", 1)
