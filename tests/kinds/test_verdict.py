from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.kinds import claim_keys, decide, identity, normalise
from aem_mail.kinds.verdict import Verdict
from aem_mail.model import UNKNOWN
from tests.strategies import FIELDS, anything, arbitrary_with_kind, host_names, json_values, valid, valid_with_kind

KindAndProperties = tuple[str, dict[str, Any]]

PLACE = {"program_id": "10001", "environment_id": "20001"}
RULE = {**PLACE, "name": "smtp.example.com", "port_dest": 465, "port_orig": 30465}
SECRET = {**PLACE, "name": "EMAIL_PASSWORD"}
KEPT = {**SECRET, "on_conflict": "keep"}
BY_VALUE = {**SECRET, "value": "one", "fingerprint": "fp1:1"}
BY_REFERENCE = {**SECRET, "value_from": "env:PW", "fingerprint": "fp1:1"}
FLEXIBLE = {"program_id": "10001", "region": "va7", "kind": "flexiblePortEgress"}
FILE = {"directory": "aem/osgiconfig", "pid": "com.example.Service", "properties": {"a": 1}}
NOTHING = Verdict()


@given(valid_with_kind)
def test_nothing_moves_between_a_state_and_itself(case: KindAndProperties) -> None:
    kind, properties = case

    assert decide(kind, properties, properties) == NOTHING


@given(valid_with_kind, st.dictionaries(st.sampled_from(["origin", "status", "__provider", "logical_name", "on_conflict"]), json_values))
def test_computed_outputs_and_policies_never_count(case: KindAndProperties, outputs: dict[str, Any]) -> None:
    kind, properties = case

    assert decide(kind, {**properties, **outputs}, properties) == NOTHING
    assert decide(kind, properties, {**properties, **outputs}) == NOTHING


@given(valid_with_kind, st.data())
def test_a_value_that_is_not_known_yet_counts_as_moved(case: KindAndProperties, data: st.DataObject) -> None:
    kind, properties = case
    candidates = sorted(set(properties) - {"on_conflict", "fingerprint"})
    name = data.draw(st.sampled_from(candidates))

    assert name in decide(kind, properties, {**properties, name: UNKNOWN}).changed


@given(arbitrary_with_kind, st.data())
def test_anything_can_be_compared_with_anything(case: KindAndProperties, data: st.DataObject) -> None:
    kind, properties = case
    other = data.draw(st.dictionaries(st.sampled_from(FIELDS[kind]), anything, max_size=4))

    verdict = decide(kind, properties, other)

    assert set(verdict.replaces) <= set(verdict.changed)
    assert not (verdict.state_only and verdict.replaces)


@given(st.sampled_from(["PortForward", "EnvVar", "SecretEnvVar", "AdvancedNetworking", "NetworkInfrastructure"]), st.data())
def test_another_id_replaces_and_the_same_id_of_an_environments_thing_never_does(kind: str, data: st.DataObject) -> None:
    one, other = (normalise(kind, data.draw(valid(kind))) for _ in range(2))
    other = {**one, **{name: other[name] for name in other if data.draw(st.booleans())}}

    same_claim = claim_keys(kind, one) == claim_keys(kind, other)

    assert bool(decide(kind, one, other).replaces) != same_claim
    assert same_claim <= (identity(kind, one) == identity(kind, other))


@given(st.lists(host_names, min_size=1, max_size=5).flatmap(lambda hosts: st.tuples(st.just(hosts), st.permutations(hosts))))
def test_the_order_of_hosts_and_address_ranges_is_irrelevant(case: tuple[list[str], list[str]]) -> None:
    hosts, shuffled = case

    assert decide("AdvancedNetworking", {**PLACE, "non_proxy_hosts": hosts}, {**PLACE, "non_proxy_hosts": shuffled}) == NOTHING


@pytest.mark.parametrize(
    ("kind", "recorded", "change", "verdict"),
    [
        ("PortForward", RULE, {"name": "smtp.example.org"}, Verdict(("name",))),
        ("PortForward", RULE, {"port_orig": 30587}, Verdict(("port_orig",), ("port_orig",))),
        ("PortForward", RULE, {"environment_id": "20002"}, Verdict(("environment_id",), ("environment_id",))),
        ("PortForward", RULE, {"timeout": 60}, Verdict(("timeout",), state_only=True)),
        ("PortForward", RULE, {"timeout": 60, "port_dest": 587}, Verdict(("port_dest", "timeout"))),
        ("EnvVar", {**SECRET, "value": "a"}, {"value": "b"}, Verdict(("value",))),
        ("EnvVar", {**SECRET, "value": "a"}, {"service": "author"}, Verdict(("service",), ("service",))),
        ("AdvancedNetworking", PLACE, {"non_proxy_hosts": []}, Verdict(("non_proxy_hosts",))),
        ("AdvancedNetworking", {**PLACE, "non_proxy_hosts": ["a"]}, {"non_proxy_hosts": []}, Verdict(("non_proxy_hosts",))),
        (
            "AdvancedNetworking",
            {**PLACE, "non_proxy_hosts": ["a"]},
            {"non_proxy_hosts": None},
            Verdict(("non_proxy_hosts",), state_only=True),
        ),
        ("AdvancedNetworking", PLACE, {"infrastructure_kind": "vpn"}, Verdict(("infrastructure_kind",), state_only=True)),
        ("NetworkInfrastructure", FLEXIBLE, {"kind": "vpn"}, Verdict(("kind",), ("kind",), delete_before_replace=True)),
        ("NetworkInfrastructure", FLEXIBLE, {"region": "nld2"}, Verdict(("region",), ("region",), delete_before_replace=True)),
        ("NetworkInfrastructure", FLEXIBLE, {"program_id": "10002"}, Verdict(("program_id",), ("program_id",))),
        ("NetworkInfrastructure", FLEXIBLE, {"allow_replace": True}, NOTHING),
        ("NetworkInfrastructure", FLEXIBLE, {"is_primary_region": True}, Verdict(("is_primary_region",), state_only=True)),
        ("NetworkInfrastructure", {**FLEXIBLE, "is_primary_region": True}, {"is_primary_region": None}, NOTHING),
        ("OsgiConfig", FILE, {"properties": {"a": True}}, Verdict(("properties",))),
        ("OsgiConfig", FILE, {"properties": {"a": 1.0}}, NOTHING),
        ("OsgiConfig", FILE, {"run_mode": "dev"}, Verdict(("run_mode",), ("run_mode",))),
        ("OsgiConfig", FILE, {"delete_file": True}, Verdict(("delete_file",), state_only=True)),
        ("OsgiConfig", FILE, {"directory": "/srv/infra/aem/osgiconfig"}, NOTHING),
    ],
)
def test_what_a_change_costs(kind: str, recorded: dict[str, Any], change: dict[str, Any], verdict: Verdict) -> None:
    assert decide(kind, recorded, {**recorded, **change}, project="/srv/infra") == verdict


def test_the_primary_flag_of_a_vpn_is_updated_and_that_of_another_kind_needs_a_new_infrastructure() -> None:
    vpn = {**FLEXIBLE, "kind": "vpn", "is_primary_region": True}
    dedicated = {**FLEXIBLE, "kind": "dedicatedEgressIp", "is_primary_region": True}

    assert decide("NetworkInfrastructure", vpn, {**vpn, "is_primary_region": False}) == Verdict(("is_primary_region",))
    assert decide("NetworkInfrastructure", dedicated, {**dedicated, "is_primary_region": False}).replaces == ("is_primary_region",)


def test_a_new_shared_key_is_an_update_of_a_vpn() -> None:
    recorded = {**FLEXIBLE, "kind": "vpn", "connections": [{"name": "a", "sharedKey": "old"}]}
    wanted = {**recorded, "connections": [{"name": "a", "sharedKey": "new"}]}

    assert decide("NetworkInfrastructure", recorded, wanted) == Verdict(("connections",))


@pytest.mark.parametrize(
    ("recorded", "wanted", "verdict"),
    [
        (BY_VALUE, {**BY_VALUE, "fingerprint": "fp2:2"}, NOTHING),
        (BY_VALUE, {**BY_VALUE, "value": "two", "fingerprint": "fp1:2"}, Verdict(("value",))),
        (BY_VALUE, {**BY_VALUE, "value": UNKNOWN, "fingerprint": None}, Verdict(("value",))),
        (BY_VALUE, {**BY_VALUE, "rotate_when": "2026-02"}, Verdict(("rotate_when",))),
        ({**BY_VALUE, "rotate_when": "2026-01"}, BY_VALUE, Verdict(("rotate_when",), state_only=True)),
        (BY_VALUE, {**BY_VALUE, "expires_at": "2027-01-01"}, Verdict(("expires_at",), state_only=True)),
        (BY_VALUE, KEPT, Verdict(("value",), state_only=True)),
        (KEPT, BY_VALUE, Verdict(("value",))),
        (KEPT, BY_REFERENCE, Verdict(("value_from", "fingerprint"))),
        (
            KEPT,
            {**KEPT, "rotate_when": "x"},
            Verdict(("rotate_when",), state_only=True),
        ),
        (KEPT, {**KEPT, "service": "author"}, Verdict(("service",), ("service",))),
        (BY_VALUE, {**BY_VALUE, "on_conflict": "keep"}, NOTHING),
        (BY_REFERENCE, BY_REFERENCE, NOTHING),
        (BY_REFERENCE, {**BY_REFERENCE, "fingerprint": None}, NOTHING),
        (BY_REFERENCE, {**BY_REFERENCE, "value_from": "env:OTHER"}, Verdict(("value_from",), state_only=True)),
        (BY_REFERENCE, {**BY_REFERENCE, "value_from": "env:OTHER", "fingerprint": None}, Verdict(("value_from", "fingerprint"))),
        (BY_REFERENCE, {**BY_REFERENCE, "value_from": "env:OTHER", "fingerprint": "fp1:2"}, Verdict(("value_from", "fingerprint"))),
        ({**BY_REFERENCE, "fingerprint": None}, BY_REFERENCE, Verdict(("fingerprint",))),
        (BY_VALUE, BY_REFERENCE, Verdict(("value", "value_from"), state_only=True)),
        (BY_REFERENCE, BY_VALUE, Verdict(("value", "value_from"), state_only=True)),
        (BY_VALUE, {**BY_REFERENCE, "fingerprint": "fp1:2"}, Verdict(("value", "value_from"))),
        (BY_REFERENCE, {**BY_VALUE, "fingerprint": "fp1:2"}, Verdict(("value", "value_from"))),
        (BY_VALUE, {**BY_REFERENCE, "fingerprint": None}, Verdict(("value", "value_from"))),
    ],
)
def test_when_a_secret_is_written_again(recorded: dict[str, Any], wanted: dict[str, Any], verdict: Verdict) -> None:
    assert decide("SecretEnvVar", recorded, wanted) == verdict


@pytest.mark.parametrize(
    ("recorded", "wanted", "words"),
    [
        ("fp1:1", "fp1:2", "the referenced value has changed"),
        ("fp2:1", "fp2:2", "or AEM_MAIL_FINGERPRINT_KEY has changed"),
        ("fp2:1", "fp1:2", "AEM_MAIL_FINGERPRINT_KEY is not set"),
        ("fp2:1", UNKNOWN, "AEM_MAIL_FINGERPRINT_KEY is not set"),
    ],
)
def test_a_fingerprint_that_differs_counts_as_a_change_and_says_why(recorded: str, wanted: Any, words: str) -> None:
    verdict = decide("SecretEnvVar", {**BY_REFERENCE, "fingerprint": recorded}, {**BY_REFERENCE, "fingerprint": wanted})

    assert verdict.changed == ("fingerprint",)
    assert not verdict.state_only
    assert words in verdict.reasons[0]
