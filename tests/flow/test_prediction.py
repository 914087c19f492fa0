"""Of random pairs of programs, a plan on the real engine is what `up` then sends and refuses; the many are in tests/plan/prediction."""

from collections import Counter
from typing import Final

import pytest

from tests.flow.conftest import Simulator
from tests.flow.stack import Stack
from tests.flow.test_plan import plan, promised
from tests.plan.prediction.features import FEATURES, features_of
from tests.plan.prediction.programs import pair_of
from tests.soak.components import text_of

pytestmark = pytest.mark.flow

SEEDS: Final = (24, 56, 73, 74, 148, 153, 175, 195)
"""Few, and about everything between them."""


def test_the_seeds_are_about_everything_that_a_plan_predicts() -> None:
    assert {feature for seed in SEEDS for feature in features_of(pair_of(seed))} == FEATURES.keys()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_on_the_real_engine_is_what_the_run_sends_and_refuses(seed: int, stack: Stack, simulator: Simulator) -> None:
    pair = pair_of(seed)
    simulator.edit(lambda state: state.update(pair.seed))
    stack.program(text_of(pair.before)).up()
    stack.program(text_of(pair.after))
    simulator.forget_journal()

    options = ["--destroy"] if pair.destroys else []
    result = stack.aem_mail("plan", "--output", "json", *options)
    report = plan(stack, *options, code=result.code)
    run = stack.destroy(code=None) if pair.destroys else stack.up(code=None)
    sent = Counter(simulator.mutations())

    if result.code == 0:
        assert run.code == 0, run.output
        assert promised(report) == sent
    else:
        refused = {problem["message"] for problem in report["problems"]}
        assert run.code != 0
        assert any(" ".join(message.split()) in " ".join(run.output.split()) for message in refused), run.output
        assert sent <= promised(report)
