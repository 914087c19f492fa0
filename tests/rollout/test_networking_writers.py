"""Other writers of the same document: nobody's rule is lost, and what cannot be won is told."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from aem_mail.errors import Occupied, Unconfirmed
from aem_mail.kinds.requests import Origin
from aem_mail.rollout.batch import MOST_WRITES

from .harness import (
    FOREIGN_RULE,
    HERE,
    LONG,
    PATIENT,
    Bench,
    answered,
    document,
    enable,
    error_in,
    put,
    together,
)

PUT = "PUT advancedNetworking"
DOCUMENT = "*/environment/20001/advancedNetworking"
OWN = [{"name": "smtp.example.com", "portDest": 465, "portOrig": 30465}]
BenchOf = Callable[..., Bench]


@contextmanager
def after_each(bench: Bench, mutation: str, act: Callable[[], None]) -> Iterator[None]:
    """Act after every mutation of that kind, as somebody else would who is quick; time is frozen, so that it is not too late."""
    ended, seen = threading.Event(), 0

    def watch() -> None:
        nonlocal seen
        while not ended.wait(0.002):
            count = bench.mutations().count(mutation)
            if count > seen:
                seen = count
                act()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(watch)
        try:
            yield
        finally:
            ended.set()
        future.result(LONG)


def once(act: Callable[[], None]) -> Callable[[], None]:
    """Return what acts the first time only."""
    left = [act]

    def act_once() -> None:
        if left:
            left.pop()()

    return act_once


def test_a_second_writer_makes_us_wait_read_and_merge_again(with_rule: Bench) -> None:
    theirs = {"name": "their.example.com", "portDest": 22, "portOrig": 30022}
    with_rule.fault(action="second-writer", path=DOCUMENT, portForwards=[FOREIGN_RULE, theirs])

    (answer,) = answered(with_rule.networking(put()))

    assert with_rule.fired() == [1]
    assert with_rule.rules() == [FOREIGN_RULE, theirs, *OWN]
    assert answer.origin is Origin.CREATED
    assert [entry["status"] for entry in with_rule.simulator.journal() if entry["method"] == "PUT"] == [409, 200]


def test_whoever_enabled_between_our_read_and_our_put_is_not_disabled_by_us_later(bench: Bench) -> None:
    bench.fault(action="second-writer", path=DOCUMENT, portForwards=[])

    enabled, rule = answered(bench.networking(enable(), put()))

    assert enabled.origin is Origin.ADOPTED
    assert rule.origin is Origin.CREATED


def test_a_rule_that_was_taken_away_again_before_the_read_back_is_put_back(with_rule: Bench) -> None:
    def take_away_and_leave() -> None:
        with_rule.edit(advancedNetworking=document(FOREIGN_RULE))
        with_rule.thaw()

    with_rule.freeze()
    with after_each(with_rule, PUT, once(take_away_and_leave)):
        answered(with_rule.networking(put()))

    assert with_rule.mutations() == [PUT, PUT]
    assert with_rule.rules() == [FOREIGN_RULE, *OWN]


def test_a_fight_that_cannot_be_won_is_given_up_and_shows_both_sides(with_rule: Bench) -> None:
    theirs = {**OWN[0], "name": "their.example.com"}
    with_rule.freeze()
    with after_each(with_rule, PUT, lambda: with_rule.edit(advancedNetworking=document(FOREIGN_RULE, theirs))):
        lost, won = with_rule.networking(put(on_conflict="replace"), enable())

    error = error_in(lost)
    assert isinstance(error, Unconfirmed)
    for part in (
        str(HERE),
        "rule-30465 wants port forward 30465 → smtp.example.com:465",
        "30465 → their.example.com:465 is there",
        f"{MOST_WRITES} changes",
    ):
        assert part in str(error)
    answered([won])
    assert with_rule.mutations() == [PUT] * MOST_WRITES


def test_whoever_disables_again_and_again_is_no_success(bench: Bench) -> None:
    bench.freeze()
    with after_each(bench, PUT, lambda: bench.edit(advancedNetworking=None)):
        outcomes = bench.networking(enable(), put())

    for outcome in outcomes:
        assert isinstance(error_in(outcome), Unconfirmed)
    assert "net wants advanced networking enabled, and it is disabled" in str(outcomes[0])
    assert "and none is there" in str(outcomes[1])


def test_a_rule_of_somebody_else_that_came_meanwhile_is_an_error_and_not_overwritten(with_rule: Bench) -> None:
    theirs = {**OWN[0], "name": "their.example.com"}
    with_rule.fault(action="second-writer", path=DOCUMENT, portForwards=[theirs])

    refused, accepted = with_rule.networking(put(), put(30587))

    assert isinstance(error_in(refused), Occupied)
    answered([accepted])
    assert theirs in (with_rule.rules() or ())


@pytest.mark.parametrize("same_machine", [True, False])
def test_two_stacks_on_one_environment_lose_no_rule(with_rule: Bench, same_machine: bool, tmp_path: Path) -> None:
    other = with_rule.another_rollout(None if same_machine else tmp_path / "other-machine")
    calls = [
        (run.change, HERE, put(port), PATIENT)
        for run, first in ((with_rule.rollout, 30401), (other, 30404))
        for port in range(first, first + 3)
    ]

    answered(together(calls))

    assert sorted(rule["portOrig"] for rule in with_rule.rules() or ()) == [30401, 30402, 30403, 30404, 30405, 30406, 30636]
    assert with_rule.mutations() == [PUT, PUT]
