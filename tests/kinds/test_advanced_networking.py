from typing import Any

import pytest

from aem_mail.kinds import normalise, problems
from aem_mail.kinds.advanced_networking import non_proxy_hosts_problems
from aem_mail.model import UNKNOWN

PLACE = {"program_id": "10001", "environment_id": "20001"}


@pytest.mark.parametrize("hosts", [None, [], ["example.com", "*.example.com"], ["*.Example.COM."], ["192.0.2.1"], [UNKNOWN], UNKNOWN])
def test_hosts_that_are_accepted(hosts: Any) -> None:
    assert problems("AdvancedNetworking", normalise("AdvancedNetworking", {**PLACE, "non_proxy_hosts": hosts})) == []


@pytest.mark.parametrize(
    ("hosts", "field", "words"),
    [
        ("example.com", "non_proxy_hosts", "must be a list of hosts, not a text"),
        (["example.*"], "non_proxy_hosts[0]", "the wildcard may only stand at the start, as in '*.example.com', not 'example.*'"),
        (["*"], "non_proxy_hosts[0]", "the wildcard may only stand at the start"),
        (["*example.com"], "non_proxy_hosts[0]", "the wildcard may only stand at the start"),
        (["*.*.example.com"], "non_proxy_hosts[0]", "the wildcard may only stand at the start"),
        (["*."], "non_proxy_hosts[0]", "the wildcard may only"),
        (["https://example.com"], "non_proxy_hosts[0]", "write the host alone"),
        (["a.example", ""], "non_proxy_hosts[0]", "must be a host such as 'example.com' or '*.example.com', not ''"),
        ([3], "non_proxy_hosts[0]", "not 3"),
    ],
)
def test_hosts_that_are_refused(hosts: Any, field: str, words: str) -> None:
    (problem,) = problems("AdvancedNetworking", normalise("AdvancedNetworking", {**PLACE, "non_proxy_hosts": hosts}))

    assert problem.field == field
    assert words in problem.message


@pytest.mark.parametrize(
    ("kind", "hosts", "count"),
    [
        ("flexiblePortEgress", ["a.example"], 1),
        ("flexiblePortEgress", [], 0),
        ("flexiblePortEgress", None, 0),
        ("flexiblePortEgress", UNKNOWN, 0),
        ("dedicatedEgressIp", ["a.example"], 0),
        ("vpn", ["a.example"], 0),
        (UNKNOWN, ["a.example"], 0),
        (None, ["a.example"], 0),
    ],
)
def test_only_flexible_port_egress_has_no_non_proxy_hosts(kind: Any, hosts: Any, count: int) -> None:
    assert len(non_proxy_hosts_problems(kind, hosts)) == count
    assert len(problems("AdvancedNetworking", {**PLACE, "non_proxy_hosts": hosts, "infrastructure_kind": kind})) == count


@pytest.mark.parametrize(("name", "value"), [("infrastructure_kind", "dedicated"), ("infrastructure_region", "VA7")])
def test_the_expected_infrastructure_is_checked_like_a_declared_one(name: str, value: str) -> None:
    assert [problem.field for problem in problems("AdvancedNetworking", {**PLACE, name: value})] == [name]
