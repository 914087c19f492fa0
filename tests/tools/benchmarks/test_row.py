"""A figure is held to its bound, unless it has none, or this run is too short to judge it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.benchmarks.errors import Broken
from tools.benchmarks.row import Row, Verdict, all_met, broken_row, median_row, ratios

seconds = st.floats(min_value=0.1, max_value=1000)


@pytest.mark.parametrize(
    ("value", "at_most", "judged", "verdict"),
    [
        (1.05, 1.05, True, Verdict.MET),
        (1.0501, 1.05, True, Verdict.NOT_MET),
        (0, 0, True, Verdict.MET),
        (1, 0, True, Verdict.NOT_MET),
        (9.0, 1.05, False, Verdict.NOT_JUDGED),
        (9.0, None, True, Verdict.SHOWN),
        (None, 150, True, Verdict.SHOWN),
    ],
)
def test_a_figure_is_judged_by_its_bound(value: float | None, at_most: float | None, judged: bool, verdict: Verdict) -> None:
    assert Row("case", "what", value, at_most=at_most, judged=judged).verdict is verdict


def test_one_figure_beyond_its_bound_is_enough_to_fail() -> None:
    met, missed, shown = Row("a", "", 1, at_most=2), Row("b", "", 3, at_most=2), Row("c", "", 9)

    assert all_met([met, shown])
    assert not all_met([met, missed, shown])


def test_what_failed_is_no_figure_and_fails_the_whole() -> None:
    row = broken_row("changes", "5 rules", Broken("`pulumi up` ended with 1:\na page of output"))

    assert (row.value, row.verdict, row.note) == (None, Verdict.BROKEN, "`pulumi up` ended with 1")
    assert not all_met([row])


def test_the_median_is_shown_and_its_samples_are_kept() -> None:
    row = median_row("case", "what", [1.3, 1.0, 1.1], at_most=1.2)

    assert row.value == 1.1
    assert row.to_json()["samples"] == [1.3, 1.0, 1.1]
    assert row.verdict is Verdict.MET


def test_a_ratio_takes_the_overhead_of_its_own_repetition() -> None:
    assert ratios([95.0, 100.0], 90.0, [5.0, 1.0]) == [1.0, 1.1]
    assert ratios([110.0, 90.0], [100.0, 45.0]) == [1.1, 2.0]


@given(st.lists(st.tuples(seconds, seconds), min_size=1, max_size=9))
def test_what_is_as_fast_as_its_base_plus_its_overhead_has_ratio_one(measured: list[tuple[float, float]]) -> None:
    ours = [base + overhead for base, overhead in measured]

    found = ratios(ours, [base for base, _ in measured], [overhead for _, overhead in measured])

    assert found == pytest.approx([1.0] * len(measured))


def test_repetitions_that_do_not_match_are_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratios([1.0, 2.0], [1.0])
