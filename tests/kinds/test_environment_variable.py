from typing import Any

import pytest

from aem_mail.errors import Problem
from aem_mail.kinds import normalise, problems, warnings

VARIABLE = {"program_id": "10001", "environment_id": "20001", "name": "EMAIL_FROM", "value": "noreply@wknd.site"}


def found(**changes: Any) -> list[Problem]:
    return problems("EnvVar", normalise("EnvVar", {**VARIABLE, **changes}))


@pytest.mark.parametrize("name", ["AB", "_x", "a1", "A" * 100, "internal_x", "MY_ADOBE_ID", "AEM_PROXY_HOST_2", "CONSTANT"])
def test_names_that_cloud_manager_takes(name: str) -> None:
    assert found(name=name) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("A", "must have 2 to 100 characters, not 1"),
        ("A" * 101, "must have 2 to 100 characters, not 101"),
        ("1A", "not begin with a digit"),
        ("EMAIL-FROM", "must consist of a-z, A-Z, 0-9 and _"),
        ("EMAIL FROM", "must consist of"),
        ("EMAIL\n", "must consist of"),
        ("ÄB", "must consist of"),
        ("", "must consist of"),
        (12, "must consist of"),
        ("INTERNAL_X", "INTERNAL_X begins with INTERNAL_, and the platform ignores such variables"),
        ("ADOBE_X", "begins with ADOBE_"),
        ("CONST_X", "begins with CONST_"),
        ("AEM_PROXY_HOST", "AEM_PROXY_HOST is set by AEM itself and must not be set"),
        ("AEM_HTTP_PROXY_HOST", "is set by AEM itself"),
        ("AEM_HTTP_PROXY_PORT", "is set by AEM itself"),
        ("AEM_HTTPS_PROXY_PORT", "is set by AEM itself"),
        ("AEM_NON_PROXY_HOSTS", "is set by AEM itself"),
    ],
)
def test_names_that_are_refused_say_why(name: Any, words: str) -> None:
    (problem,) = found(name=name)

    assert problem.field == "name"
    assert words in problem.message


@pytest.mark.parametrize("value", ["x", "x" * 2048, " spaces ", "line\n", "ü", "c$[d"])
def test_values_that_cloud_manager_takes(value: str) -> None:
    assert found(value=value) == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"value": ""}, "value", "must not be empty: Cloud Manager deletes a variable whose value is empty; remove the resource"),
        ({"value": "x" * 2049}, "value", "must have at most 2048 characters, not 2049"),
        ({"value": 465}, "value", "must be a text, not a number; put it in quotes"),
        ({"value": True}, "value", "must be a text, not true or false; put it in quotes"),
        ({"value": None}, "value", "is missing"),
        ({"service": "Author"}, "service", "must be 'author', 'publish' or 'preview', not 'Author'; write 'author' (the case counts)"),
        ({"service": "all"}, "service", "must be 'author', 'publish' or 'preview', not 'all'"),
        ({"service": ""}, "service", "must be 'author'"),
        ({"on_conflict": "keep"}, "on_conflict", "must be 'error' or 'replace'"),
    ],
)
def test_limits(changes: dict[str, Any], field: str, words: str) -> None:
    (problem,) = found(**changes)

    assert problem.field == field
    assert words in problem.message


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": "AEM_MAIL_FROM"}, "name", "which Adobe keeps for variables that the product defines"),
        ({"value": "https://$[env:HOST]/"}, "value", "holds a placeholder, which AEM resolves again"),
    ],
)
def test_what_will_hardly_work_is_warned_of(changes: dict[str, Any], field: str, words: str) -> None:
    (warning,) = warnings("EnvVar", {**VARIABLE, **changes})

    assert warning.field == field
    assert words in warning.message


def test_an_ordinary_variable_is_not_warned_of() -> None:
    assert warnings("EnvVar", VARIABLE) == []
