from typing import Any

import pytest

from tests.contract.vpn import vpn_connection, vpn_infrastructure
from tests.simulator.direct import INFRASTRUCTURES, MINUTE, NETWORKING, PROGRAM, SANDBOX, Direct, invalid, missing, reason

INFRASTRUCTURE = f"{PROGRAM}/networkInfrastructure/30001"
FLEXIBLE = {"kind": "flexiblePortEgress", "region": "va7"}


@pytest.mark.parametrize(("kind", "minutes"), [("flexiblePortEgress", 15), ("dedicatedEgressIp", 15), ("vpn", 50)])
def test_creation_takes_as_long_as_its_kind_says(kind: str, minutes: int, direct: Direct) -> None:
    body = vpn_infrastructure() if kind == "vpn" else {"kind": kind, "region": "va7", "isPrimaryRegion": True}

    answer = direct.ask("POST", INFRASTRUCTURES, body)

    assert (answer.status, answer.document["id"], answer.document["status"]) == (201, "30001", "creating")
    direct.wait(minutes * MINUTE - 1)
    assert direct.status(INFRASTRUCTURE) == "creating"
    direct.wait(1)
    assert direct.status(INFRASTRUCTURE) == "ready"


def test_deletion_ends_with_404(direct: Direct) -> None:
    direct.with_infrastructure()

    answer = direct.ask("DELETE", INFRASTRUCTURE)

    assert (answer.status, answer.document["status"]) == (200, "deleting")
    assert [each["status"] for each in direct.listed(INFRASTRUCTURES)] == ["deleting"]
    direct.wait(15 * MINUTE)
    assert direct.ask("GET", INFRASTRUCTURE).status == 404
    assert direct.listed(INFRASTRUCTURES) == []


def test_an_id_is_never_given_twice(direct: Direct) -> None:
    direct.with_infrastructure()
    direct.ask("DELETE", INFRASTRUCTURE)
    direct.wait(15 * MINUTE)

    assert direct.ask("POST", INFRASTRUCTURES, FLEXIBLE).document["id"] == "30002"


def test_a_region_has_one_infrastructure(direct: Direct) -> None:
    direct.ask("POST", INFRASTRUCTURES, FLEXIBLE)

    answer = direct.ask("POST", INFRASTRUCTURES, FLEXIBLE)

    assert (answer.status, reason(answer)) == (409, "region va7 of program 10001 already has network infrastructure 30001")


def test_a_program_has_one_kind(direct: Direct) -> None:
    direct.ask("POST", INFRASTRUCTURES, FLEXIBLE)

    answer = direct.ask("POST", INFRASTRUCTURES, {"kind": "dedicatedEgressIp", "region": "nld2"})

    assert answer.status == 409
    assert "of kind flexiblePortEgress; a program has one kind" in reason(answer)


def test_another_region_may_follow_the_primary_one(direct: Direct) -> None:
    assert "primary region, va7" in reason(direct.ask("POST", INFRASTRUCTURES, FLEXIBLE | {"region": "nld2"}))

    direct.ask("POST", INFRASTRUCTURES, FLEXIBLE)

    assert direct.ask("POST", INFRASTRUCTURES, FLEXIBLE | {"region": "nld2"}).status == 201


def test_the_primary_region_is_that_of_production(direct: Direct) -> None:
    answer = direct.ask("POST", INFRASTRUCTURES, FLEXIBLE | {"region": "nld2", "isPrimaryRegion": True})

    assert "its production environment, va7" in reason(answer)


def test_a_sandbox_program_has_none(direct: Direct) -> None:
    assert "sandbox" in reason(direct.ask("POST", f"{SANDBOX}/networkInfrastructures", FLEXIBLE))
    assert direct.listed(f"{SANDBOX}/networkInfrastructures") == []


def test_a_program_without_production_has_none() -> None:
    direct = Direct({"programs": {"10001": {"region": "va7", "environments": {"20001": {"type": "dev"}}}}})

    assert "no production environment" in reason(direct.ask("POST", INFRASTRUCTURES, FLEXIBLE))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"kind": "egress"}, "kind"),
        ({"region": "moon1"}, "region"),
        ({"isPrimaryRegion": "yes"}, "isPrimaryRegion"),
        ({"addressSpace": ["10.0.0.0/26"]}, "addressSpace"),
        ({"dns": {"resolvers": []}}, "dns"),
        ({"connections": []}, "connections"),
        ({"status": "ready"}, "status"),
        ({"name": "mine"}, "name"),
    ],
)
def test_what_cannot_be_is_refused_and_named(change: dict[str, Any], name: str, direct: Direct) -> None:
    assert list(invalid(direct.ask("POST", INFRASTRUCTURES, FLEXIBLE | change))) == [name]


def test_kind_and_region_are_required(direct: Direct) -> None:
    assert missing(direct.ask("POST", INFRASTRUCTURES, {})) == ["kind", "region"]


def test_deletion_is_refused_while_an_environment_is_enabled(direct: Direct) -> None:
    direct.with_infrastructure().with_networking()

    answer = direct.ask("DELETE", INFRASTRUCTURE)

    assert (answer.status, direct.status(INFRASTRUCTURE)) == (400, "ready")
    assert "still enabled in environment 20001" in reason(answer)


def test_deletion_is_refused_until_the_environment_is_disabled(direct: Direct) -> None:
    direct.with_infrastructure().with_networking()
    direct.ask("DELETE", NETWORKING)

    assert direct.ask("DELETE", INFRASTRUCTURE).status == 400
    direct.wait(10 * MINUTE)
    assert direct.ask("DELETE", INFRASTRUCTURE).status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_one_that_is_changing_is_left_alone(method: str, direct: Direct) -> None:
    direct.ask("POST", INFRASTRUCTURES, vpn_infrastructure())

    assert direct.ask(method, INFRASTRUCTURE, {"connections": [vpn_connection()]}).status == 409


@pytest.mark.parametrize("kind", ["flexiblePortEgress", "dedicatedEgressIp"])
def test_only_a_vpn_can_be_updated(kind: str, direct: Direct) -> None:
    direct.with_infrastructure(kind)

    assert f"{kind} cannot be updated" in invalid(direct.ask("PUT", INFRASTRUCTURE, {"kind": kind, "region": "va7"}))["kind"]


def test_a_failed_creation_tells_its_details(direct: Direct) -> None:
    direct.arm(action="fail", path=INFRASTRUCTURES)

    direct.with_infrastructure()

    document = direct.get(INFRASTRUCTURE)
    assert (document["status"], document["statusDetails"]["errorCode"]) == ("failed", "SIMULATED_FAILURE")
