import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.simulator.mail.failure import StageFailure
from aem_mail.simulator.mail.name_resolution import NameServers, resolve_name

INSIDE = NameServers(("10.1.0.4",), ("corp.internal", "wknd.site"), ("10.1.0.0/16",))
OUTSIDE = NameServers(("192.0.2.1",), INSIDE.known, INSIDE.reachable)


def why_not(name: str, name_servers: NameServers) -> str:
    with pytest.raises(StageFailure, match=r"^java\.net\.UnknownHostException: ") as failure:
        resolve_name(name, name_servers)
    assert failure.value.stage == "connect"
    return str(failure.value)


@pytest.mark.parametrize("name", ["mail.corp.internal", "corp.internal", "mail.wknd.site", "10.1.2.3"])
def test_what_the_resolvers_know_is_resolved(name: str) -> None:
    resolve_name(name, INSIDE)


@pytest.mark.parametrize("name", ["mail.lan", "mail", "mail.notcorp.internal", "corp.internal.lan", "smtp.example.com"])
def test_what_the_resolvers_do_not_know_is_asked_of_nobody_else(name: str) -> None:
    assert "only the VPN's resolvers (10.1.0.4) are asked" in why_not(name, INSIDE)


def test_where_nothing_is_said_the_resolvers_know_private_names_alone() -> None:
    silent = NameServers(INSIDE.resolvers, None, INSIDE.reachable)

    resolve_name("mail.lan", silent)
    assert "knownNames" in why_not("smtp.example.com", silent)


@pytest.mark.parametrize("name", ["mail.lan", "mail", "corp.internal.lan"])
def test_without_resolvers_a_private_name_is_asked_of_public_name_servers(name: str) -> None:
    assert "public name servers are asked" in why_not(name, NameServers())
    resolve_name("smtp.example.com", NameServers())


@pytest.mark.parametrize("name", ["mail.corp.internal", "mail.wknd.site", "smtp.example.com"])
def test_resolvers_outside_the_gateways_address_space_answer_nobody(name: str) -> None:
    assert "(192.0.2.1), since the gateway's address space is 10.1.0.0/16" in why_not(name, OUTSIDE)


def test_one_resolver_within_reach_is_enough() -> None:
    resolve_name("mail.corp.internal", NameServers(("192.0.2.1", "10.1.0.4"), INSIDE.known, INSIDE.reachable))


@given(resolver=st.ip_addresses(v=4), network=st.ip_addresses(v=4), prefix=st.integers(0, 32))
def test_exactly_a_resolver_within_the_range_is_reached(
    resolver: ipaddress.IPv4Address, network: ipaddress.IPv4Address, prefix: int
) -> None:
    space = ipaddress.ip_network((network, prefix), strict=False)
    servers = NameServers((str(resolver),), ("corp.internal",), (str(space),))

    if resolver in space:
        resolve_name("mail.corp.internal", servers)
    else:
        why_not("mail.corp.internal", servers)


@given(st.lists(st.text(), max_size=2), st.lists(st.text(), max_size=2))
def test_what_is_no_address_reaches_nobody(resolvers: list[str], spaces: list[str]) -> None:
    names = NameServers(tuple(resolvers), ("corp.internal",), tuple(f"x{space}" for space in spaces))

    assert "UnknownHostException" in why_not("mail.corp.internal", names)
