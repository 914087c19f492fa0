"""What is read of a resource is what was sent for it, whoever else has something there."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aem_mail.kinds import kind_named
from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.environment_variable import ENVIRONMENT_VARIABLE
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.kinds.port_forward import PORT_FORWARD, rules_on
from aem_mail.kinds.requests import Enable, PutRule
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.model import AdvancedNetworking, NetworkInfrastructure, PortForward, Variable, VariableKey
from aem_mail.rollout.networking import Put, merge
from tests.rollout.documents import documents
from tests.rollout.harness import HERE
from tests.strategies import hosts, plain_values, port_origs, services, variable_names

INFRASTRUCTURE = {"program_id": "1", "region": "va7", "kind": "vpn"}


@given(documents, hosts, st.integers(1, 65535), port_origs)
def test_a_rule_that_was_put_is_read_as_it_was_declared(live: AdvancedNetworking, host: str, port_dest: int, port_orig: int) -> None:
    rule = PortForward(host, port_dest, port_orig)
    plan = merge(HERE, live, [Enable("net"), PutRule("rule", rule, "replace", owned=False)])
    after = AdvancedNetworking(True, "30001", plan.write.non_proxy_hosts, plan.write.port_forwards) if isinstance(plan.write, Put) else live
    assume(len(rules_on(after, port_orig)) == 1)

    assert PORT_FORWARD.live_values({"port_orig": port_orig}, after) == {"name": host, "port_dest": port_dest, "rules_on_port": None}


@given(documents, st.randoms(use_true_random=False))
def test_which_of_several_rules_on_a_port_is_read_does_not_depend_on_their_order(live: AdvancedNetworking, random: Any) -> None:
    shuffled = list(live.port_forwards)
    random.shuffle(shuffled)
    recorded = {"port_orig": 30001, "name": "recorded.example.com", "port_dest": 465}

    read = PORT_FORWARD.live_values(recorded, live)

    assert PORT_FORWARD.live_values(recorded, replace(live, port_forwards=tuple(shuffled))) == read
    there = rules_on(live, 30001)
    assert read == {"rules_on_port": list(map(str, there))} if len(there) > 1 else not read or not read["rules_on_port"]


@given(documents)
def test_hosts_are_read_only_where_they_are_managed(live: AdvancedNetworking) -> None:
    unmanaged, managed = ADVANCED_NETWORKING.live_values({}, live), ADVANCED_NETWORKING.live_values({"non_proxy_hosts": []}, live)

    assert (unmanaged is None) is (managed is None) is (not live.enabled)
    assert managed is None or managed["non_proxy_hosts"] == sorted({host.casefold() for host in live.non_proxy_hosts})
    assert unmanaged is None or "non_proxy_hosts" not in unmanaged


@given(variable_names, st.none() | services, plain_values)
def test_a_variable_is_found_by_service_and_name(name: str, service: str | None, value: str) -> None:
    recorded = {"name": name, **({} if service is None else {"service": service})}
    others = [Variable(VariableKey("author" if service is None else None, name), "string", "ready", "other")]
    mine = Variable(VariableKey(service, name), "string", "ready", value)

    assert ENVIRONMENT_VARIABLE.live_values(recorded, others) is None
    assert ENVIRONMENT_VARIABLE.live_values(recorded, [*others, mine]) == {"value": value, "type": "string", "status": "ready"}
    assert SECRET_VARIABLE.live_values(recorded, [mine]) == {"type": "string", "status": "ready"}


@pytest.mark.parametrize("status", ["deleting", "deleted"])
def test_an_infrastructure_that_goes_counts_as_gone(status: str) -> None:
    assert NETWORK_INFRASTRUCTURE.live_values(INFRASTRUCTURE, [NetworkInfrastructure("1", "vpn", "va7", status)]) is None


def test_of_a_vpn_only_what_is_declared_is_read_and_its_key_stays_as_recorded() -> None:
    live = NetworkInfrastructure(
        "1",
        "vpn",
        "va7",
        "ready",
        connections=({"name": "a", "gateway": {"address": "1.2.3.4"}, "status": "up"},),
        dns={"resolvers": ["9.9.9.9"]},
    )
    recorded = {**INFRASTRUCTURE, "connections": [{"name": "a", "gateway": {"address": "4.3.2.1"}, "sharedKey": "key"}]}

    read = NETWORK_INFRASTRUCTURE.live_values(recorded, [live])

    assert read == {
        **{"infrastructure_id": "1", "kind": "vpn", "status": "ready"},
        "connections": [{"name": "a", "gateway": {"address": "1.2.3.4"}, "sharedKey": "key"}],
    }


@pytest.mark.parametrize(
    ("kind", "outputs", "wrong"),
    [
        ("EnvVar", {"type": "string", "status": "ready"}, ()),
        ("EnvVar", {"type": "secretString", "status": "failed"}, ("type",)),
        ("SecretEnvVar", {"type": "secretString", "status": "failed"}, ("status",)),
        ("SecretEnvVar", {}, ()),
        ("NetworkInfrastructure", {"status": "error"}, ("status",)),
        ("OsgiConfig", {"content": "a"}, ("content",)),
        ("PortForward", {"status": "failed"}, ()),
    ],
)
def test_what_is_wrong_though_every_input_is_right_is_named(kind: str, outputs: dict[str, Any], wrong: tuple[str, ...]) -> None:
    assert kind_named(kind).drifted(outputs, {"content": "b"}) == wrong
