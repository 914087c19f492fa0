"""Read, merge, write and read back, through the client and the simulator: nothing of others is lost, and nothing changes its place."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from aem_mail.cloud_manager.advanced_networking import AdvancedNetworkingClient
from aem_mail.cloud_manager.call import Call
from aem_mail.kinds.requests import Enable, NetworkingRequest, PutRule, RemoveRule
from aem_mail.model import EnvironmentId, PortForward
from aem_mail.rollout.networking import Put, merge
from tests.simulator.direct import MINUTE, NETWORKING, Direct
from tests.simulator.seeds import port_forwards, unknown

T = TypeVar("T")
HERE = EnvironmentId("10001", "20001")
PORTS = st.sampled_from([30001, 30002, 30465])
HOSTS = st.sampled_from(["smtp.example.com", "mail.example.org"])


class Served:
    """An exchange whose other side is a simulator without HTTP."""

    def __init__(self, direct: Direct) -> None:
        self._direct = direct

    def one(self, call: Call, parse: Callable[[Any], T]) -> T:
        answer = self._direct.ask(call.method, call.path, call.body)
        assert answer.status == 200, answer
        return parse(answer.document)

    def many(self, call: Call, name: str, parse: Callable[[Sequence[Any]], T]) -> T:
        return parse(self._direct.get(call.path)["_embedded"][name])

    def done(self, call: Call) -> None:
        raise AssertionError(call)


rules = st.lists(st.builds(lambda entry, port: {**entry, "portOrig": port}, port_forwards, PORTS), max_size=6)
documents = st.builds(
    lambda more, hosts, entries: {**more, "nonProxyHosts": hosts, "portForwards": entries},
    unknown,
    st.lists(st.sampled_from(["a.example.com", "*.b.example"]), unique=True),
    rules,
)
requests = st.lists(
    st.one_of(
        st.builds(PutRule, st.just("ours"), st.builds(PortForward, HOSTS, st.just(465), PORTS), st.just("replace")),
        st.builds(RemoveRule, PORTS),
        st.just(Enable("net")),
    ),
    max_size=4,
)


def served(document: dict[str, Any]) -> Direct:
    infrastructure = {"kind": "dedicatedEgressIp", "region": "va7"}
    environments = {"20001": {"type": "prod", "advancedNetworking": document}}
    return Direct({"programs": {"10001": {"region": "va7", "infrastructures": [infrastructure], "environments": environments}}})


@settings(max_examples=100)
@given(documents, requests)
def test_every_field_and_every_foreign_rule_comes_back_to_the_letter_and_in_order(
    document: dict[str, Any], asked: list[NetworkingRequest]
) -> None:
    direct = served(deepcopy(document))
    api = AdvancedNetworkingClient(Served(direct))

    plan = merge(HERE, api.get(HERE), asked)
    if isinstance(plan.write, Put):
        write = plan.write
        api.put(HERE, non_proxy_hosts=write.non_proxy_hosts, port_forwards=write.port_forwards, other_fields=write.other_fields)
        direct.wait(10 * MINUTE)

    (after,) = direct.listed(NETWORKING)
    before = document["portForwards"]
    ours = {one.rule.port_orig if isinstance(one, PutRule) else one.port_orig for one in asked if isinstance(one, PutRule | RemoveRule)}
    ours -= {port for port in ours if sum(entry["portOrig"] == port for entry in before) > 1}
    assert [one for one in after["portForwards"] if one["portOrig"] not in ours] == [one for one in before if one["portOrig"] not in ours]
    assert {name: after.get(name) for name in document} == {**document, "portForwards": after["portForwards"]}
    for entry in after["portForwards"]:
        if entry["portOrig"] in ours:
            there = [one for one in before if one["portOrig"] == entry["portOrig"]]
            assert unknown_of(entry) == (unknown_of(there[0]) if there else {})


def unknown_of(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in {"name", "portDest", "portOrig"}}
