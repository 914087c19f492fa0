import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.cloud_manager.waiting import DONE, GOING_ON, PATIENCE, WaitVerdict, duration, failed, going_on, interval, wait_for
from aem_mail.errors import NoAnswer, NobodyListens, NotPermitted, WaitFailed, WaitTimedOut

from .clocks import SteppedClock


@pytest.mark.parametrize(
    ("elapsed", "jitter", "seconds"),
    [
        *((0, 0, 0.1), (4, 0, 0.1), (10, 0, 0.25), (20, 0, 0.25), (80, 0, 1.0), (80, 1, 1.1), (80, -1, 0.9), (600, 0, 7.5)),
        *((1200, 0, 15.0), (9000, 0, 15.0), (9000, 1, 16.5), (0, -1, 0.09)),
    ],
)
def test_the_interval_follows_the_polling_rule(elapsed: float, jitter: float, seconds: float) -> None:
    assert interval(elapsed, jitter) == pytest.approx(seconds)


@given(st.floats(0, 1e6), st.floats(-5, 5))
def test_no_jitter_moves_the_interval_by_more_than_a_tenth(elapsed: float, jitter: float) -> None:
    middle = interval(elapsed, 0)

    assert 0.1 <= middle <= 15
    assert middle * 0.9 <= interval(elapsed, jitter) * 1.000001
    assert interval(elapsed, jitter) <= middle * 1.1000001


class Change:
    """Something that is `updating` until `ready_after` seconds have passed."""

    def __init__(self, clock: SteppedClock, ready_after: float) -> None:
        self.clock = clock
        self.ready_at = clock.now() + ready_after
        self.reads = 0

    def read(self) -> str:
        self.reads += 1
        return "ready" if self.clock.now() >= self.ready_at else "updating"


def by_status(status: str) -> WaitVerdict:
    return {"ready": DONE, "failed": failed("the region is full")}.get(status, going_on(status))


def test_what_is_done_already_is_read_once_and_returned(clock: SteppedClock) -> None:
    change = Change(clock, 0)

    assert wait_for(change.read, by_status, what="it", deadline=10, clock=clock) == "ready"
    assert (change.reads, clock.sleeps) == (1, [])


@pytest.mark.parametrize(("minutes", "reads"), [(1, 220), (5, 350), (10, 405), (15, 440), (50, 580)])
def test_a_change_is_seen_within_an_eightieth_of_its_duration_and_in_a_modest_number_of_reads(
    minutes: int, reads: int, clock: SteppedClock
) -> None:
    change = Change(clock, 60 * minutes)

    wait_for(change.read, by_status, what="it", deadline=7200, clock=clock)

    assert clock.time - change.ready_at <= 60 * minutes / 80 * 1.1
    assert change.reads <= reads


def test_a_failure_is_told_with_its_reason(clock: SteppedClock) -> None:
    with pytest.raises(WaitFailed) as caught:
        wait_for(lambda: "failed", by_status, what="program 1: network infrastructure", deadline=10, clock=clock)

    assert str(caught.value) == "program 1: network infrastructure failed: the region is full."


def test_the_deadline_ends_the_wait_with_one_last_read_at_it(clock: SteppedClock) -> None:
    change = Change(clock, 60)

    assert wait_for(change.read, by_status, what="it", deadline=60, clock=clock) == "ready"

    late = Change(clock, 60.1)
    began = clock.time
    with pytest.raises(WaitTimedOut) as caught:
        wait_for(late.read, by_status, what="program 1: VPN", deadline=60, clock=clock, usually="50 minutes")
    assert clock.time - began == pytest.approx(60)
    assert "program 1: VPN did not finish within 1 min (last status: updating, usually 50 minutes)" in str(caught.value)
    assert "pulumi up" in str(caught.value)


def test_progress_tells_every_new_state_and_does_not_chatter(clock: SteppedClock) -> None:
    told: list[str] = []
    change = Change(clock, 600)

    wait_for(change.read, by_status, what="it", deadline=900, clock=clock, progress=told.append, usually="10 minutes")

    assert told[0] == "updating, 0 s, usually 10 minutes: it"
    assert told[1].startswith("updating, 1 min")
    assert 8 <= len(told) <= 10
    assert change.reads > 20


def test_a_verdict_without_detail_has_words_all_the_same(clock: SteppedClock) -> None:
    told: list[str] = []
    verdicts = iter([GOING_ON, DONE])

    wait_for(lambda: None, lambda _: next(verdicts), what="it", deadline=60, clock=clock, progress=told.append)

    assert told == ["under way, 0 s: it"]


class Outage(Change):
    """The API gives no answer from second 400 on, for `length` seconds."""

    def __init__(self, clock: SteppedClock, length: float) -> None:
        super().__init__(clock, 1000)
        self.begins, self.ends = clock.now() + 400, clock.now() + 400 + length

    def read(self) -> str:
        if self.begins <= self.clock.now() < self.ends:
            raise NoAnswer("the API gave no answer")
        return super().read()


def test_a_change_outlives_a_short_outage_of_the_api(clock: SteppedClock) -> None:
    told: list[str] = []

    wait_for(Outage(clock, PATIENCE - 30).read, by_status, what="it", deadline=1800, clock=clock, progress=told.append)

    assert any("does not answer for now" in line for line in told)


def test_a_long_outage_is_an_error(clock: SteppedClock) -> None:
    with pytest.raises(NoAnswer):
        wait_for(Outage(clock, 900).read, by_status, what="it", deadline=1800, clock=clock)


def test_a_simulator_that_ends_within_a_wait_is_not_waited_for(clock: SteppedClock) -> None:
    def gone() -> str:
        raise NobodyListens("connection refused")

    with pytest.raises(NobodyListens):
        wait_for(gone, by_status, what="it", deadline=1800, clock=clock)
    assert sum(clock.sleeps) < 3


def test_an_answer_that_will_not_change_ends_the_wait_at_once(clock: SteppedClock) -> None:
    def refused() -> str:
        raise NotPermitted("no", status=403)

    with pytest.raises(NotPermitted):
        wait_for(refused, by_status, what="it", deadline=1800, clock=clock)
    assert clock.sleeps == []


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (59.4, "59 s"), (60, "1 min"), (80, "1 min 20 s"), (1800, "30 min"), (5425, "90 min")]
)
def test_durations_are_written_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text
