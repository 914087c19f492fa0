"""A program's network infrastructure on the simulator."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aem_mail.errors import AemMailError, InvalidInput, Occupied, Refused, ServerError, WaitFailed, WaitTimedOut
from aem_mail.rollout.infrastructure import WantedInfrastructure
from aem_mail.rollout.requests import Answer, Origin
from aem_mail.simulator.secret import Secret

from .harness import LONG, PATIENT, PROGRAM, Bench, enable, infrastructure, wait_until

POST, DELETE = "POST networkInfrastructures", "DELETE 30001"
COLLECTION, ONE = "*/networkInfrastructures", "*/networkInfrastructure/*"
FLEXIBLE = {"kind": "flexiblePortEgress", "region": "va7", "isPrimaryRegion": True}
POLICY = {
    "dhGroup": "ECP384",
    "ikeEncryption": "AES256",
    "ikeIntegrity": "SHA384",
    "ipsecEncryption": "GCMAES256",
    "ipsecIntegrity": "GCMAES256",
    "pfsGroup": "ECP384",
    "saDatasize": 102400,
    "saLifetime": 3600,
}
KEY, NEW_KEY = "shared-key-of-the-office", "another-key-of-the-office"
BenchOf = Callable[..., Bench]


def vpn(*, key: str = KEY, gateway: str = "203.0.113.10", space: str = "10.0.0.0/26") -> WantedInfrastructure:
    connection = {
        "name": "office",
        "gateway": {"address": gateway, "addressSpace": ["10.1.0.0/16"]},
        "sharedKey": key,
        "ipsecPolicy": POLICY,
    }
    dns = {"resolvers": ["10.1.0.4"], "domains": ["corp.example.com"]}
    return infrastructure("vpn", address_space=(space,), dns=dns, connections=[connection])


@pytest.fixture
def bench(bench_of: BenchOf) -> Bench:
    """Return a bench whose program has no network infrastructure."""
    return bench_of(kind=None)


def create(bench: Bench, wanted: WantedInfrastructure | None = None, timeout: float = PATIENT) -> Answer:
    return bench.rollout.infrastructures.create(wanted or infrastructure(), timeout)


def update(bench: Bench, wanted: WantedInfrastructure, *, rewrite: bool = False, created: bool = True, timeout: float = PATIENT) -> Answer:
    return bench.rollout.infrastructures.update(wanted, rewrite=rewrite, timeout=timeout, created=created)


def delete(bench: Bench, *, created: bool = True, replacing: bool = False, timeout: float = PATIENT) -> str | None:
    return bench.rollout.infrastructures.delete(PROGRAM, "va7", created=created, replacing=replacing, timeout=timeout)


def there(bench: Bench) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bench.simulator.state()["programs"][PROGRAM]["infrastructures"]
    return found


# Create and adopt


@pytest.mark.parametrize("wanted", [infrastructure(), infrastructure("dedicatedEgressIp"), vpn()], ids=lambda wanted: wanted.kind)
def test_one_is_created_and_waited_for(bench: Bench, wanted: WantedInfrastructure) -> None:
    answer = create(bench, wanted)

    assert (answer.origin, answer.note, answer.unready) == (Origin.CREATED, None, None)
    assert answer.outputs == {"infrastructure_id": "30001", "is_primary_region": True, "status": "ready"}
    assert bench.mutations() == [POST]


def test_the_same_kind_in_the_region_is_adopted_and_that_is_said(bench: Bench) -> None:
    bench.edit_program(infrastructures=[FLEXIBLE])

    answer = create(bench)

    assert answer.origin is Origin.ADOPTED
    assert "was there already" in str(answer.note)
    assert bench.mutations() == []


def test_one_that_is_being_created_is_adopted_and_waited_for(bench: Bench) -> None:
    bench.api.network_infrastructures.create(PROGRAM, FLEXIBLE)

    answer = create(bench)

    assert (answer.origin, answer.outputs["status"], answer.unready) == (Origin.ADOPTED, "ready", None)
    assert bench.mutations() == [POST]


def test_a_lost_race_is_adopted(bench: Bench) -> None:
    bench.fault(method="POST", path=COLLECTION, nth=1, latency=0.3)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(create, bench)
        wait_until(lambda: bench.fired() == [1])
        bench.edit_program(infrastructures=[FLEXIBLE])
        assert answer.result(LONG).origin is Origin.ADOPTED

    assert bench.mutations() == []


@pytest.mark.parametrize(
    "fault", [{"drop": "before"}, {"drop": "after"}, {"status": 503}, {"status": 503, "drop": "after"}, {"status": 429}]
)
def test_none_is_created_twice_after_a_lost_answer(bench: Bench, fault: dict[str, Any]) -> None:
    bench.fault(method="POST", path=COLLECTION, nth=1, **fault)

    assert create(bench).origin is Origin.CREATED

    assert bench.fired() == [1]
    assert bench.mutations() == [POST]


def test_two_stacks_create_one(bench: Bench) -> None:
    other = bench.another_rollout()
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(run.infrastructures.create, infrastructure(), PATIENT) for run in (bench.rollout, other)]
        origins = sorted(future.result(LONG).origin for future in futures)

    assert origins == [Origin.ADOPTED, Origin.CREATED]
    assert bench.mutations() == [POST]


def test_one_that_is_being_deleted_is_waited_for_and_then_created_anew(bench: Bench) -> None:
    create(bench)
    bench.api.network_infrastructures.delete(PROGRAM, "30001")

    answer = create(bench)

    assert (answer.origin, answer.outputs["infrastructure_id"]) == (Origin.CREATED, "30002")


def test_a_second_kind_is_an_error_that_names_both_and_the_steps(bench: Bench) -> None:
    bench.edit_program(infrastructures=[{**FLEXIBLE, "kind": "dedicatedEgressIp"}])

    with pytest.raises(
        Occupied, match=r"flexiblePortEgress in va7 of program 10001.*\(dedicatedEgressIp in va7, ready\).*1\. disable.*4\."
    ):
        create(bench)

    assert bench.mutations() == []


def test_a_sandbox_and_a_wrong_region_are_refused_together_before_anything_is_sent(bench: Bench) -> None:
    with pytest.raises(InvalidInput, match=r"sandbox program.*region: atlantis1 cannot be used"):
        create(bench, WantedInfrastructure("10002", "flexiblePortEgress", "atlantis1"))

    assert bench.mutations() == []


def test_a_program_without_production_is_refused(bench: Bench) -> None:
    environments = bench.simulator.state()["programs"][PROGRAM]["environments"]
    bench.edit_program(environments={"20001": environments["20001"]})

    with pytest.raises(InvalidInput, match="no production environment yet"):
        create(bench)


def test_a_failed_one_that_is_there_is_an_error_that_names_it(bench: Bench) -> None:
    bench.edit_program(infrastructures=[{**FLEXIBLE, "status": "failed"}])

    with pytest.raises(Refused, match=r"\(flexiblePortEgress in va7, failed\) cannot be used: SIMULATED_FAILURE"):
        create(bench)


@pytest.mark.parametrize(
    ("fault", "timeout", "error", "status"),
    [
        ({"action": "fail", "method": "POST"}, PATIENT, WaitFailed, "failed"),
        ({"method": "GET", "path": ONE, "status": 500}, PATIENT, ServerError, "creating"),
        ({}, 60, WaitTimedOut, "creating"),
    ],
)
def test_what_goes_wrong_after_it_was_created_leaves_what_is_recorded(
    bench: Bench, fault: dict[str, Any], timeout: float, error: type[AemMailError], status: str
) -> None:
    if fault:
        bench.fault(**fault)
    if status == "creating":
        bench.freeze()

    answer = create(bench, timeout=timeout)

    assert isinstance(answer.unready, error)
    assert (answer.origin, answer.outputs["status"]) == (Origin.CREATED, status)
    bench.simulator.world.faults.clear()
    bench.thaw()
    assert update(bench, infrastructure()).unready is None
    assert bench.mutations() == ([POST, DELETE, POST] if status == "failed" else [POST])


# Update


def test_a_vpn_is_updated_in_place_with_its_shared_key(bench: Bench) -> None:
    create(bench, vpn())
    bench.forget()

    answer = update(bench, vpn(gateway="203.0.113.99", key=NEW_KEY))

    assert answer.unready is None
    assert bench.mutations() == ["PUT 30001"]
    (connection,) = there(bench)[0]["connections"]
    assert connection["gateway"]["address"] == "203.0.113.99"
    assert connection["sharedKey"] == Secret.of(NEW_KEY).fingerprint


def test_a_new_shared_key_alone_is_sent_when_it_is_asked_for(bench: Bench) -> None:
    create(bench, vpn())
    bench.forget()

    update(bench, vpn(key=NEW_KEY), rewrite=True)

    assert bench.mutations() == ["PUT 30001"]
    assert there(bench)[0]["connections"][0]["sharedKey"] == Secret.of(NEW_KEY).fingerprint


def test_a_vpn_that_is_as_wanted_is_not_updated(bench: Bench) -> None:
    create(bench, vpn())
    bench.forget()

    update(bench, vpn())

    assert bench.mutations() == []


def test_an_update_sends_back_the_dns_that_it_does_not_declare() -> None:
    undeclared = infrastructure("vpn", address_space=("10.0.0.0/26",), connections=[])
    theirs = {"resolvers": ["10.1.0.9"]}

    assert undeclared.body(is_primary_region=True, live_dns=theirs)["dns"] == theirs
    assert "dns" not in undeclared.body(is_primary_region=True)
    assert vpn().body(is_primary_region=True, live_dns=theirs)["dns"] != theirs


def test_an_adopted_vpn_is_brought_up_to_date(bench: Bench) -> None:
    create(bench, vpn())
    bench.forget()

    answer = create(bench, vpn(gateway="203.0.113.99"))

    assert answer.origin is Origin.ADOPTED
    assert bench.mutations() == ["PUT 30001"]


def test_another_address_space_is_an_error_that_shows_both(bench: Bench) -> None:
    create(bench, vpn())

    with pytest.raises(Occupied, match=r"address space 10\.9\.0\.0/26.*has 10\.0\.0\.0/26, which cannot be changed"):
        update(bench, vpn(space="10.9.0.0/26"))


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"drop": "after"}, {"status": 409}])
def test_an_update_is_applied_once_though_its_first_answer_was_none(bench: Bench, fault: dict[str, Any]) -> None:
    create(bench, vpn())
    bench.forget()
    bench.fault(method="PUT", path=ONE, nth=1, **fault)

    update(bench, vpn(gateway="203.0.113.99"))

    assert bench.fired() == [1]
    assert bench.mutations() == ["PUT 30001"]


def test_an_update_that_was_accepted_is_recorded_though_its_wait_timed_out_and_is_not_sent_again(bench: Bench) -> None:
    create(bench, vpn())
    bench.forget()

    bench.freeze()
    assert isinstance(update(bench, vpn(key=NEW_KEY), rewrite=True, timeout=300).unready, WaitTimedOut)
    bench.thaw()
    assert update(bench, vpn(key=NEW_KEY)).unready is None

    assert bench.mutations() == ["PUT 30001"]


def test_an_update_that_was_not_accepted_is_an_error_so_that_nothing_of_it_is_recorded(bench: Bench) -> None:
    create(bench, vpn())
    bench.fault(method="PUT", path=ONE, status=403)

    with pytest.raises(AemMailError, match="Business Owner"):
        update(bench, vpn(key=NEW_KEY), rewrite=True)


def test_a_vpn_whose_update_failed_is_updated_again(bench: Bench) -> None:
    create(bench, vpn())
    bench.forget()
    bench.fault(action="fail", method="PUT", path=ONE)

    failed = update(bench, vpn(gateway="203.0.113.99"))
    assert isinstance(failed.unready, WaitFailed)
    assert failed.outputs["status"] == "failed"

    assert update(bench, vpn(gateway="203.0.113.99")).outputs["status"] == "ready"
    assert bench.mutations() == ["PUT 30001", "PUT 30001"]


def test_one_that_is_gone_is_created_anew(bench: Bench) -> None:
    assert update(bench, infrastructure()).origin is Origin.CREATED


def test_a_failed_one_of_others_is_not_deleted(bench: Bench) -> None:
    bench.edit_program(infrastructures=[{**FLEXIBLE, "status": "failed"}])

    with pytest.raises(Refused, match="cannot be used"):
        update(bench, infrastructure(), created=False)

    assert bench.mutations() == []


# Delete


def test_one_that_was_created_here_and_is_unused_is_deleted_and_waited_for(bench: Bench) -> None:
    create(bench)
    bench.forget()

    assert delete(bench) is None

    assert bench.mutations() == [DELETE]
    assert bench.api.network_infrastructures.list(PROGRAM) == []


def test_one_that_was_found_stays_and_that_is_said(bench: Bench) -> None:
    create(bench)
    bench.forget()

    assert "this stack found it there" in str(delete(bench, created=False))
    assert bench.mutations() == []


def test_one_that_others_use_stays_and_they_are_named(bench: Bench) -> None:
    create(bench)
    bench.networking(enable())
    bench.forget()

    assert "advanced networking is still enabled on environment 20001 (dev, dev)" in str(delete(bench))
    with pytest.raises(Refused, match=r"20001.*It has to go before the new one can be created: 1\. disable"):
        delete(bench, replacing=True)

    assert bench.mutations() == []


def test_one_that_came_into_use_after_it_was_checked_stays_and_its_user_is_named(bench: Bench) -> None:
    create(bench)
    bench.forget()
    bench.fault(method="DELETE", path=ONE, nth=1, latency=0.3)
    with ThreadPoolExecutor(1) as pool:
        reason = pool.submit(delete, bench)
        wait_until(lambda: bench.fired() == [1])
        bench.edit(advancedNetworking={"nonProxyHosts": [], "portForwards": []})
        assert "environment 20001 (dev, dev)" in str(reason.result(LONG))

    assert bench.mutations() == []


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"drop": "after"}, {"status": 502}, {"status": 409}])
def test_a_deletion_is_done_once_though_its_first_answer_was_none(bench: Bench, fault: dict[str, Any]) -> None:
    create(bench)
    bench.forget()
    bench.fault(method="DELETE", path=ONE, nth=1, **fault)

    assert delete(bench) is None

    assert bench.mutations() == [DELETE]


def test_one_that_is_still_being_created_is_deleted_once_it_can_be(bench: Bench) -> None:
    bench.api.network_infrastructures.create(PROGRAM, FLEXIBLE)

    assert delete(bench) is None

    assert bench.mutations() == [POST, DELETE]
    assert bench.api.network_infrastructures.list(PROGRAM) == []


def test_a_deletion_that_was_interrupted_is_waited_for(bench: Bench) -> None:
    create(bench)
    bench.api.network_infrastructures.delete(PROGRAM, "30001")

    assert delete(bench) is None

    assert bench.api.network_infrastructures.list(PROGRAM) == []


def test_nothing_there_is_nothing_to_delete(bench: Bench) -> None:
    assert delete(bench) is None
    assert bench.mutations() == []


def test_no_shared_key_is_shown(bench: Bench) -> None:
    wanted = vpn()
    answer = create(bench, wanted)

    shown = [repr(wanted), str(wanted), repr(answer), *bench.reports, str(bench.simulator.journal())]
    assert not any(KEY in line for line in shown)
