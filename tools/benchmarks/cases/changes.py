"""How many changes an environment sees, and how long that takes, whatever the number of resources."""

from collections.abc import Iterator

from tools.benchmarks.errors import Broken
from tools.benchmarks.journal import Counts
from tools.benchmarks.lab import Lab
from tools.benchmarks.pace import COUNTED, SHORT, durations
from tools.benchmarks.programs import many, program, resources_in, sets
from tools.benchmarks.project import Project
from tools.benchmarks.row import Row, broken_row
from tools.benchmarks.simulated import Simulated, simulated

MOST = 2
DEFAULT_PARALLELISM = {"PULUMI_PARALLEL": ""}


def changes(lab: Lab) -> Iterator[Row]:
    """Create, change and destroy everything, in a wide run and, shown, at the engine's default parallelism."""
    for rules in lab.pace.sizes:
        yield from _life(lab, rules)
        yield Row("changes", "bare resources", lab.bare_up(resources_in(rules)), "s", resources=resources_in(rules))
        yield Row("changes", "what the API needs", durations(COUNTED).existing, "s", resources=resources_in(rules))
    for rules in lab.pace.sizes:
        try:
            yield from _life(lab, rules, DEFAULT_PARALLELISM)
        except Broken as error:
            lab.say(str(error))
            yield broken_row("changes", f"{rules} rules, default parallelism", error)


def plural(lab: Lab) -> Iterator[Row]:
    """The largest size as plural resources, at the engine's default parallelism."""
    rules = max(lab.pace.sizes)
    size = f"{rules} rules + {2 * rules} variables as plural resources, default parallelism"
    lab.say(size)
    with simulated(SHORT) as simulator:
        project = lab.project(program(sets(rules)), simulator, DEFAULT_PARALLELISM)
        for phase, seconds, counts in _phases(project, simulator, program(sets(rules, "second"))):
            yield _mutations("plural", f"mutations on {phase}, {size}", counts, MOST)
            yield Row("plural", f"{phase}, {size}", seconds, "s")


def _life(lab: Lab, rules: int, environ: dict[str, str] | None = None) -> Iterator[Row]:
    size = f"{rules} rules + {2 * rules} variables{', default parallelism' if environ else ''}"
    lab.say(size)
    with simulated(SHORT if environ else COUNTED) as simulator:
        project = lab.project(program(many(rules)), simulator, environ)
        for phase, seconds, counts in _phases(project, simulator, program(many(rules, "second"))):
            yield _mutations("changes", f"mutations on {phase}, {size}", counts, None if environ else MOST)
            line = f"{phase}{' at default parallelism' if environ else ''}"
            yield Row("changes", line, seconds, "s", resources=resources_in(rules))


def _phases(project: Project, simulator: Simulated, changed: str) -> Iterator[tuple[str, float, Counts]]:
    yield "create", *simulator.counted(project.up)
    yield "change all", *simulator.counted(project.program(changed).up)
    yield "destroy", *simulator.counted(project.destroy)


def _mutations(case: str, what: str, counts: Counts, at_most: int | None) -> Row:
    return Row(case, what, counts.changes, "", at_most, note=counts.summary if counts.changes > MOST else "")
