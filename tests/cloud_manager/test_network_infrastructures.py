from typing import Any

import pytest

from aem_mail.cloud_manager.answer_fields import Mismatch
from aem_mail.cloud_manager.client import CloudManager
from aem_mail.cloud_manager.network_infrastructures import network_infrastructure_of
from aem_mail.errors import BadRequest, NotFound
from aem_mail.model import NetworkInfrastructure

from .scripted_server import Reply, ScriptedServer, answer
from .simulation import PROGRAM, pass_time, simulated

SHARED_KEY = "pre-shared-key-0123456789"
FLEXIBLE = {"kind": "flexiblePortEgress", "region": "va7"}
VPN: dict[str, Any] = {
    "kind": "vpn",
    "region": "va7",
    "isPrimaryRegion": True,
    "addressSpace": ["10.104.182.64/26"],
    "dns": {"resolvers": ["172.16.0.4"]},
    "connections": [
        {
            "name": "office",
            "gateway": {"address": "195.231.212.78", "addressSpace": ["172.16.0.0/16"]},
            "sharedKey": SHARED_KEY,
            "ipsecPolicy": {
                "dhGroup": "ECP256",
                "ikeEncryption": "AES256",
                "ikeIntegrity": "SHA256",
                "ipsecEncryption": "AES256",
                "ipsecIntegrity": "SHA256",
                "pfsGroup": "ECP256",
                "saDatasize": 102400000,
                "saLifetime": 3600,
            },
        }
    ],
}


def test_an_infrastructure_is_created_read_and_deleted() -> None:
    with simulated() as (api, simulator):
        created = api.network_infrastructures.create(PROGRAM, FLEXIBLE)
        assert (created.kind, created.region, created.status) == ("flexiblePortEgress", "va7", "creating")

        pass_time(simulator, 3600)
        ready = api.network_infrastructures.get(PROGRAM, created.id)
        assert ready.status == "ready"
        assert api.network_infrastructures.list(PROGRAM) == [ready]

        api.network_infrastructures.delete(PROGRAM, created.id)
        pass_time(simulator, 3600)
        assert api.network_infrastructures.list(PROGRAM) == []
        with pytest.raises(NotFound, match=f"Could not read network infrastructure {created.id} of program {PROGRAM}"):
            api.network_infrastructures.get(PROGRAM, created.id)


def test_a_vpn_is_read_without_its_shared_key_and_updated_with_it() -> None:
    with simulated() as (api, simulator):
        created = api.network_infrastructures.create(PROGRAM, VPN)
        pass_time(simulator, 7200)
        other = {**VPN, "dns": {"resolvers": ["172.16.0.5"]}}

        assert SHARED_KEY not in repr(created)
        assert api.network_infrastructures.update(PROGRAM, created.id, other).status == "updating"
        pass_time(simulator, 7200)

        live = api.network_infrastructures.get(PROGRAM, created.id)
        assert (live.address_space, live.is_primary_region, live.status) == (("10.104.182.64/26",), True, "ready")
        assert live.dns is not None
        assert live.dns["resolvers"] == ["172.16.0.5"]
        assert [connection["name"] for connection in live.connections] == ["office"]


def test_an_infrastructure_that_is_refused_says_why() -> None:
    with simulated() as (api, _), pytest.raises(BadRequest, match="kind") as caught:
        api.network_infrastructures.create(PROGRAM, {"kind": "carrierPigeon", "region": "va7"})
    assert [problem.field for problem in caught.value.problems] == ["kind"]


@pytest.mark.parametrize("reply", [answer(200, {"id": "3"}), answer(200), answer(204)])
def test_a_deletion_is_accepted_with_and_without_an_answer(reply: Reply, api: CloudManager, server: ScriptedServer) -> None:
    server.script(reply)

    api.network_infrastructures.delete("1", "3")

    assert [(request.method, request.path) for request in server.requests] == [("DELETE", "/api/program/1/networkInfrastructure/3")]


WHOLE = {"id": "3", "kind": "vpn", "region": "va7", "status": "failed"}


@pytest.mark.parametrize(
    ("details", "text"),
    [
        (None, None),
        ("plain", "plain"),
        ({}, None),
        ({"errorCode": "E1", "message": "no room", "publicDetails": {}}, "E1: no room"),
        ({"message": "no room"}, "no room"),
    ],
)
def test_details_of_a_failure_are_joined_to_one_text(details: object, text: str | None) -> None:
    assert network_infrastructure_of({**WHOLE, "statusDetails": details}).status_details == text


def test_a_shared_key_in_an_answer_is_dropped() -> None:
    read = network_infrastructure_of({**WHOLE, "connections": [{"name": "office", "sharedKey": SHARED_KEY}]})

    assert read == NetworkInfrastructure("3", "vpn", "va7", "failed", connections=({"name": "office"},))


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": 3},
        {"kind": None},
        {"region": []},
        {"status": 1},
        {"addressSpace": "x"},
        {"addressSpace": [1]},
        {"dns": []},
        {"connections": [1]},
        {"statusDetails": 7},
    ],
)
def test_an_infrastructure_of_another_form_is_a_mismatch(wrong: dict[str, object]) -> None:
    with pytest.raises(Mismatch):
        network_infrastructure_of({**WHOLE, **wrong})


def test_what_is_not_known_of_an_infrastructure_is_kept_and_what_only_answers_have_is_not() -> None:
    read_only = {"id": "1", "programId": "2", "status": "ready", "created": "x", "updated": "y", "statusDetails": {}, "_links": {}}
    (office,) = VPN["connections"]
    connection = {**office, "bgp": {"asn": 65001}}

    read = network_infrastructure_of({**VPN, **read_only, "connections": [connection], "adobeAsn": 65515, "dns": {"search": []}})

    assert (read.other_fields, read.dns) == ({"adobeAsn": 65515}, {"search": []})
    assert read.connections == ({name: value for name, value in connection.items() if name != "sharedKey"},)


def test_a_connection_whose_name_is_no_text_is_a_mismatch() -> None:
    with pytest.raises(Mismatch, match="name is a list"):
        network_infrastructure_of({**VPN, "id": "1", "status": "ready", "connections": [{"name": []}]})
