"""What a preview costs that finds nothing to do, against as many bare resources."""

from collections.abc import Iterator

from tools.benchmarks.lab import Lab
from tools.benchmarks.pace import SHORT
from tools.benchmarks.programs import ENVIRONMENTS, bare, environment, program, referenced, references
from tools.benchmarks.row import Row, median_row, ratios

RESOURCES = 60
MOST = 1.2
BY_VALUE = environment(
    ENVIRONMENTS[0],
    [f"{30000 + place} smtp.example.com" for place in range(19)],
    secrets=[f"SECRET_{place}=a secret by value, number {place}" for place in range(40)],
)


def preview(lab: Lab) -> Iterator[Row]:
    """Sixty resources: an enablement, 19 rules and 40 secrets by value; beside them 60 secrets by reference."""
    by_reference = program(referenced(RESOURCES))
    idle = lab.project(bare(RESOURCES))
    idle.up()
    with (
        lab.deployed(program(BY_VALUE), SHORT) as (values, _),
        lab.deployed(by_reference, SHORT, references(RESOURCES)) as (refers, _),
    ):
        seconds = [[project.preview() for project in (idle, values, refers)] for _ in range(lab.pace.previews)]
    bare_seconds, value_seconds, reference_seconds = (list(column) for column in zip(*seconds, strict=True))
    value_ratios = ratios(value_seconds, bare_seconds)
    yield median_row("preview", f"{RESOURCES} resources, secrets by value / bare", value_ratios, at_most=MOST, judged=lab.pace.judged)
    yield median_row("preview", f"{RESOURCES} secrets by reference / bare", ratios(reference_seconds, bare_seconds))
    yield median_row("preview", f"{RESOURCES} bare resources", bare_seconds, unit="s")
    yield median_row("preview", f"{RESOURCES} resources, secrets by value", value_seconds, unit="s")
