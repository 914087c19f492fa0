"""What a preview costs that finds nothing to do, against as many bare resources."""

from collections.abc import Iterator

from tools.benchmarks.lab import Lab
from tools.benchmarks.pace import SHORT
from tools.benchmarks.programs import ENVIRONMENTS, bare, environment, program, referenced, references, sets
from tools.benchmarks.row import Row, median_row, ratios

RESOURCES = 60
MOST = 1.2
MOST_PLURAL = 1.5
BY_VALUE = environment(
    ENVIRONMENTS[0],
    [f"{30000 + place} smtp.example.com" for place in range(19)],
    secrets=[f"SECRET_{place}=a secret by value, number {place}" for place in range(40)],
)


def preview(lab: Lab) -> Iterator[Row]:
    """Sixty resources: an enablement, 19 rules and 40 secrets by value; 60 secrets by reference; 60 entries of plural resources."""
    by_reference = program(referenced(RESOURCES))
    idle, one = lab.project(bare(RESOURCES)), lab.project(bare(1))
    idle.up()
    one.up()
    with (
        lab.deployed(program(BY_VALUE), SHORT) as (values, _),
        lab.deployed(by_reference, SHORT, references(RESOURCES)) as (refers, _),
        lab.deployed(program(sets(RESOURCES // 3)), SHORT) as (plural, _),
    ):
        seconds = [[project.preview() for project in (idle, values, refers, one, plural)] for _ in range(lab.pace.previews)]
    bare_seconds, value_seconds, reference_seconds, one_seconds, plural_seconds = (list(column) for column in zip(*seconds, strict=True))
    value_ratios = ratios(value_seconds, bare_seconds)
    yield median_row("preview", f"{RESOURCES} resources, secrets by value / bare", value_ratios, at_most=MOST, judged=lab.pace.judged)
    plural_ratios = ratios(plural_seconds, one_seconds)
    what = f"{RESOURCES} entries as plural resources / one bare resource"
    yield median_row("preview", what, plural_ratios, at_most=MOST_PLURAL, judged=lab.pace.judged)
    yield median_row("preview", f"{RESOURCES} secrets by reference / bare", ratios(reference_seconds, bare_seconds))
    yield median_row("preview", f"{RESOURCES} bare resources", bare_seconds, unit="s")
    yield median_row("preview", f"{RESOURCES} resources, secrets by value", value_seconds, unit="s")
