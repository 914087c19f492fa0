"""What a plan says beforehand is what the run sends, and what it refuses is what the run refuses."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from aem_mail.cli.live import findings_of
from aem_mail.kinds.requests import Operation, Origin
from aem_mail.plan.changes import changes_of, recorded_states
from aem_mail.plan.plan import Plan, make_plan
from aem_mail.plan.world import recorded_world
from aem_mail.simulator.server import Running, running_simulator
from tests.plan.prediction.preview import dependencies_of, previewed
from tests.plan.prediction.programs import pair_of
from tests.plan.prediction.stack import Stack, gather_by_count
from tests.resources.runs import PATIENTLY, Heard, begin_again, fresh_run
from tests.rollout.harness import Bench, ScaledClock, connection_to
from tests.soak.history import Program

SEEDS: Final = range(200)
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


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_is_what_the_run_sends_and_refuses(seed: int, bench: Bench) -> None:
    simulator, stack, pair = bench.simulator, Stack(bench), pair_of(seed)
    simulator.world.replace({**simulator.state(), **pair.seed})
    stack.up(pair.before)
    assert stack.failures() == {}

    plan = planned(simulator, stack, pair.after)
    simulator.world.clear_journal()
    stack.up(pair.after)
    sent, failures = Counter(map(short, simulator.mutations())), stack.failures()

    if not plan.troubles:
        assert failures == {}
        assert promised(plan) == sent
        assert adopted(plan) <= found(stack)
        assert sent or not written(plan)
        return
    refused = {name: trouble.message for trouble in plan.troubles for name in trouble.resource.split(", ")}
    assert failures.items() <= refused.items()
    assert failures
    assert sent <= promised(plan)


def planned(simulator: Running, stack: Stack, program: Program) -> Plan:
    """Make the plan as `aem-mail plan` does, of the stand-in's preview."""
    begin_again()
    preview = previewed(stack.state, program)
    changes = changes_of(preview.steps)
    findings = findings_of(connection_to(simulator), changes, recorded_world(recorded_states(preview.steps), changes))
    return make_plan("test", preview, changes, findings, dependencies=dependencies_of(stack.state, program))


def promised(plan: Plan) -> Counter[str]:
    """Return what a plan announces, in the words of `short`."""
    counts: Counter[str] = Counter()
    for one in plan.cost.environments:
        where = one.environment.environment_id
        counts += Counter({f"PUT {where}": one.puts, f"DELETE {where}": one.deletes, f"PATCH {where}": one.patches})
    for program in plan.cost.programs:
        counts += Counter(f"{write.method} {program.program_id}" for write in program.writes)
    return counts


def adopted(plan: Plan) -> set[str]:
    """Name what a plan says to be there as declared."""
    return {change.name for change in plan.changes if change.adopted}


def written(plan: Plan) -> set[str]:
    """Name the creations for which a plan says that something is sent."""
    creations = [change for change in plan.changes if change.operation is Operation.CREATE and not change.replacement]
    return {change.name for change in creations if not change.adopted}


def found(stack: Stack) -> set[str]:
    """Name the resources that a stack has adopted."""
    return {one.name for one in stack.state if one.outputs.get("origin") == Origin.ADOPTED}


def short(mutation: tuple[str, str]) -> str:
    """Return a mutation as its method and whose it is: the environment's or the program's."""
    method, path = mutation
    _, _, _, program, *rest = path.split("/")
    return f"{method} {rest[1] if rest[0] == 'environment' else program}"
