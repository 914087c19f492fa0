import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.simulator.state.clock import SimulatedClock

moments = st.floats(0, 1e10)
scales = st.floats(0, 1e5)


def test_ten_simulated_minutes_pass_in_a_real_second_at_scale_600() -> None:
    clock = SimulatedClock.starting(1000.0, scale=600)

    assert clock.at(1001.0) == 1000.0 + 600


def test_a_step_moves_simulated_time_and_token_time_but_the_scale_only_the_first() -> None:
    clock = SimulatedClock.starting(1000.0, scale=600).advanced(86400)

    assert clock.at(1001.0) == 1000.0 + 600 + 86400
    assert clock.token_time(1001.0) == 1001.0 + 86400


@given(moments, scales, scales)
def test_another_pace_makes_no_jump(wall: float, before: float, after: float) -> None:
    clock = SimulatedClock.starting(0.0, scale=before).advanced(12.5)

    assert clock.paced(after, wall).at(wall) == pytest.approx(clock.at(wall))


@given(moments, moments, scales)
def test_a_set_clock_goes_on_from_there(now: float, wall: float, scale: float) -> None:
    clock = SimulatedClock.starting(5.0, scale).advanced(100).set_to(now, wall)

    assert clock.at(wall) == pytest.approx(now, abs=1e-3)
    assert clock.at(wall + 1) == pytest.approx(now + scale, abs=1e-3)
