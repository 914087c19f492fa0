"""How many changes an environment sees, and how long that takes, whatever the number of resources."""

from collections.abc import Iterator

from tools.benchmarks.errors import Broken
from tools.benchmarks.lab import Lab
from tools.benchmarks.pace import COUNTED, SHORT, durations
from tools.benchmarks.programs import many, program, resources_in
from tools.benchmarks.row import Row, broken_row
from tools.benchmarks.simulated import simulated

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


def _life(lab: Lab, rules: int, environ: dict[str, str] | None = None) -> Iterator[Row]:
    size = f"{rules} rules + {2 * rules} variables"
    lab.say(f"{size}{', default parallelism' if environ else ''}")
    with simulated(SHORT if environ else COUNTED) as simulator:
        project = lab.project(program(many(rules)), simulator, environ)
        for phase, work in (
            ("create", project.up),
            ("change all", lambda: project.program(program(many(rules, "second"))).up()),
            ("destroy", project.destroy),
        ):
            seconds, counts = simulator.counted(work)
            what = f"mutations on {phase}, {size}{', default parallelism' if environ else ''}"
            at_most = None if environ else MOST
            yield Row("changes", what, counts.changes, "", at_most, note=counts.summary if counts.changes > MOST else "")
            line = f"{phase}{' at default parallelism' if environ else ''}"
            yield Row("changes", line, seconds, "s", resources=resources_in(rules))
