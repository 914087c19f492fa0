"""What is refused of a batch of variables fails alone, and no secret is shown."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aem_mail.errors import BadRequest, Occupied
from aem_mail.kinds.kind import DeclaredInfrastructure
from aem_mail.kinds.requests import Answer, EnablementNeeds, RemoveVariable
from aem_mail.model import VariableKey, VariableType
from aem_mail.rollout.required_infrastructure import DeclaredNetworking
from aem_mail.simulator.state.secret import Secret

from .harness import (
    FOREIGN_SECRET,
    FOREIGN_VARIABLE,
    HERE,
    LONG,
    PATIENT,
    SECRET,
    Bench,
    answered,
    error_in,
    secret,
    text,
    together,
    wait_until,
)

PATCH = "PATCH variables"
VARIABLES = "*/environment/20001/variables"
BenchOf = Callable[..., Bench]


def fingerprint(value: str) -> str:
    return Secret.of(value).fingerprint


def test_a_refused_variable_does_not_fail_its_neighbours(with_variables: Bench) -> None:
    refused, *others = with_variables.variables(text("AEM_PROXY_HOST"), text("MAIL_A"), secret("PASSWORD"))

    assert isinstance(error_in(refused), BadRequest)
    assert "[0].name" in str(refused)
    answered(others)
    assert with_variables.mutations() == [PATCH]


def test_a_refused_secret_is_named_by_its_place_and_its_value_by_nobody(with_variables: Bench) -> None:
    too_long = SECRET * 200

    accepted, refused = with_variables.variables(text("MAIL_A"), secret("PASSWORD", too_long))

    answered([accepted])
    assert isinstance(error_in(refused), BadRequest)
    assert SECRET not in str(refused)


def test_a_refusal_that_names_nobody_fails_everybody(with_variables: Bench) -> None:
    with_variables.fault(method="PATCH", path=VARIABLES, status=400)

    for outcome in with_variables.variables(text("MAIL_A"), text("MAIL_B")):
        assert isinstance(error_in(outcome), BadRequest)
    assert len(with_variables.requests("PATCH")) == 1


def test_a_refusal_because_of_what_changed_meanwhile_is_answered_with_the_next_merge(with_variables: Bench) -> None:
    answered(with_variables.variables(text("MAIL_A")))
    with_variables.forget()
    with_variables.fault(method="PATCH", path=VARIABLES, nth=1, latency=0.3)
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(with_variables.variables, text("MAIL_A", "new", owned=True))
        wait_until(lambda: with_variables.fired() == [1])
        others = {"name": "MAIL_A", "type": "secretString", "value": "became-a-secret"}
        with_variables.edit(variables=[FOREIGN_VARIABLE, FOREIGN_SECRET, others])
        answered(outcome.result(LONG))

    assert with_variables.mutations() == [PATCH, PATCH]
    assert with_variables.live_variables()["MAIL_A"]["value"] == "new"


def test_a_conflict_fails_only_those_that_conflict(with_variables: Bench) -> None:
    occupied, accepted = with_variables.variables(text("FOREIGN", "ours"), text("MAIL_A"))

    assert isinstance(error_in(occupied), Occupied)
    answered([accepted])


def test_two_stacks_on_one_environment_write_one_after_the_other(with_variables: Bench) -> None:
    other = with_variables.another_rollout()

    answered(
        together(
            [
                (with_variables.rollout.change, HERE, text("MAIL_A"), PATIENT),
                (other.change, HERE, text("MAIL_B"), PATIENT),
            ]
        )
    )

    assert with_variables.mutations() == [PATCH, PATCH]
    assert all(entry["status"] != 409 for entry in with_variables.simulator.journal())


def test_no_secret_is_in_the_journal_or_in_what_is_reported(with_variables: Bench) -> None:
    outcomes = with_variables.variables(secret("PASSWORD"), text("MAIL_A"))

    seen = [str(with_variables.simulator.journal()), str(with_variables.simulator.state()), *with_variables.reports, *map(repr, outcomes)]
    assert all(isinstance(outcome, Answer) for outcome in outcomes)
    assert not any(SECRET in line for line in seen)


def made(kind: str | None = "flexiblePortEgress", region: str = "va7") -> DeclaredNetworking:
    return DeclaredNetworking([DeclaredInfrastructure(kind, region)], [EnablementNeeds()])


def used(**needs: Any) -> DeclaredNetworking:
    return DeclaredNetworking((), [EnablementNeeds(**needs)])


FLEXIBLE = "flexiblePortEgress"


@pytest.mark.parametrize(
    ("kind", "sandbox", "networking", "cause"),
    [
        (None, False, made(region="mars1"), "mars1 cannot be used in this program"),
        (None, True, made(), "it is a sandbox program"),
        (None, True, used(), "it is a sandbox program"),
        (None, True, None, None),
        (None, False, made(), None),
        (None, False, used(), "has no network infrastructure, so advanced networking cannot be enabled"),
        (None, False, None, None),
        (FLEXIBLE, False, made(), None),
        (FLEXIBLE, False, made(region="mars1"), "mars1 cannot be used in this program"),
        (FLEXIBLE, False, made("dedicatedEgressIp"), "a program has one kind"),
        (FLEXIBLE, False, made(None), None),
        (FLEXIBLE, False, used(kind="vpn"), "the egress settings ask for the network infrastructure vpn"),
        (FLEXIBLE, False, used(region="nld2"), "ask for the network infrastructure in nld2"),
        (FLEXIBLE, False, used(has_hosts=True), "non_proxy_hosts need a dedicatedEgressIp or vpn"),
        (FLEXIBLE, False, used(kind=FLEXIBLE), None),
    ],
)
def test_no_new_secret_is_written_where_the_networking_beside_it_will_be_refused(
    kind: str | None, sandbox: bool, networking: DeclaredNetworking | None, cause: str | None, bench_of: BenchOf
) -> None:
    bench = bench_of(kind=kind, variables=[{**FOREIGN_VARIABLE, "name": "OLD"}])
    bench.edit_program(sandbox=sandbox)
    bench.rollout = bench.another_rollout(networking=lambda _: networking)

    *written, removed = bench.variables(secret("PASSWORD"), text("MAIL_A"), RemoveVariable(VariableKey(None, "OLD"), VariableType.STRING))

    answered([removed])
    if cause is None:
        answered(written)
    else:
        assert all(cause in str(error_in(outcome)) for outcome in written)
    assert set(bench.live_variables()) == (set() if cause else {"PASSWORD", "MAIL_A"})


@pytest.mark.parametrize("networking", [used(), used(kind="vpn"), made(region="mars1")])
def test_a_new_secret_is_written_where_networking_is_enabled_whatever_became_of_its_infrastructure(
    networking: DeclaredNetworking, with_rule: Bench
) -> None:
    (infrastructure,) = with_rule.simulator.state()["programs"]["10001"]["infrastructures"]
    with_rule.edit_program(infrastructures=[{**infrastructure, "status": "failed"}])
    with_rule.rollout = with_rule.another_rollout(networking=lambda _: networking)

    answered(with_rule.variables(secret("PASSWORD")))

    assert len(with_rule.requests("GET", "advancedNetworking")) == 1


def test_a_variable_that_is_known_here_asks_for_nothing_of_the_program(bench_of: BenchOf) -> None:
    bench = bench_of(kind=None, variables=[FOREIGN_SECRET])
    bench.edit_program(sandbox=True)
    bench.rollout = bench.another_rollout(networking=lambda _: made())

    answered(bench.variables(text("MAIL_A"), secret("FOREIGN_SECRET", owned=True)))
    assert bench.requests("GET", "networkInfrastructures") == []
