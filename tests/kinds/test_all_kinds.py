"""What holds for the rules of every kind."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.kinds import normalise, problems, warnings
from aem_mail.model import UNKNOWN
from tests.strategies import FIELDS, KINDS, anything, arbitrary_with_kind, valid_with_kind

KindAndProperties = tuple[str, dict[str, Any]]

MARK = "hunter2-sentinel"
EGRESS_FIELDS = (
    *("program_id", "environment_id", "smtp", "from_address", "username", "password", "username_from", "password_from", "egress"),
    *("services", "osgi", "username_variable", "password_variable", "on_conflict", "timeouts"),
)


@given(valid_with_kind)
def test_what_is_valid_has_no_problem(case: KindAndProperties) -> None:
    kind, properties = case

    assert problems(kind, normalise(kind, properties)) == []


@given(arbitrary_with_kind)
def test_no_input_makes_the_rules_raise(case: KindAndProperties) -> None:
    kind, properties = case

    found = [*problems(kind, normalise(kind, properties)), *problems(kind, properties), *warnings(kind, properties)]

    assert all(problem.message for problem in found)


@given(st.dictionaries(st.sampled_from(EGRESS_FIELDS), anything))
def test_no_input_makes_the_rules_of_a_mail_egress_raise(properties: dict[str, Any]) -> None:
    found = [*problems("MailEgress", properties), *warnings("MailEgress", properties)]

    assert all(problem.message for problem in found)


@given(arbitrary_with_kind)
def test_every_problem_names_a_field_once(case: KindAndProperties) -> None:
    kind, properties = case

    found = problems(kind, normalise(kind, properties))

    assert all(problem.field for problem in found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_said_of_values_that_are_not_known_yet(kind: str) -> None:
    properties = dict.fromkeys(FIELDS[kind], UNKNOWN)
    if kind == "SecretEnvVar":
        del properties["value_from"]

    assert problems(kind, normalise(kind, properties)) == []
    assert warnings(kind, normalise(kind, properties)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_declared_is_answered_by_what_is_missing(kind: str) -> None:
    found = problems(kind, {})

    assert len(found) > 1
    assert all(problem.message.startswith("is missing") for problem in found)


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("SecretEnvVar", {"value": f"{MARK}\n"}),
        ("SecretEnvVar", {"value": f"{MARK}$[env:X]"}),
        ("SecretEnvVar", {"value": MARK * 200, "value_from": MARK}),
        ("SecretEnvVar", {"value": [MARK]}),
        ("EnvVar", {"value": {"a": MARK}}),
        ("NetworkInfrastructure", {"kind": "vpn", "connections": {"sharedKey": MARK}}),
        ("NetworkInfrastructure", {"kind": "vpn", "connections": [{"sharedKey": MARK}, {"sharedKey": [MARK]}]}),
        ("NetworkInfrastructure", {"kind": "vpn", "connections": MARK}),
        ("OsgiConfig", {"pid": "com.day.cq.mailer.DefaultMailService", "properties": {"smtp.password": MARK, "x": {1: MARK}}}),
        ("OsgiConfig", {"properties": MARK}),
    ],
)
def test_no_message_shows_what_may_be_secret(kind: str, properties: dict[str, Any]) -> None:
    found = [*problems(kind, normalise(kind, properties)), *warnings(kind, normalise(kind, properties))]

    assert found
    assert MARK not in " ".join(map(str, found))


@pytest.mark.parametrize("value", [f"{MARK} ", [MARK], f"'{MARK}'", MARK * 40, f"{MARK}$[secret:X]"])
@pytest.mark.parametrize("name", ["username", "password", "username_from", "password_from"])
def test_no_message_of_a_mail_egress_shows_a_credential(name: str, value: Any) -> None:
    found = [*problems("MailEgress", {name: value}), *warnings("MailEgress", {name: value})]

    assert name in {problem.field for problem in found}
    assert MARK not in " ".join(map(str, found))


def test_an_unknown_kind_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        problems("Mailbox", {})
