"""The copied results are of the forms on Adobe's page *Network Connectivity Test* (read on 2026-11-28), with a mail server in them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.checks import CHECKS
from aem_mail.presets import explain
from aem_mail.presets.connectivity_test import read_connectivity_test

REACHED = {
    "name": "default",
    "dns_resolution": {"ips": ["10.1.0.25"]},
    "port_open": True,
    "http_connectivity": {"error": "Not an HTTP/HTTPS service", "note": "…"},
    "reachability": "Reachable",
}
CLOSED = {**REACHED, "port_open": False, "reachability": "Unreachable: Port not accessible"}
UNKNOWN = {
    **CLOSED,
    "dns_resolution": {"error": "DNS resolution error: dial udp 10.1.0.4:53: i/o timeout"},
    "reachability": "Unreachable: DNS resolution failed",
}
VALUES = st.recursive(st.none() | st.booleans() | st.text(max_size=5) | st.integers(), lambda inner: st.lists(inner, max_size=3))


@pytest.mark.parametrize(
    ("entry", "meaning", "check"),
    [
        (REACHED, "reached host and port at 10.1.0.25 from the program's egress proxy", "M02"),
        (CLOSED, "resolved the name at 10.1.0.25, and the port did not open", "M18"),
        (UNKNOWN, "did not resolve the name (DNS resolution error: dial udp 10.1.0.4:53: i/o timeout)", "M21"),
    ],
)
def test_each_outcome_has_its_meaning(entry: dict[str, Any], meaning: str, check: str) -> None:
    (found,) = explain(json.dumps({"resolvers": [entry]}, indent=2))

    assert meaning in found.meaning
    assert check in found.checks
    assert set(found.checks) <= CHECKS.keys()


def test_resolvers_that_disagree_are_told_apart() -> None:
    found = explain(json.dumps({"resolvers": [{**REACHED, "name": "resolver_1"}, {**UNKNOWN, "name": "resolver_2"}]}))

    assert [one.meaning.split()[1] for one in found[:2]] == ["resolver_1", "resolver_2"]
    assert "disagree" in found[2].meaning


def test_a_test_that_timed_out_tells_nothing() -> None:
    (found,) = explain('{ "error": "Request timeout" }')

    assert "tells nothing" in found.meaning


@given(st.dictionaries(st.sampled_from([*REACHED, "error", "resolvers"]), VALUES, max_size=5))
def test_whatever_stands_there_is_read_without_an_error(entry: dict[str, Any]) -> None:
    for document in (entry, {"resolvers": [entry]}, {"resolvers": entry}):
        read_connectivity_test(json.dumps(document))


@pytest.mark.parametrize("text", ["535 5.7.139", "[]", "{}", "7", "[" * 100_000])
def test_another_text_is_no_result(text: str) -> None:
    assert read_connectivity_test(text) == []
