"""A VPN of which not everything is understood: what an update keeps, and when it is refused with both sides."""

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.errors import Refused
from aem_mail.model import NetworkInfrastructure
from aem_mail.rollout.vpn_connections import loss, updated
from aem_mail.rollout.wanted_infrastructure import WantedInfrastructure
from aem_mail.simulator.state.secret import Secret
from tests import vpn as office

from .harness import Bench, infrastructure
from .infrastructures import KEY, NEW_KEY, create, there, update

ASN = {"adobeAsn": 65515, "routing": {"mode": "mixed"}}
BGP = {"bgpSettings": {"customerAsn": 65001, "peeringAddress": "169.254.21.1"}, "enabled": True}


def named(name: str, key: str | None = KEY, **more: Any) -> dict[str, Any]:
    return {**office.connection(key=key), "name": name, **more}


def routed_by_bgp(name: str, key: str | None = KEY) -> dict[str, Any]:
    """Return a connection as the API may show it since 2026.7.0: no static prefixes, and fields that no specification has."""
    gateway = {"address": "203.0.113.20", "vendor": {"name": "x", "firmware": 1.0}}
    return {**named(name, key, gateway=gateway), **deepcopy(BGP)}


def declared(*connections: dict[str, Any], **more: Any) -> WantedInfrastructure:
    return infrastructure("vpn", address_space=(office.ADDRESS_SPACE,), dns=office.DNS, connections=connections, **more)


def declared_by_bgp(name: str, key: str = KEY) -> dict[str, Any]:
    """Return what a stack can declare of such a connection."""
    return named(name, key, gateway={"address": "203.0.113.20"})


@pytest.fixture
def mixed(program: Bench) -> Bench:
    """Return a program whose VPN has a static connection and one with BGP."""
    vpn = office.infrastructure() | {"connections": [named("office"), routed_by_bgp("branch")], **ASN}
    program.edit_program(infrastructures=[vpn | {"dns": {**office.DNS, "ttl": 30}}])
    return program


def test_a_vpn_with_fields_that_are_not_known_is_adopted_without_a_write(mixed: Bench) -> None:
    answer = create(mixed, declared(named("office"), declared_by_bgp("branch")))

    assert answer.unready is None
    assert mixed.mutations() == []


@pytest.mark.parametrize("order", [1, -1])
def test_an_update_keeps_what_is_not_known_of_a_vpn_and_of_each_connection(mixed: Bench, order: int) -> None:
    before = deepcopy(there(mixed)[0])
    connections = [named("office", NEW_KEY), declared_by_bgp("branch", NEW_KEY)][::order]

    assert update(mixed, declared(*connections), rewrite=True).unready is None

    assert mixed.mutations() == ["PUT 30001"]
    key = {"sharedKey": Secret.of(NEW_KEY).fingerprint}
    expected = before | {"connections": [{**connection, **key} for connection in before["connections"]]}
    assert {name: value for name, value in there(mixed)[0].items() if name != "updated"} == expected


def test_what_is_declared_of_a_connection_changes_and_the_rest_of_it_stays(mixed: Bench) -> None:
    branch = declared_by_bgp("branch") | {"ipsecPolicy": {**office.IPSEC_POLICY, "saLifetime": 7200}}

    update(mixed, declared(named("office"), branch))

    (_, after) = there(mixed)[0]["connections"]
    before = routed_by_bgp("branch", None)
    assert after == before | {"ipsecPolicy": branch["ipsecPolicy"], "sharedKey": Secret.of(KEY).fingerprint}


@pytest.mark.parametrize(
    ("connections", "sides"),
    [
        (
            [named("office")],
            "it has connections branch (bgpSettings, enabled, gateway.vendor, no gateway.addressSpace) and office, "
            "and the stack declares connection office.",
        ),
        ([declared_by_bgp("branch")], "and the stack declares connection branch."),
        ([named("office"), named("other")], "and the stack declares connections office and other."),
        ([named("office"), declared_by_bgp("branch"), named("third")], "and the stack declares connections branch, office and third."),
        ([named("office"), named("branch")], "declares connections branch (gateway.addressSpace 10.1.0.0/16) and office."),
    ],
)
def test_an_update_that_would_drop_or_invent_what_is_not_understood_is_refused_with_both_sides(
    mixed: Bench, connections: list[dict[str, Any]], sides: str
) -> None:
    before = there(mixed)

    for change in (partial(update, rewrite=True), create):
        with pytest.raises(Refused) as refused:
            change(mixed, declared(*connections))
        assert sides in str(refused.value)
        assert "network infrastructure 30001 (vpn in va7, ready)" in str(refused.value)
        assert KEY not in str(refused.value)

    assert (mixed.mutations(), there(mixed)) == ([], before)


def test_connections_that_somebody_adds_while_an_update_waits_are_not_dropped(program: Bench) -> None:
    program.edit_program(infrastructures=[office.infrastructure()])
    program.fault(method="PUT", path="*/networkInfrastructure/*", nth=1, status=409)
    find = program.api.network_infrastructures.get

    def edited(program_id: str, infrastructure_id: str) -> NetworkInfrastructure:
        if program.fired() == [1]:
            vpn = office.infrastructure() | {"connections": [named("office"), named("theirs")]}
            program.edit_program(infrastructures=[vpn])
        return find(program_id, infrastructure_id)

    program.api.network_infrastructures.get = edited  # type: ignore[method-assign]
    with pytest.raises(Refused, match="it has connections office and theirs, and the stack declares connection office"):
        update(program, declared(named("office", NEW_KEY)), rewrite=True)


def test_several_understood_connections_are_created_added_to_and_given_up_by_who_declared_them(program: Bench) -> None:
    create(program, declared(named("a"), named("b")))
    update(program, declared(named("b"), named("c"), named("a")))
    assert [one["name"] for one in there(program)[0]["connections"]] == ["a", "b", "c"]

    with pytest.raises(Refused, match="it has connections a, b and c, and the stack declares connections a and b"):
        update(program, declared(named("a"), named("b")))
    program.rollout.infrastructures.update(declared(named("a"), named("b")), rewrite=False, timeout=1e7, ours=frozenset("abc"))

    assert [one["name"] for one in there(program)[0]["connections"]] == ["a", "b"]


def test_the_order_of_connections_is_no_difference() -> None:
    live = NetworkInfrastructure("1", "vpn", "va7", "ready", dns=office.DNS, connections=(named("a", None), named("b", None)))

    assert not declared(named("b"), named("a")).differs(live)
    assert declared(named("b"), named("c")).differs(live)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)
unknown = st.dictionaries(st.sampled_from(["bgpSettings", "asn", "ünknown", "🙂"]), json_values, max_size=3)


@st.composite
def live_connections(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return connections as they may be live: any unknown fields at each level, with and without static prefixes."""
    names = draw(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True))
    return [draw(_connection(name)) for name in names]


@st.composite
def _connection(draw: Callable[..., Any], name: str) -> dict[str, Any]:
    prefixes = {"addressSpace": ["10.1.0.0/16"]} if draw(st.booleans()) else {}
    gateway = {**draw(unknown), "address": "203.0.113.10", **prefixes}
    policy = {**draw(unknown), **office.IPSEC_POLICY}
    return {**draw(unknown), "name": name, "gateway": gateway, "ipsecPolicy": policy}


def _only_known(connection: dict[str, Any]) -> dict[str, Any]:
    gateway = {name: connection["gateway"][name] for name in ("address", "addressSpace") if name in connection["gateway"]}
    return {"name": connection["name"], "gateway": gateway, "ipsecPolicy": dict(office.IPSEC_POLICY), "sharedKey": KEY}


@given(live_connections(), st.randoms(use_true_random=False))
def test_an_update_of_what_is_declared_gives_every_field_back_to_the_letter_and_in_order(live: list[dict[str, Any]], random: Any) -> None:
    wanted = [_only_known(connection) for connection in live]
    random.shuffle(wanted)

    assert loss(live, wanted, frozenset()) is None
    assert updated(live, wanted) == [{**connection, "sharedKey": KEY} for connection in live]


@given(live_connections(), live_connections(), st.frozensets(st.sampled_from("abc")))
def test_no_update_that_is_not_refused_loses_a_field_or_anothers_connection(
    live: list[dict[str, Any]], other: list[dict[str, Any]], ours: frozenset[str]
) -> None:
    wanted = [_only_known(connection) for connection in other]
    if loss(live, wanted, ours) is not None:
        return

    after = {connection["name"]: connection for connection in updated(live, wanted)}
    for connection in live:
        if connection["name"] in after:
            assert {**connection, **after[connection["name"]]}.keys() == after[connection["name"]].keys()
            assert connection["gateway"].keys() <= after[connection["name"]]["gateway"].keys()
        else:
            assert connection["name"] in ours or len(live) == 1
            assert _only_known(connection) == {**connection, "sharedKey": KEY}
            assert "addressSpace" in connection["gateway"]
