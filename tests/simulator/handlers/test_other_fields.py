"""What no specification knows: held as it was seeded, taken back only as it is, and visibly gone where a PUT leaves it out."""

from typing import Any

import pytest

from tests.contract.vpn import vpn_connection
from tests.simulator.direct import INFRASTRUCTURES, MINUTE, NETWORKING, PROGRAM, RULE, Direct, invalid, missing
from tests.vpn import IPSEC_POLICY

VPN = f"{PROGRAM}/networkInfrastructure/30001"
OTHER = {"name": "ldap.example.com", "portDest": 636, "portOrig": 30636, "comment": "theirs", "tags": [1, None]}
TWINS = [{**RULE, "name": "b.example.com"}, {**RULE, "name": "a.example.com", "comment": "second"}]
DOCUMENT = {"profile": {"ipv6": True}, "nonProxyHosts": [], "portForwards": [TWINS[0], OTHER, TWINS[1]]}
BRANCH = {
    "name": "branch",
    "gateway": {"address": "203.0.113.8", "peer": "169.254.0.1"},
    "ipsecPolicy": {**IPSEC_POLICY, "dpd": 45},
    "bgp": {"asn": 65001},
    "sharedKey": "psk-4711",
}
INFRASTRUCTURE = {
    "id": "30001",
    "kind": "vpn",
    "region": "va7",
    "isPrimaryRegion": True,
    "addressSpace": ["10.9.0.0/26"],
    "dns": {"resolvers": ["10.8.0.53"], "search": ["corp"]},
    "connections": [vpn_connection(), BRANCH],
    "adobeAsn": 65515,
}


@pytest.fixture
def seeded() -> Direct:
    environments = {"20001": {"type": "dev", "advancedNetworking": DOCUMENT}, "20003": {"type": "prod"}}
    return Direct({"programs": {"10001": {"region": "va7", "infrastructures": [INFRASTRUCTURE], "environments": environments}}})


def document(direct: Direct) -> dict[str, Any]:
    (found,) = direct.listed(NETWORKING)
    return {name: found[name] for name in found if name in {"profile", "nonProxyHosts", "portForwards"}}


def put(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**INFRASTRUCTURE, **changes}.items() if name != "id" and value is not None}


def test_what_was_seeded_is_read_without_the_shared_keys(seeded: Direct) -> None:
    assert document(seeded) == DOCUMENT
    for found in (seeded.get(VPN), *seeded.listed(INFRASTRUCTURES)):
        assert found["adobeAsn"] == 65515
        assert found["dns"] == INFRASTRUCTURE["dns"]
        assert found["connections"][1] == {name: value for name, value in BRANCH.items() if name != "sharedKey"}


def test_what_goes_back_as_it_was_is_accepted_and_stays(seeded: Direct) -> None:
    assert seeded.ask("PUT", NETWORKING, DOCUMENT).status == 200
    assert seeded.ask("PUT", VPN, put()).status == 200

    seeded.wait(50 * MINUTE)
    assert document(seeded) == DOCUMENT
    assert seeded.get(VPN)["connections"][1]["bgp"] == BRANCH["bgp"]


def test_what_a_put_leaves_out_is_gone(seeded: Direct) -> None:
    plain = {**OTHER}
    del plain["comment"]
    assert seeded.ask("PUT", NETWORKING, {"portForwards": [plain]}).status == 200
    branch = {**BRANCH, "gateway": {"address": "203.0.113.8"}}
    del branch["bgp"]
    assert seeded.ask("PUT", VPN, put(adobeAsn=None, connections=[branch])).status == 200

    assert document(seeded) == {"nonProxyHosts": [], "portForwards": [plain]}
    after = seeded.get(VPN)
    assert "adobeAsn" not in after
    assert after["connections"] == [{name: value for name, value in branch.items() if name != "sharedKey"}]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({**DOCUMENT, "profile": {"ipv6": 1}}, "profile"),
        ({**DOCUMENT, "other": True}, "other"),
        ({"portForwards": [{**OTHER, "comment": "ours"}]}, "portForwards[0].comment"),
        ({"portForwards": [{**OTHER, "portOrig": 30637}]}, "portForwards[0].comment"),
        ({"portForwards": [*TWINS, TWINS[0]]}, "portForwards"),
        ({"portForwards": [TWINS[0], {**RULE, "name": "c.example.com"}]}, "portForwards"),
        ({"portForwards": [OTHER, OTHER]}, "portForwards"),
    ],
)
def test_of_networking_anything_else_is_refused_and_named(seeded: Direct, body: dict[str, Any], name: str) -> None:
    assert name in invalid(seeded.ask("PUT", NETWORKING, body))
    assert document(seeded) == DOCUMENT


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"adobeAsn": 65516}, "adobeAsn"),
        ({"adobeAsn": 65515.0}, "adobeAsn"),
        ({"bgp": 1}, "bgp"),
        ({"dns": {"resolvers": ["10.8.0.53"], "search": []}}, "dns.search"),
        ({"connections": [{**BRANCH, "bgp": {"asn": "65001"}}]}, "connections[0].bgp"),
        ({"connections": [{**BRANCH, "name": "other"}]}, "connections[0].bgp"),
        ({"connections": [vpn_connection(bgp=BRANCH["bgp"])]}, "connections[0].bgp"),
        ({"connections": [{**BRANCH, "ipsecPolicy": {**IPSEC_POLICY, "dpd": 46}}]}, "connections[0].ipsecPolicy.dpd"),
        ({"connections": [BRANCH, BRANCH]}, "connections"),
    ],
)
def test_of_a_vpn_anything_else_is_refused_and_named(seeded: Direct, change: dict[str, Any], name: str) -> None:
    before = seeded.get(VPN)

    assert name in invalid(seeded.ask("PUT", VPN, put(**change)))
    assert seeded.get(VPN) == before


def test_only_a_connection_that_has_no_prefixes_may_go_on_without(seeded: Direct) -> None:
    office = vpn_connection(gateway={"address": "203.0.113.7"})

    assert missing(seeded.ask("PUT", VPN, put(connections=[office, BRANCH]))) == ["connections[0].gateway.addressSpace"]


def test_of_several_rules_on_a_port_one_may_go(seeded: Direct) -> None:
    assert seeded.ask("PUT", NETWORKING, {**DOCUMENT, "portForwards": [TWINS[1], OTHER]}).status == 200
    seeded.wait(10 * MINUTE)
    assert seeded.ask("PUT", NETWORKING, DOCUMENT).status == 400


def test_a_second_writer_keeps_what_it_found(seeded: Direct) -> None:
    seeded.arm(action="second-writer", path="*/advancedNetworking", portForwards=[OTHER])

    assert seeded.ask("PUT", NETWORKING, {**DOCUMENT, "portForwards": []}).status == 409
    assert document(seeded) == {**DOCUMENT, "portForwards": [OTHER]}
