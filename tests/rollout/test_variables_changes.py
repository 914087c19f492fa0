"""Changes of variables on the simulator: how many are sent, and what becomes of everybody's variables."""

from collections.abc import Callable

from aem_mail.kinds.requests import Origin, RemoveVariable
from aem_mail.model import VariableKey, VariableType
from aem_mail.rollout.claims import Holder, Holders
from aem_mail.simulator.state.secret import Secret

from .harness import (
    SECRET,
    Bench,
    answered,
    error_in,
    secret,
    text,
)

PATCH = "PATCH variables"
BenchOf = Callable[..., Bench]


def gone(name: str, type_: str = VariableType.STRING) -> RemoveVariable:
    return RemoveVariable(VariableKey(None, name), type_)


def fingerprint(value: str) -> str:
    return Secret.of(value).fingerprint


def test_forty_variables_are_one_patch(with_variables: Bench) -> None:
    answers = answered(
        with_variables.variables(*(text(f"MAIL_{number}") for number in range(20)), *(secret(f"PASSWORD_{number}") for number in range(20)))
    )

    assert with_variables.mutations() == [PATCH]
    assert {answer.origin for answer in answers} == {Origin.CREATED}
    assert with_variables.live_variables()["PASSWORD_7"]["fingerprint"] == fingerprint(SECRET)


def test_what_is_as_wanted_sends_nothing(with_variables: Bench) -> None:
    kept = secret("FOREIGN_SECRET", None, on_conflict="keep")

    variable, adopted = answered(with_variables.variables(text("FOREIGN", "theirs"), kept))

    assert with_variables.mutations() == []
    assert variable.origin is Origin.ADOPTED
    assert adopted.outputs == {"verified": False}
    assert len(with_variables.requests(path="/variables")) == 1


def test_changes_and_removals_are_one_patch(with_variables: Bench) -> None:
    answered(with_variables.variables(text("CHANGED"), text("REMOVED"), secret("REMOVED_SECRET")))
    with_variables.forget()

    answered(
        with_variables.variables(text("CHANGED", "new", owned=True), gone("REMOVED"), gone("REMOVED_SECRET", VariableType.SECRET_STRING))
    )

    assert with_variables.mutations() == [PATCH]
    assert sorted(with_variables.live_variables()) == ["CHANGED", "FOREIGN", "FOREIGN_SECRET"]


def test_a_change_of_type_is_two_patches_and_takes_the_others_along(bench_of: BenchOf) -> None:
    bench = bench_of(variables=[{"name": "PASSWORD", "type": "string", "value": "plain"}])

    flipped, new = answered(bench.variables(secret("PASSWORD"), secret("OTHER")))

    assert bench.mutations() == [PATCH, PATCH]
    assert flipped.origin is Origin.ADOPTED
    assert "was there already (string) and was taken over" in str(flipped.note)
    assert new.origin is Origin.CREATED
    assert {name: one["type"] for name, one in bench.live_variables().items()} == {"PASSWORD": "secretString", "OTHER": "secretString"}


def test_variables_wait_for_no_network(bench_of: BenchOf) -> None:
    bench = bench_of(kind=None)

    answered(bench.variables(secret("PASSWORD")))

    assert bench.mutations() == [PATCH]


def test_a_secret_does_not_take_the_name_of_another_one_that_never_gets_its_own(with_variables: Bench) -> None:
    answered(with_variables.variables(secret("SECRET_1", "one-of-two"), secret("SECRET_2", "two-of-two")))
    before = with_variables.live_variables()
    holders = Holders({"EnvVar 10001/20001/all/SECRET_2": Holder("two", "EnvVar 10001/20001/all/SECRET_1")})
    with_variables.rollout = with_variables.another_rollout(holders=holders)

    alone, other = with_variables.variables(secret("SECRET_2", "one-of-two"), text("OTHER"))

    assert "two keeps all/SECRET_2, until all/SECRET_1 is free for it, so " in str(error_in(alone))
    answered([other])
    assert {name: one for name, one in with_variables.live_variables().items() if name != "OTHER"} == before
