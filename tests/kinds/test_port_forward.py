from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.errors import Problem
from aem_mail.kinds import claim_keys, normalise, problems, warnings
from aem_mail.model import UNKNOWN
from tests.kinds.spec import matches_pattern
from tests.strategies import hosts

RULE = {"program_id": "10001", "environment_id": "20001", "name": "smtp.example.com", "port_dest": 465, "port_orig": 30465}


def found(**changes: Any) -> list[Problem]:
    return problems("PortForward", normalise("PortForward", {**RULE, **changes}))


@pytest.mark.parametrize(
    "name",
    ["smtp.example.com", "a", "a-b.c", "192.0.2.1", "1a.example", "SMTP.Example.com.", f"{'a' * 63}.example", "mail.123.example"],
)
def test_hosts_that_cloud_manager_takes(name: str) -> None:
    assert found(name=name) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "must be a host name or an IPv4 address"),
        (465, "must be a host name or an IPv4 address, not 465"),
        ("smtp.example.com:465", "the port has its own field"),
        ("2001:db8::1", "is no host name or IPv4 address"),
        ("smtp://smtp.example.com", "without scheme, user or path"),
        ("user@smtp.example.com", "without scheme, user or path"),
        ("$[env:SMTP_HOST]", "resolved in OSGi configurations only"),
        ("büro.example", "'xn--bro-hoa.example'"),
        ("smtp_1.example.com", "inner hyphens"),
        ("-smtp.example.com", "inner hyphens"),
        ("smtp-.example.com", "inner hyphens"),
        ("smtp..example.com", "one dot between them"),
        (" smtp.example.com", "inner hyphens"),
        ("*.example.com", "inner hyphens"),
        ("300.1.1.1", "four numbers from 0 to 255"),
        ("1.2.3", "four numbers from 0 to 255"),
        (f"{'a' * 64}.example", "more than 63 characters between two dots"),
        (".".join(["a" * 50] * 6), "has 305 characters; a host name has at most 253"),
    ],
)
def test_hosts_that_are_refused_say_what_to_write(name: Any, words: str) -> None:
    (problem,) = found(name=name)

    assert problem.field == "name"
    assert words in problem.message


@given(st.text("aZ09-._:*/ ", max_size=12) | hosts)
def test_every_host_that_passes_matches_the_pattern_of_the_specification(name: str) -> None:
    normal = normalise("PortForward", {**RULE, "name": name})

    if not problems("PortForward", normal):
        assert matches_pattern(normal["name"])


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"port_dest": 0}, "port_dest", "a whole number from 1 to 65535, not 0"),
        ({"port_dest": 65536}, "port_dest", "a whole number from 1 to 65535"),
        ({"port_dest": "465"}, "port_dest", "a whole number from 1 to 65535, not '465'"),
        ({"port_dest": 465.5}, "port_dest", "a whole number"),
        ({"port_dest": True}, "port_dest", "a whole number"),
        ({"port_orig": 29999}, "port_orig", "a whole number from 30000 to 30999"),
        ({"port_orig": 31000}, "port_orig", "a whole number from 30000 to 30999, not 31000; Adobe's convention is 30000 + the"),
        ({"port_orig": 53306}, "port_orig", "a whole number from 30000 to 30999"),
        ({"port_dest": 2525, "port_orig": None}, "port_orig", "is missing: 30000 + port_dest would be 32525, outside 30000–30999"),
        ({"program_id": "wknd"}, "program_id", "the program's number as digits"),
        ({"program_id": "１２"}, "program_id", "the program's number as digits"),
        ({"program_id": -3}, "program_id", "the program's number as digits"),
        ({"environment_id": ""}, "environment_id", "the environment's number as digits"),
        ({"environment_id": "1" * 20}, "environment_id", "the environment's number as digits"),
        ({"on_conflict": "keep"}, "on_conflict", "must be 'error' or 'replace', not 'keep'"),
        ({"timeout": 0}, "timeout", "must be a positive number of seconds, not 0"),
        ({"timeout": "60"}, "timeout", "must be a positive number of seconds"),
        ({"timeout": float("nan")}, "timeout", "must be a positive number of seconds"),
    ],
)
def test_limits(changes: dict[str, Any], field: str, words: str) -> None:
    (problem,) = found(**changes)

    assert problem.field == field
    assert words in problem.message


@pytest.mark.parametrize("port", [30000, 30001, 30999])
def test_the_whole_range_of_origin_ports_is_usable(port: int) -> None:
    assert found(port_orig=port) == []


def test_all_problems_are_told_at_once() -> None:
    assert {problem.field for problem in found(name="a:1", port_dest=0, port_orig=1, program_id="x", on_conflict="no")} == {
        *("name", "port_dest", "port_orig", "program_id", "on_conflict"),
    }


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"port_dest": 443}, "port_dest", "443 is open without any port forward"),
        ({"port_dest": 80}, "port_dest", "80 is open without any port forward"),
        ({"port_dest": 25}, "port_dest", "no TLS to rely on"),
        ({"name": "10.1.2.3"}, "name", "only a network infrastructure of kind vpn reaches private hosts"),
        ({"name": "mail.corp"}, "name", "looks private"),
        ({"name": "mailhost"}, "name", "looks private"),
    ],
)
def test_what_will_hardly_work_is_warned_of(changes: dict[str, Any], field: str, words: str) -> None:
    (warning,) = warnings("PortForward", {**RULE, **changes})

    assert warning.field == field
    assert words in warning.message


@pytest.mark.parametrize("changes", [{}, {"port_dest": 587}, {"name": "192.0.2.1"}, {"name": "not a host"}, {"port_dest": "443"}])
def test_ordinary_rules_are_not_warned_of(changes: dict[str, Any]) -> None:
    assert warnings("PortForward", {**RULE, **changes}) == []


def test_two_rules_on_one_origin_port_of_an_environment_claim_one_place() -> None:
    other = {**RULE, "name": "smtp.example.org", "port_dest": 587, "logical_name": "second"}

    assert claim_keys("PortForward", RULE) == claim_keys("PortForward", other) == ("PortForward 10001/20001/30465",)


@pytest.mark.parametrize(
    "other", [{"environment_id": "20002"}, {"program_id": "10002"}, {"port_orig": UNKNOWN}, {"environment_id": UNKNOWN}]
)
def test_one_origin_port_in_several_environments_is_normal(other: dict[str, Any]) -> None:
    assert set(claim_keys("PortForward", RULE)).isdisjoint(claim_keys("PortForward", {**RULE, **other}))
