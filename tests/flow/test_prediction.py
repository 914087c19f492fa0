"""Of random pairs of programs, a plan on the real engine is what `up` then sends and refuses; the many are in tests/plan/prediction."""

from collections import Counter
from pathlib import Path

import pytest

from tests.flow.conftest import Simulator
from tests.flow.stack import Stack
from tests.flow.test_plan import plan, promised
from tests.plan.prediction.programs import pair_of
from tests.soak.program_text import program_text

pytestmark = pytest.mark.flow


@pytest.mark.parametrize("seed", range(8))
def test_a_plan_on_the_real_engine_is_what_up_sends_and_refuses(seed: int, stack: Stack, simulator: Simulator) -> None:
    pair = pair_of(seed)
    simulator.edit(lambda state: state.update(pair.seed))
    stack.program(program_text(pair.before, Path())).up()
    stack.program(program_text(pair.after, Path()))
    simulator.forget_journal()

    result = stack.aem_mail("plan", "--output", "json")
    report = plan(stack, code=result.code)
    up = stack.up(code=None)
    sent = Counter(simulator.mutations())

    if result.code == 0:
        assert up.code == 0, up.output
        assert promised(report) == sent
    else:
        refused = {problem["message"] for problem in report["problems"]}
        assert up.code != 0
        assert any(" ".join(message.split()) in " ".join(up.output.split()) for message in refused), up.output
        assert sent <= promised(report)
