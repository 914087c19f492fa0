"""What a plan says beforehand is what the run sends, and what it refuses is what the run refuses."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from aem_mail.cli.live import findings_of
from aem_mail.kinds import claim_keys, normalise
from aem_mail.kinds.requests import Operation, Origin
from aem_mail.plan.changes import changes_of, recorded_states
from aem_mail.plan.cost import Cost
from aem_mail.plan.plan import Plan, make_plan
from aem_mail.plan.world import recorded_world
from aem_mail.simulator.server import Running, running_simulator
from tests.plan.prediction.preview import dependencies_of, previewed
from tests.plan.prediction.programs import Pair, pair_of
from tests.plan.prediction.stack import Stack, gather_by_count
from tests.resources.runs import PATIENTLY, Heard, begin_again, fresh_run
from tests.rollout.harness import Bench, ScaledClock, connection_to
from tests.soak.components import expanded
from tests.soak.engine import EVERYTHING
from tests.soak.history import Program, Recorded

SEEDS: Final = range(200)
"""The same each time; `make soak` has fresh ones (``--prediction-seeds``)."""
WIDTHS: Final = (1, 2, 4, 8)
NARROW: Final = 20
"""One in so many seeds is tried in narrow engines too."""
EXCEPTIONS: Final = {
    "less is sent": "after the first error the engine starts nothing new, so a run that fails sends no more than its plan, which tells all",
    "more is said": "a component's child says after its own error what else of the component is live, which only the run knows",
}
"""In which ways a run may differ from its plan, and why."""
TOO_EARLY: Final = {
    "advanced networking is not enabled": "a rule runs before the engine has announced its enablement",
    "already has": "a resource runs before the engine has announced that the one in its place goes elsewhere",
    "was not sent to": "resources that exchange places do not run at the same time",
}
"""What a narrow engine may refuse besides, by a part of the error, and why: which resources run first is the engine's choice."""
FASTEST: Final = 60000.0
"""Ten minutes last a hundredth of a second."""


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Return a bench whose simulator every provider talks to."""
    gather_by_count(monkeypatch)
    with running_simulator(time_scale=FASTEST) as running:
        bench = Bench(running, tmp_path / "locks", ScaledClock(2000.0))
        with fresh_run(config=PATIENTLY, log=Heard()):
            yield bench
        bench.api.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    number, first = (metafunc.config.getoption(f"prediction_{name}") for name in ("seeds", "first"))
    seeds = SEEDS if number is None else range(first, first + number)
    if "width" in metafunc.fixturenames:
        metafunc.parametrize("width", WIDTHS)
        metafunc.parametrize("seed", seeds[: -(-len(seeds) // NARROW)])
    elif "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", seeds)


def test_a_plan_is_what_the_run_sends_and_refuses(seed: int, bench: Bench) -> None:
    outcome = predicted_and_run(bench, pair_of(seed))

    assert outcome.unforeseen == {}
    if outcome.plan.troubles:
        assert outcome.failures
        assert outcome.sent <= promised(outcome.plan.cost), EXCEPTIONS["less is sent"]
        return
    assert outcome.sent == promised(outcome.plan.cost)
    assert adopted(outcome.plan) <= found(outcome.stack, outcome.before)
    assert outcome.sent or not written(outcome.plan)


def test_a_run_of_a_narrow_engine_is_within_the_range_of_its_plan(seed: int, width: int, bench: Bench) -> None:
    outcome = predicted_and_run(bench, pair_of(seed), width)

    assert [error for error in outcome.unforeseen.values() if not any(text in error for text in TOO_EARLY)] == []
    assert outcome.sent <= promised(outcome.plan.cost)
    if outcome.plan.troubles:
        assert outcome.failures
    elif not outcome.failures:
        assert promised(outcome.plan.least) <= outcome.sent


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was planned, what was sent then, and why what failed."""

    plan: Plan
    stack: Stack
    sent: Counter[str]
    failures: Mapping[str, str]
    before: Sequence[Recorded] = ()

    @property
    def unforeseen(self) -> dict[str, str]:
        """The failures that the plan has not told, or in other words."""
        told = refusals(self.plan)
        return {name: error for name, error in self.failures.items() if not self._is_told(name, error, told.get(name))}

    def _is_told(self, name: str, error: str, told: str | None) -> bool:
        """Compare; the text of a component's child goes on (EXCEPTIONS["more is said"])."""
        if told is not None and "component" in self.stack.program[name].properties:
            return error.startswith(told)
        return error == told


def predicted_and_run(bench: Bench, pair: Pair, width: int = EVERYTHING) -> Outcome:
    """Bring a stack to the first program, plan the second one, and run that."""
    simulator, stack = bench.simulator, Stack(bench)
    simulator.world.replace({**simulator.state(), **pair.seed})
    stack.up(expanded(pair.before))
    assert stack.failures() == {}
    before, program = list(stack.state), expanded(pair.after)
    plan = planned(simulator, stack, program, width, destroys=pair.destroys)
    simulator.world.clear_journal()
    if pair.destroys:
        stack.destroy(width)
    else:
        stack.up(program, width)
    return Outcome(plan, stack, Counter(map(short, simulator.mutations())), stack.failures(), before)


def planned(simulator: Running, stack: Stack, program: Program, width: int, *, destroys: bool) -> Plan:
    """Make the plan as `aem-mail plan` does, of the stand-in's preview."""
    begin_again()
    preview = previewed(stack.state, program)
    changes = changes_of(preview.steps)
    findings = findings_of(connection_to(simulator), changes, recorded_world(recorded_states(preview.steps), changes))
    dependencies = dependencies_of(stack.state, program, destroys=destroys)
    return make_plan("test", preview, changes, findings, destroys=destroys, dependencies=dependencies, width=width)


def promised(cost: Cost) -> Counter[str]:
    """Return what a plan announces, in the words of `short`."""
    counts: Counter[str] = Counter()
    for one in cost.environments:
        where = one.environment.environment_id
        counts += Counter({f"PUT {where}": one.puts, f"DELETE {where}": one.deletes, f"PATCH {where}": one.patches})
    for program in cost.programs:
        counts += Counter(f"{write.method} {program.program_id}" for write in program.writes)
    return counts


def refusals(plan: Plan) -> dict[str, str]:
    """Return what a plan says to be refused, by resource; each of them once."""
    named = [(name, trouble.message) for trouble in plan.troubles for name in trouble.resource.split(", ")]
    assert len(dict(named)) == len(named), named
    return dict(named)


def adopted(plan: Plan) -> set[str]:
    """Name what a plan says to be there as declared."""
    return {change.name for change in plan.changes if change.adopted}


def written(plan: Plan) -> set[str]:
    """Name the creations for which a plan says that something is sent."""
    creations = [change for change in plan.changes if change.operation is Operation.CREATE and not change.replacement]
    return {change.name for change in creations if not change.adopted}


def found(stack: Stack, before: Sequence[Recorded]) -> set[str]:
    """Name the resources of a stack for which there was what they stand for: of others, or of the stack's own that had another name."""
    own = {key for one in before for key in keys_of(one)}
    return {one.name for one in stack.state if one.outputs.get("origin") == Origin.ADOPTED or not own.isdisjoint(keys_of(one))}


def keys_of(one: Recorded) -> tuple[str, ...]:
    return claim_keys(one.kind, normalise(one.kind, one.outputs))


def short(mutation: tuple[str, str]) -> str:
    """Return a mutation as its method and whose it is: the environment's or the program's."""
    method, path = mutation
    _, _, _, program, *rest = path.split("/")
    return f"{method} {rest[1] if rest[0] == 'environment' else program}"
