"""What the API refuses of a batch fails alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from aem_mail.errors import BadRequest
from aem_mail.kinds.requests import Disable, RemoveRule

from .harness import (
    FOREIGN_RULE,
    LONG,
    Bench,
    answered,
    document,
    enable,
    error_in,
    put,
    wait_until,
)

PUT = "PUT advancedNetworking"
DOCUMENT = "*/environment/20001/advancedNetworking"
OWN = [{"name": "smtp.example.com", "portDest": 465, "portOrig": 30465}]
BenchOf = Callable[..., Bench]


def test_a_refused_rule_does_not_fail_its_neighbours(with_rule: Bench) -> None:
    refused, *others = with_rule.networking(put(30465, "under_score.example"), put(30466), put(30467))

    assert isinstance(error_in(refused), BadRequest)
    assert "portForwards[1].name" in str(refused)
    answered(others)
    assert with_rule.mutations() == [PUT]


def test_a_refused_host_does_not_fail_the_rules(bench_of: BenchOf) -> None:
    bench = bench_of(kind="dedicatedEgressIp", advancedNetworking=document(FOREIGN_RULE))

    refused, accepted = bench.networking(enable(non_proxy_hosts=("bad_host.example",)), put())

    assert isinstance(error_in(refused), BadRequest)
    answered([accepted])
    assert bench.rules() == [FOREIGN_RULE, *OWN]


def test_a_refusal_that_names_nobody_fails_everybody(with_rule: Bench) -> None:
    with_rule.fault(method="PUT", path=DOCUMENT, status=400)

    for outcome in with_rule.networking(put(), put(30587)):
        assert isinstance(error_in(outcome), BadRequest)
    assert len(with_rule.requests("PUT")) == 1


def test_a_disable_that_somebody_else_was_quicker_with_is_done(bench: Bench) -> None:
    answered(bench.networking(enable(), put()))
    bench.forget()
    bench.fault(method="DELETE", path=DOCUMENT, nth=1, latency=0.3)
    with ThreadPoolExecutor(1) as pool:
        outcomes = pool.submit(bench.networking, Disable(created=True), RemoveRule(30465))
        wait_until(lambda: bench.fired() == [1])
        bench.edit(advancedNetworking=None)
        answered(outcomes.result(LONG))

    assert bench.mutations() == []
