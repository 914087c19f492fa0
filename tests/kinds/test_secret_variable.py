from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.errors import Problem
from aem_mail.kinds import normalise, problems, warnings
from aem_mail.kinds.secret_variable import secret_value_problems, value_warnings
from aem_mail.model import UNKNOWN
from aem_mail.osgi.placeholders import resolve, variables_lookup

SECRET = {"program_id": "10001", "environment_id": "20001", "name": "EMAIL_PASSWORD"}
TRIMMED = "begins or ends with a space or a line break, which AEM trims away"
EXPANDED = "contains a placeholder of the form $[…, which AEM resolves again"


def found(**changes: Any) -> list[Problem]:
    return problems("SecretEnvVar", normalise("SecretEnvVar", {**SECRET, **changes}))


@pytest.mark.parametrize(
    "source",
    [
        {"value": "password123"},
        {"value": UNKNOWN},
        {"value_from": "env:EMAIL_PASSWORD"},
        {"value_from": "file:secrets/pw ä.txt"},
        {"value_from": UNKNOWN},
        {"on_conflict": "keep"},
        {"on_conflict": UNKNOWN},
        {"value": "password123", "on_conflict": "keep"},
        {"value": "password123", "on_conflict": "error"},
        {"value": "password123", "rotate_when": "2026-01", "expires_at": "2026-12-31"},
    ],
)
def test_a_secret_comes_from_one_place_or_is_kept(source: dict[str, Any]) -> None:
    assert found(**source) == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({}, "value", "is missing: give either value or value_from ('env:NAME' or 'file:PATH'); neither only with"),
        ({"on_conflict": "replace"}, "value", "is missing: give either"),
        ({"value": "a", "value_from": "env:A"}, "value_from", "value is given too; give only one of them"),
        ({"value": "a", "value_from": "env:A", "on_conflict": "keep"}, "value_from", "value is given too"),
        ({"value": UNKNOWN, "value_from": "env:A"}, "value_from", "value is given too"),
        ({"value_from": "EMAIL_PASSWORD"}, "value_from", "must be 'env:NAME' or 'file:PATH'"),
        ({"value_from": "env:"}, "value_from", "must be 'env:NAME'"),
        ({"value_from": "env:A B"}, "value_from", "must be 'env:NAME'"),
        ({"value_from": "file:"}, "value_from", "must be 'env:NAME'"),
        ({"value_from": 3}, "value_from", "must be 'env:NAME'"),
        ({"value": "a", "on_conflict": "adopt"}, "on_conflict", "must be 'replace', 'keep' or 'error', not 'adopt'"),
        ({"value": "a", "rotate_when": 2026}, "rotate_when", "must be a text that is not empty, not 2026"),
        ({"value": "a", "expires_at": "31.12.2026"}, "expires_at", "must be a date such as '2026-12-31', not '31.12.2026'"),
        ({"value": "a", "expires_at": "2026-02-30"}, "expires_at", "must be a date"),
        ({"value": "a", "expires_at": "20261231"}, "expires_at", "must be a date"),
        ({"value": "a", "expires_at": "2026-12-31T00:00:00Z"}, "expires_at", "must be a date"),
        ({"value": "a", "name": "ADOBE_PW"}, "name", "begins with ADOBE_"),
        ({"value": "a", "service": "dispatcher"}, "service", "must be 'author'"),
    ],
)
def test_limits(changes: dict[str, Any], field: str, words: str) -> None:
    (problem,) = found(**changes)

    assert problem.field == field
    assert words in problem.message


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "must not be empty"),
        ("x" * 2049, "must have at most 2048 characters, not 2049"),
        (12345, "must be a text, not a number; put it in quotes"),
        ("password\n", TRIMMED),
        ("password\r\n", TRIMMED),
        (" password", TRIMMED),
        ("password\t", TRIMMED),
        ("pass$[env:X]word", EXPANDED),
        ("pass$[secret:X;default=]word", EXPANDED),
        ("$[prop:x", EXPANDED),
        ("$[conf:x]", EXPANDED),
        ("a\\$[b", EXPANDED),
        ("$[a:b;default=c]", EXPANDED),
        ("$[a:b" * 300 + "]" * 300, EXPANDED),
    ],
)
def test_values_that_would_not_arrive_as_written_are_refused(value: Any, words: str) -> None:
    (problem,) = secret_value_problems(value, "value_from")

    assert problem.field == "value_from"
    assert words in problem.message
    assert found(value=value) == [Problem("value", problem.message)]


@pytest.mark.parametrize("value", ["c$[d", "$", "$[", "in ner", "ü", "x" * 2048, "a\\b", "$[ENV:X]"])
def test_values_that_only_look_odd_are_accepted(value: str) -> None:
    assert secret_value_problems(value) == []


@given(st.text("ab$[]\\:;= \n", max_size=14) | st.text(max_size=10))
def test_a_value_that_is_accepted_reaches_aem_as_it_is(value: str) -> None:
    if not secret_value_problems(value):
        assert resolve("$[secret:PW]", variables_lookup({}, {"PW": value})) == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("x" * 500, "has 500 characters; Cloud Manager documents fewer than 500"),
        ("x" * 2048, "its schema allows 2048: it may be refused"),
        ('"password"', "begins and ends with a quotation mark"),
        ("'password'", "begins and ends with a quotation mark"),
    ],
)
def test_suspicious_values_are_warned_of(value: str, words: str) -> None:
    (warning,) = value_warnings("password", value)

    assert warning.field == "password"
    assert words in warning.message
    assert warnings("SecretEnvVar", {**SECRET, "value": value}) == [Problem("value", warning.message)]


@pytest.mark.parametrize("value", ["x" * 499, "x" * 2049, '"', "\"a'", None, UNKNOWN, 3])
def test_other_values_are_not_warned_of(value: Any) -> None:
    assert list(value_warnings("value", value)) == []


@pytest.mark.parametrize("text", ["****", "<secret>", "[REDACTED]", "${SMTP_PASSWORD}", "changeme"])
def test_a_stand_in_is_refused_unless_it_is_meant_and_never_shown(text: str) -> None:
    (problem,) = found(value=text)

    assert problem.field == "value"
    assert "is a stand-in for a secret" in problem.message
    assert "allow_placeholder=True" in problem.message
    assert text not in problem.message
    assert secret_value_problems(text, "value_from") == [Problem("value_from", problem.message)]
    assert found(value=text, allow_placeholder=True) == []
    assert found(value=text, allow_placeholder=UNKNOWN) == []
    assert found(value=text, allow_placeholder=False) == [problem]
    assert secret_value_problems(text, allow_placeholder=True) == []
