"""What others made by hand, and no specification knows: it is there unchanged after whatever a stack does beside it."""

from copy import deepcopy
from typing import Any

import pytest

from tests import vpn
from tests.flow.conftest import Simulator
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

BRANCH_KEY = "shared-key-of-the-branch"
BGP = {"bgpSettings": {"customerAsn": 65001, "peeringAddress": "169.254.21.1"}}
BRANCH = {**vpn.connection(key=BRANCH_KEY), "name": "branch", "gateway": {"address": "203.0.113.20"}}
TWINS = [
    {"name": "b.example.com", "portDest": 636, "portOrig": 30636, "comment": "theirs"},
    {"name": "a.example.com", "portDest": 636, "portOrig": 30636},
]
THEIRS = [{"name": f"THEIRS_{number}", "type": "string", "service": None, "value": str(number)} for number in range(300)]


def program(*connections: dict[str, Any], port: int = 465, more: str = "") -> str:
    """Return a program with the VPN, its enablement, one rule and one variable."""
    parts = f"dns={vpn.DNS}, address_space=[{vpn.ADDRESS_SPACE!r}], connections={list(connections)}"
    return f"""
infra = NetworkInfrastructure("infra", NetworkInfrastructureArgs(P, "vpn", "va7", {parts}))
net = AdvancedNetworking("net", AdvancedNetworkingArgs(P, E), later(infra))
PortForward("smtp", PortForwardArgs(P, E, "smtp.example.com", {port}, 30465), later(net))
EnvVar("from", EnvVarArgs(P, E, "MAIL_FROM", "noreply@wknd.site"))
{more}
"""


def seed(state: dict[str, Any]) -> None:
    infrastructure = {**vpn.infrastructure(), "adobeAsn": 65515, "connections": [vpn.connection(), {**BRANCH, **deepcopy(BGP)}]}
    state["programs"]["10001"]["infrastructures"] = [infrastructure]
    networking = {"profile": {"ipv6": False}, "nonProxyHosts": ["*.Theirs.example"], "portForwards": deepcopy(TWINS)}
    state["programs"]["10001"]["environments"]["20001"].update(advancedNetworking=networking, variables=deepcopy(THEIRS))


@pytest.fixture
def theirs(stack: Stack, simulator: Simulator) -> Simulator:
    stack.watch.add(vpn.SHARED_KEY, BRANCH_KEY)
    simulator.edit(seed)
    simulator.forget_journal()
    return simulator


def assert_nothing_is_lost(simulator: Simulator, **changed: Any) -> None:
    """Assert that all that others made is there, except for what of the branch's connection is declared otherwise."""
    (live,) = simulator.state()["programs"]["10001"]["infrastructures"]
    office, branch = live["connections"]
    assert (live["adobeAsn"], live["dns"], office["gateway"]) == (65515, vpn.DNS, vpn.connection()["gateway"])
    assert {name: value for name, value in branch.items() if name != "sharedKey"} == {
        **{name: value for name, value in BRANCH.items() if name != "sharedKey"},
        **BGP,
        **changed,
    }
    environment = simulator.environment()
    networking = environment["advancedNetworking"]
    assert (networking["profile"], networking["nonProxyHosts"]) == ({"ipv6": False}, ["*.Theirs.example"])
    assert [rule for rule in networking["portForwards"] if rule["portOrig"] == 30636] == TWINS
    assert [variable for variable in environment["variables"] if variable["name"].startswith("THEIRS")] == THEIRS


def test_a_vpn_with_bgp_a_doubled_port_and_many_variables_lose_nothing(stack: Stack, theirs: Simulator) -> None:
    stack.program(program(vpn.connection(), BRANCH)).up()
    assert theirs.rules()[30465] == "smtp.example.com:465"
    assert sorted(theirs.mutations()) == ["PATCH variables", "PUT advancedNetworking"]
    assert_nothing_is_lost(theirs)

    stack.preview("--refresh", "--expect-no-changes")

    policy = {**vpn.IPSEC_POLICY, "saLifetime": 7200}
    stack.program(program(vpn.connection(), {**BRANCH, "ipsecPolicy": policy}, port=587)).up("--refresh")
    assert theirs.rules()[30465] == "smtp.example.com:587"
    assert_nothing_is_lost(theirs, ipsecPolicy=policy)
    stack.preview("--refresh", "--expect-no-changes")


def test_what_would_be_lost_is_refused_with_both_sides(stack: Stack, theirs: Simulator) -> None:
    doubled = 'PortForward("ldap", PortForwardArgs(P, E, "a.example.com", 636, 30636, on_conflict="replace"), later(net))'

    dropped = stack.program(program(vpn.connection())).up(code=None)
    rules = stack.program(program(vpn.connection(), BRANCH, more=doubled)).up(code=None)

    assert dropped.code != 0
    assert (
        "connections branch (bgpSettings, no gateway.addressSpace) and office, and the stack declares connection office" in dropped.output
    )
    assert rules.code != 0
    assert "30636 → a.example.com:636 and 30636 → b.example.com:636" in rules.output
    assert "Traceback" not in dropped.output + rules.output
    assert_nothing_is_lost(theirs)
