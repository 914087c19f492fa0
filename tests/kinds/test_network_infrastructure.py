from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from aem_mail.errors import Problem
from aem_mail.kinds import normalise, problems, warnings
from aem_mail.model import UNKNOWN
from tests.kinds.spec import IPSEC_ENUMERATIONS

FLEXIBLE = {"program_id": "10001", "kind": "flexiblePortEgress", "region": "va7"}
POLICY = {
    "dhGroup": "ECP256",
    "ikeEncryption": "AES256",
    "ikeIntegrity": "SHA256",
    "ipsecEncryption": "AES256",
    "ipsecIntegrity": "SHA256",
    "pfsGroup": "ECP256",
    "saDatasize": 102400,
    "saLifetime": 3600,
}
VPN: dict[str, Any] = {
    "program_id": "10001",
    "kind": "vpn",
    "region": "va7",
    "address_space": ["10.104.182.64/26"],
    "dns": {"resolvers": ["10.151.201.22"], "domains": ["wknd.site"]},
    "connections": [
        {
            "name": "connection-1",
            "gateway": {"address": "195.231.212.78", "addressSpace": ["10.151.0.0/16", "10.142.0.0/24"]},
            "sharedKey": "psk-4711",
            "ipsecPolicy": POLICY,
        }
    ],
}


def found(properties: dict[str, Any]) -> list[Problem]:
    return problems("NetworkInfrastructure", normalise("NetworkInfrastructure", properties))


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    properties = deepcopy(VPN)
    change(properties)
    return properties


def connection(**fields: Any) -> dict[str, Any]:
    return changed(lambda vpn: vpn["connections"][0].update(fields))


def gateway(**fields: Any) -> dict[str, Any]:
    return changed(lambda vpn: vpn["connections"][0]["gateway"].update(fields))


def policy(**fields: Any) -> dict[str, Any]:
    return changed(lambda vpn: vpn["connections"][0]["ipsecPolicy"].update(fields))


@pytest.mark.parametrize("properties", [FLEXIBLE, {**FLEXIBLE, "kind": "dedicatedEgressIp", "is_primary_region": True}, VPN])
def test_each_kind_as_adobe_shows_it_is_accepted(properties: dict[str, Any]) -> None:
    assert found(properties) == []
    assert warnings("NetworkInfrastructure", properties) == []


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"kind": "flexible"}, "kind", "must be 'flexiblePortEgress', 'dedicatedEgressIp' or 'vpn', not 'flexible'"),
        ({"kind": "VPN"}, "kind", "write 'vpn' (the case counts)"),
        ({"kind": None}, "kind", "is missing"),
        ({"region": "VA7"}, "region", "lower-case name, such as 'va7', not 'VA7'"),
        ({"region": ""}, "region", "lower-case name"),
        ({"region": "va7/x"}, "region", "lower-case name"),
        ({"is_primary_region": "yes"}, "is_primary_region", "must be true or false, not 'yes'"),
        ({"allow_replace": 1}, "allow_replace", "must be true or false, not 1"),
        ({"timeout": -1}, "timeout", "a positive number of seconds"),
        ({"address_space": ["10.0.0.0/26"]}, "address_space", "only a vpn has it; leave it out for flexiblePortEgress"),
        ({"dns": {"resolvers": ["10.0.0.1"]}}, "dns", "only a vpn has it"),
        ({"connections": []}, "connections", "only a vpn has it"),
    ],
)
def test_limits_of_every_kind(change: dict[str, Any], field: str, words: str) -> None:
    described = [(problem.field, problem.message) for problem in found({**FLEXIBLE, **change})]

    assert any(name == field and words in message for name, message in described), described


@pytest.mark.parametrize(
    ("properties", "field", "words"),
    [
        ({**VPN, "address_space": None}, "address_space", "is missing: a vpn needs it"),
        ({**VPN, "connections": None}, "connections", "is missing: a vpn needs it"),
        ({**VPN, "address_space": []}, "address_space", "exactly one address range of /26 or larger"),
        ({**VPN, "address_space": ["10.0.0.0/26", "10.0.1.0/26"]}, "address_space", "exactly one address range"),
        ({**VPN, "address_space": "10.0.0.0/26"}, "address_space", "a list of exactly one address range"),
        ({**VPN, "address_space": ["10.0.0.0/27"]}, "address_space[0]", "/26 (64 addresses) or larger, not '10.0.0.0/27'"),
        ({**VPN, "address_space": ["fd00::/26"]}, "address_space[0]", "must be an IPv4 range"),
        ({**VPN, "address_space": ["10.0.0.1/26"]}, "address_space[0]", "not '10.0.0.1/26'; write '10.0.0.0/26'"),
        ({**VPN, "address_space": ["ten"]}, "address_space[0]", "must be an address range such as '10.0.0.0/26', not 'ten'"),
        ({**VPN, "dns": {"domains": ["a.b"]}}, "dns.resolvers", "is missing"),
        ({**VPN, "dns": {"resolvers": []}}, "dns.resolvers", "at least one entry"),
        ({**VPN, "dns": {"resolvers": ["dns.example"]}}, "dns.resolvers[0]", "must be an IP address, not 'dns.example'"),
        ({**VPN, "dns": {"resolvers": ["10.151.0.1", "8.8.8.8"]}}, "dns.resolvers[1]", "'8.8.8.8' lies outside the gateway's addressSpace"),
        ({**VPN, "dns": {"resolver": ["10.151.0.1"], "resolvers": ["10.151.0.1"]}}, "dns.resolver", "did you mean resolvers?"),
        ({**VPN, "dns": {"resolvers": ["10.151.0.1"], "domains": ["*.b"]}}, "dns.domains[0]", "is no host name"),
        ({**VPN, "dns": "10.151.0.1"}, "dns", "must be an object with the fields resolvers, domains, not a text"),
        ({**VPN, "connections": []}, "connections", "must have at least one entry"),
        ({**VPN, "connections": {}}, "connections", "must be a list of connections, not an object"),
        (connection(name=""), "connections[0].name", "a text that is not empty"),
        (connection(sharedKey=""), "connections[0].sharedKey", "the pre-shared key, a text that is not empty"),
        (connection(sharedKey=None), "connections[0].sharedKey", "is missing"),
        (connection(ipsecPolicy=None), "connections[0].ipsecPolicy", "is missing"),
        (connection(shared_key="x"), "connections[0].shared_key", "is unknown; did you mean sharedKey?"),
        (gateway(address="vpn.example.com"), "connections[0].gateway.address", "must be an IP address, not 'vpn.example.com'"),
        (gateway(addressSpace=[]), "connections[0].gateway.addressSpace", "at least one entry"),
        (gateway(addressSpace=["10.151.0.0/33"]), "connections[0].gateway.addressSpace[0]", "must be an address range"),
        (policy(dhGroup="DHGroup3"), "connections[0].ipsecPolicy.dhGroup", "not 'DHGroup3'"),
        (policy(pfsGroup="none"), "connections[0].ipsecPolicy.pfsGroup", "write 'None' (the case counts)"),
        (policy(saDatasize=1023), "connections[0].ipsecPolicy.saDatasize", "from 1024"),
        (policy(saLifetime=299), "connections[0].ipsecPolicy.saLifetime", "from 300"),
        (policy(saLifetime="300"), "connections[0].ipsecPolicy.saLifetime", "in seconds"),
        (policy(dpd=3), "connections[0].ipsecPolicy.dpd", "is unknown"),
    ],
)
def test_limits_of_a_vpn(properties: dict[str, Any], field: str, words: str) -> None:
    (problem,) = found(properties)

    assert problem.field == field
    assert words in problem.message


@pytest.mark.parametrize(("name", "choices"), IPSEC_ENUMERATIONS.items())
def test_every_choice_of_the_specification_is_accepted(name: str, choices: str) -> None:
    for choice in choices.split():
        assert found(policy(**{name: choice})) == []


@pytest.mark.parametrize("name", sorted(POLICY))
def test_every_part_of_the_ipsec_policy_is_required(name: str) -> None:
    assert [(problem.field, problem.message) for problem in found(policy(**{name: None}))] == [
        (f"connections[0].ipsecPolicy.{name}", "is missing")
    ]


@pytest.mark.parametrize(
    "properties",
    [
        policy(saDatasize=1024, saLifetime=300),
        policy(saDatasize=1024.0),
        {**VPN, "address_space": ["10.0.0.0/16"]},
        {**VPN, "dns": None},
        {**VPN, "connections": [{**VPN["connections"][0], "name": f"connection-{number}"} for number in range(20)]},
        gateway(addressSpace=None),
        gateway(addressSpace=UNKNOWN),
        gateway(addressSpace=["10.142.0.0/24", UNKNOWN]),
        connection(sharedKey=UNKNOWN, name=UNKNOWN),
        {**VPN, "connections": UNKNOWN},
        {**VPN, "connections": [UNKNOWN]},
        {**VPN, "address_space": UNKNOWN},
        {**VPN, "dns": {"resolvers": UNKNOWN}},
        {**VPN, "kind": UNKNOWN},
    ],
)
def test_the_minima_and_what_is_not_known_yet_are_accepted(properties: dict[str, Any]) -> None:
    assert found(properties) == []


def test_a_vpn_without_resolvers_is_warned_of() -> None:
    (warning,) = warnings("NetworkInfrastructure", {**VPN, "dns": None})

    assert warning.field == "dns"


def test_a_stand_in_for_a_shared_key_is_refused_unless_it_is_meant() -> None:
    masked = changed(lambda vpn: vpn["connections"][0].update(sharedKey="********"))

    (problem,) = found(masked)

    assert problem.field == "connections[0].sharedKey"
    assert "is a stand-in for a secret" in problem.message
    assert found({**masked, "allow_placeholder": True}) == []
