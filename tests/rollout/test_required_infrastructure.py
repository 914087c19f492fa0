"""What networking needs of its program's network infrastructure, before anything is sent."""

from collections.abc import Callable

from aem_mail.errors import Refused
from aem_mail.kinds.requests import RemoveRule
from aem_mail.model import EnvironmentId

from .harness import (
    Bench,
    answered,
    enable,
    error_in,
    put,
)

PUT = "PUT advancedNetworking"
BenchOf = Callable[..., Bench]


def test_without_an_infrastructure_networking_fails_at_once_and_says_so(bench_of: BenchOf) -> None:
    bench = bench_of(kind=None)

    refused, removed = bench.networking(enable(), RemoveRule(30465))

    assert isinstance(error_in(refused), Refused)
    for part in ("Program 10001 has no network infrastructure", "environment 20001", "NetworkInfrastructure"):
        assert part in str(refused)
    answered([removed])
    assert bench.mutations() == []


def test_a_sandbox_is_named_as_the_reason(bench: Bench) -> None:
    (outcome,) = bench.networking(enable(), at=EnvironmentId("10002", "20004"))

    assert "is a sandbox program" in str(error_in(outcome))


def test_an_infrastructure_that_is_being_created_is_waited_for(bench_of: BenchOf) -> None:
    bench = bench_of(kind=None)
    bench.api.network_infrastructures.create("10001", {"kind": "flexiblePortEgress", "region": "va7", "isPrimaryRegion": True})

    answered(bench.networking(enable(), put()))

    assert bench.mutations() == ["POST networkInfrastructures", PUT]


def test_a_failed_infrastructure_is_an_error_that_names_it(bench_of: BenchOf) -> None:
    bench = bench_of(kind=None)
    bench.edit_program(infrastructures=[{"kind": "flexiblePortEgress", "region": "va7", "status": "failed"}])

    (outcome,) = bench.networking(enable())

    assert "(flexiblePortEgress in va7) is failed" in str(error_in(outcome))


def test_an_infrastructure_other_than_the_expected_one_is_an_error_that_shows_both(bench: Bench) -> None:
    (outcome,) = bench.networking(enable(infrastructure_kind="vpn", infrastructure_region="deu6"))

    assert "ask for the network infrastructure vpn in deu6, and the program has flexiblePortEgress in va7" in str(error_in(outcome))


def test_any_region_of_the_program_satisfies_the_expected_one(bench: Bench) -> None:
    there = [{"kind": "flexiblePortEgress", "region": region, "isPrimaryRegion": region == "va7"} for region in ("va7", "deu6")]
    bench.edit_program(infrastructures=there)

    answered(bench.networking(enable(infrastructure_region="deu6")))


def test_hosts_need_another_kind_of_infrastructure(bench: Bench) -> None:
    refused, accepted = bench.networking(enable(non_proxy_hosts=("a.example",)), enable("other"))

    assert "leave them out" in str(error_in(refused))
    answered([accepted])
