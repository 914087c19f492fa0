"""Schedules are repeatable, cover every kind of fault, and are told as a table; `make soak` carries out a thousand."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.docs.markdown import REPOSITORY
from tests.soak.campaign import carried_out, fresh_seed, seeds_from, table, told
from tests.soak.disturbance import Kind
from tests.soak.history import History, Violation
from tests.soak.schedule import KINDS, REAL_KINDS, schedule
from tests.soak.trial import Verdict, carry_out

NOTHING = History({"programs": {}}, ())


def verdict(seed: int, *, fired: bool = True, violations: tuple[Violation, ...] = ()) -> Verdict:
    return Verdict(seed, KINDS[seed % len(KINDS)], fired, violations, NOTHING)


def trial_that(fires: Callable[[int], bool]) -> Callable[[int], Verdict]:
    return lambda seed: verdict(seed, fired=fires(seed))


def test_a_seed_is_always_the_same_schedule() -> None:
    for seed in range(len(KINDS)):
        assert schedule(seed) == schedule(seed)
    printed = "from tests.soak.schedule import schedule; print([schedule(seed) for seed in range(60)])"
    texts = {
        subprocess.run(
            [sys.executable, "-c", printed], env={**os.environ, "PYTHONHASHSEED": hashes}, cwd=REPOSITORY, check=True, capture_output=True
        ).stdout
        for hashes in ("1", "2")
    }
    assert len(texts) == 1


def test_tests_carry_out_the_same_schedules_each_time_and_the_soak_fresh_ones() -> None:
    def carried_out_by(target: str) -> str:
        command = ["make", "--silent", "--dry-run", target]
        lines = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout.splitlines()
        return next(line for line in lines if "tests.soak" in line)

    assert " --first 0 " in carried_out_by("test")
    assert "--first" not in carried_out_by("soak")


def test_a_row_of_seeds_has_every_kind_of_fault() -> None:
    first = fresh_seed(len(KINDS))

    assert {schedule(first + number).disturbance.kind for number in range(len(KINDS))} == set(KINDS)
    assert set(KINDS) | set(REAL_KINDS) == set(Kind)


def test_every_schedule_begins_with_a_foreign_rule_and_a_foreign_variable() -> None:
    for seed in range(60):
        environment = schedule(seed).plan.seed["programs"]["10001"]["environments"]["20001"]
        assert environment["advancedNetworking"]["portForwards"]
        assert environment["variables"]


def test_a_schedule_whose_fault_does_not_strike_is_replaced_by_another() -> None:
    verdicts = list(carried_out(seeds_from(0, 10), trial_that(lambda seed: seed % 2 == 0), 10, 4))

    assert sum(one.fired for one in verdicts) == 10


def test_a_campaign_whose_faults_never_strike_ends() -> None:
    assert not any(one.fired for one in carried_out(seeds_from(0, 5), trial_that(lambda _: False), 5, 2))


def test_the_table_counts_what_struck_what_did_not_and_what_was_violated() -> None:
    lines = table([verdict(0), verdict(len(KINDS)), verdict(1, fired=False), verdict(2, violations=(Violation(1, "lost"),))]).splitlines()

    assert [cell.strip() for cell in lines[2].split("|")[1:-1]] == ["429", "2", "0", "0"]
    assert [cell.strip() for cell in lines[-1].split("|")[1:-1]] == ["all", "3", "1", "1"]


def test_a_violation_is_told_with_the_command_that_replays_it() -> None:
    assert "replay: soak --seed 2" in told(verdict(2, violations=(Violation(1, "a rule was lost"),)), "soak --seed")


@pytest.mark.flow
@pytest.mark.parametrize("kind", [Kind.DROP_AFTER, Kind.KILLED_AFTER_WRITE, Kind.SECOND_WRITER])
def test_a_schedule_leaves_every_promise_kept(kind: Kind) -> None:
    seed = KINDS.index(kind)

    assert [str(violation) for violation in carry_out(schedule(seed)).violations] == [], f"replay: python -m tests.soak --seed {seed}"
