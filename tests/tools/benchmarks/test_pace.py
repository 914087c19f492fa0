"""The lower bound that wall time is compared with."""

import pytest

from tools.benchmarks.pace import FULL, QUICK, durations


def test_at_the_full_pace_changes_last_as_long_as_the_bounds_were_agreed_for() -> None:
    lasting = durations(FULL.scale)

    assert (lasting.infrastructure, lasting.put, lasting.patch) == (90, 60, 30)
    assert (lasting.existing, lasting.fresh) == (90, 150)


def test_only_a_full_run_of_three_judges_ratios_of_wall_time() -> None:
    assert (FULL.judged, FULL.repetitions) == (True, 3)
    assert not QUICK.judged


@pytest.mark.parametrize("pace", [FULL, QUICK])
def test_every_pace_counts_from_one_rule_to_fifty(pace: object) -> None:
    assert {1, 5, 50} <= set(getattr(pace, "sizes", ()))
