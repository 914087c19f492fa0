"""Only a VPN is updated, with its shared keys; what failed is fixed."""

from dataclasses import replace
from typing import Any

import pytest

from aem_mail.errors import AemMailError, Occupied, Refused, WaitFailed, WaitTimedOut
from aem_mail.kinds.requests import Origin
from aem_mail.model import NetworkInfrastructure
from aem_mail.simulator.state.secret import Secret
from tests.vpn import DNS

from .harness import Bench, infrastructure
from .infrastructures import FLEXIBLE, NEW_KEY, ONE, create, there, update, vpn


def test_a_vpn_is_updated_in_place_with_its_shared_key(program: Bench) -> None:
    create(program, vpn())
    program.forget()

    answer = update(program, vpn(gateway="203.0.113.99", key=NEW_KEY))

    assert answer.unready is None
    assert program.mutations() == ["PUT 30001"]
    (connection,) = there(program)[0]["connections"]
    assert connection["gateway"]["address"] == "203.0.113.99"
    assert connection["sharedKey"] == Secret.of(NEW_KEY).fingerprint


def test_a_new_shared_key_alone_is_sent_when_it_is_asked_for(program: Bench) -> None:
    create(program, vpn())
    program.forget()

    update(program, vpn(key=NEW_KEY), rewrite=True)

    assert program.mutations() == ["PUT 30001"]
    assert there(program)[0]["connections"][0]["sharedKey"] == Secret.of(NEW_KEY).fingerprint


def test_a_vpn_that_is_as_wanted_is_not_updated(program: Bench) -> None:
    create(program, vpn())
    program.forget()

    update(program, vpn())

    assert program.mutations() == []


@pytest.mark.parametrize("dns", [{"resolvers": ["10.1.0.5"], "domains": ["corp.example.com"]}, {"resolvers": ["10.1.0.4"], "domains": []}])
def test_other_resolvers_or_domains_are_an_update(program: Bench, dns: dict[str, list[str]]) -> None:
    create(program, vpn())
    program.forget()

    update(program, replace(vpn(), dns=dns))

    assert program.mutations() == ["PUT 30001"]


def test_an_update_sends_back_the_dns_that_it_does_not_declare() -> None:
    undeclared = infrastructure("vpn", address_space=("10.0.0.0/26",), connections=[])
    theirs = {"resolvers": ["10.1.0.9"]}

    live = NetworkInfrastructure("30001", "vpn", "va7", "ready", dns=theirs)

    assert undeclared.update_body(live)["dns"] == theirs
    assert "dns" not in undeclared.update_body(replace(live, dns=None))
    assert vpn().update_body(live)["dns"] == DNS


def test_an_adopted_vpn_is_brought_up_to_date(program: Bench) -> None:
    create(program, vpn())
    program.forget()

    answer = create(program, vpn(gateway="203.0.113.99"))

    assert answer.origin is Origin.ADOPTED
    assert program.mutations() == ["PUT 30001"]


def test_another_address_space_is_an_error_that_shows_both(program: Bench) -> None:
    create(program, vpn())

    with pytest.raises(Occupied, match=r"address space 10\.9\.0\.0/26.*has 10\.0\.0\.0/26, which cannot be changed"):
        update(program, vpn(space="10.9.0.0/26"))


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"drop": "after"}, {"status": 409}])
def test_an_update_is_applied_once_though_its_first_answer_was_none(program: Bench, fault: dict[str, Any]) -> None:
    create(program, vpn())
    program.forget()
    program.fault(method="PUT", path=ONE, nth=1, **fault)

    update(program, vpn(gateway="203.0.113.99"))

    assert program.fired() == [1]
    assert program.mutations() == ["PUT 30001"]


def test_an_update_that_was_accepted_is_recorded_though_its_wait_timed_out_and_is_not_sent_again(program: Bench) -> None:
    create(program, vpn())
    program.forget()

    program.freeze()
    assert isinstance(update(program, vpn(key=NEW_KEY), rewrite=True, timeout=300).unready, WaitTimedOut)
    program.thaw()
    assert update(program, vpn(key=NEW_KEY)).unready is None

    assert program.mutations() == ["PUT 30001"]


def test_an_update_that_was_not_accepted_is_an_error_so_that_nothing_of_it_is_recorded(program: Bench) -> None:
    create(program, vpn())
    program.fault(method="PUT", path=ONE, status=403)

    with pytest.raises(AemMailError, match="Business Owner"):
        update(program, vpn(key=NEW_KEY), rewrite=True)


def test_a_vpn_whose_update_failed_is_updated_again(program: Bench) -> None:
    create(program, vpn())
    program.forget()
    program.fault(action="fail", method="PUT", path=ONE)

    failed = update(program, vpn(gateway="203.0.113.99"))
    assert isinstance(failed.unready, WaitFailed)
    assert failed.outputs["status"] == "failed"

    assert update(program, vpn(gateway="203.0.113.99")).outputs["status"] == "ready"
    assert program.mutations() == ["PUT 30001", "PUT 30001"]


def test_one_that_is_gone_is_created_anew(program: Bench) -> None:
    assert update(program, infrastructure()).origin is Origin.CREATED


def test_a_failed_one_of_others_is_not_deleted(program: Bench) -> None:
    program.edit_program(infrastructures=[{**FLEXIBLE, "status": "failed"}])

    with pytest.raises(Refused, match="cannot be used"):
        update(program, infrastructure(), created=False)

    assert program.mutations() == []
