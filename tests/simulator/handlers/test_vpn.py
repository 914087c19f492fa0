from typing import Any

import pytest

from tests.contract.vpn import vpn_connection, vpn_infrastructure
from tests.simulator.direct import INFRASTRUCTURES, MINUTE, PROGRAM, Direct, invalid, missing

INFRASTRUCTURE = f"{PROGRAM}/networkInfrastructure/30001"
CONNECTION = vpn_connection()
WITHOUT_KEY = {key: value for key, value in CONNECTION.items() if key != "sharedKey"}


@pytest.fixture
def ready(direct: Direct) -> Direct:
    assert direct.ask("POST", INFRASTRUCTURES, vpn_infrastructure()).status == 201
    direct.wait(50 * MINUTE)
    return direct


def policy(**changes: Any) -> dict[str, Any]:
    return vpn_connection(ipsecPolicy=CONNECTION["ipsecPolicy"] | changes)


def gateway(**changes: Any) -> dict[str, Any]:
    return vpn_connection(gateway=CONNECTION["gateway"] | changes)


def test_a_vpn_is_read_without_its_shared_key(ready: Direct) -> None:
    document = ready.get(INFRASTRUCTURE)

    assert document["connections"] == [WITHOUT_KEY]
    assert (document["addressSpace"], document["dns"]) == (["10.9.0.0/26"], vpn_infrastructure()["dns"])
    assert "psk-4711" not in str(ready.world.to_json())


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"addressSpace": ["10.9.0.0/27"]}, "addressSpace"),
        ({"addressSpace": ["10.9.0.0/26", "10.10.0.0/26"]}, "addressSpace"),
        ({"addressSpace": []}, "addressSpace"),
        ({"addressSpace": ["10.9.0.1/26"]}, "addressSpace"),
        ({"addressSpace": "10.9.0.0/26"}, "addressSpace"),
        ({"dns": {"resolvers": ["10.99.0.1"]}}, "dns.resolvers"),
        ({"dns": {"resolvers": ["dns.example.com"]}}, "dns.resolvers"),
        ({"dns": {"resolvers": [], "servers": []}}, "dns.servers"),
        ({"connections": []}, "connections"),
        ({"connections": [CONNECTION, CONNECTION]}, "connections"),
        ({"connections": [CONNECTION, vpn_connection(name="branch", bandwidth=7)]}, "connections[1].bandwidth"),
        ({"connections": [vpn_connection(sharedKey="")]}, "connections[0].sharedKey"),
        ({"connections": [vpn_connection(bandwidth=7)]}, "connections[0].bandwidth"),
        ({"connections": [gateway(address="office")]}, "connections[0].gateway.address"),
        ({"connections": [gateway(addressSpace=[])]}, "connections[0].gateway.addressSpace"),
        ({"connections": [gateway(addressSpace=["10.8.0.0"]), CONNECTION]}, "connections"),
        ({"connections": [policy(dhGroup="DHGroup7")]}, "connections[0].ipsecPolicy.dhGroup"),
        ({"connections": [policy(ikeEncryption="None")]}, "connections[0].ipsecPolicy.ikeEncryption"),
        ({"connections": [policy(ikeIntegrity="SHA512")]}, "connections[0].ipsecPolicy.ikeIntegrity"),
        ({"connections": [policy(ipsecEncryption="RC4")]}, "connections[0].ipsecPolicy.ipsecEncryption"),
        ({"connections": [policy(ipsecIntegrity="SHA384")]}, "connections[0].ipsecPolicy.ipsecIntegrity"),
        ({"connections": [policy(pfsGroup="PFS7")]}, "connections[0].ipsecPolicy.pfsGroup"),
        ({"connections": [policy(saDatasize=1023)]}, "connections[0].ipsecPolicy.saDatasize"),
        ({"connections": [policy(saLifetime=299)]}, "connections[0].ipsecPolicy.saLifetime"),
    ],
)
def test_a_vpn_that_cannot_be_is_refused_and_named(change: dict[str, Any], name: str, direct: Direct) -> None:
    answer = direct.ask("POST", INFRASTRUCTURES, vpn_infrastructure(**change))

    assert name in invalid(answer)
    assert "psk-4711" not in str(answer)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"dns": {}}, "dns.resolvers"),
        ({"connections": [WITHOUT_KEY]}, "connections[0].sharedKey"),
        ({"connections": [vpn_connection(gateway={"address": "203.0.113.7"})]}, "connections[0].gateway.addressSpace"),
        ({"connections": [{"sharedKey": "psk-4711"}]}, "connections[0].ipsecPolicy"),
    ],
)
def test_a_vpn_with_something_missing_is_refused(change: dict[str, Any], name: str, direct: Direct) -> None:
    assert name in missing(direct.ask("POST", INFRASTRUCTURES, vpn_infrastructure(**change)))


def test_a_vpn_needs_no_dns(direct: Direct) -> None:
    body = {key: value for key, value in vpn_infrastructure().items() if key != "dns"}

    assert direct.ask("POST", INFRASTRUCTURES, body).status == 201


def test_an_update_changes_what_it_names_and_keeps_the_rest(ready: Direct) -> None:
    answer = ready.ask("PUT", INFRASTRUCTURE, {"connections": [vpn_connection(name="branch")]})

    assert (answer.status, answer.document["status"]) == (200, "updating")
    ready.wait(50 * MINUTE)
    document = ready.get(INFRASTRUCTURE)
    assert (document["status"], document["connections"][0]["name"]) == ("ready", "branch")
    assert document["dns"] == vpn_infrastructure()["dns"]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"kind": "dedicatedEgressIp"}, "kind"),
        ({"region": "nld2"}, "region"),
        ({"isPrimaryRegion": True}, "isPrimaryRegion"),
        ({"addressSpace": ["10.9.0.0/24"]}, "addressSpace"),
    ],
)
def test_an_update_of_what_is_fixed_is_refused(change: dict[str, Any], name: str, ready: Direct) -> None:
    assert invalid(ready.ask("PUT", INFRASTRUCTURE, vpn_infrastructure(**change))) == {name: "cannot be changed"}


def test_an_update_may_repeat_what_is_fixed(ready: Direct) -> None:
    assert ready.ask("PUT", INFRASTRUCTURE, vpn_infrastructure()).status == 200


@pytest.mark.parametrize(("body", "name"), [({}, "connections"), ({"connections": [WITHOUT_KEY]}, "connections[0].sharedKey")])
def test_an_update_needs_the_shared_key_again(body: dict[str, Any], name: str, ready: Direct) -> None:
    assert missing(ready.ask("PUT", INFRASTRUCTURE, body)) == [name]
