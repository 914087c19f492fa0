from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.errors import Problem
from aem_mail.kinds import problems, warnings
from aem_mail.kinds.mail_oauth import FIELDS
from aem_mail.model import UNKNOWN
from tests.strategies import anything

TENANT = "11111111-2222-3333-4444-555555555555"
OAUTH: dict[str, Any] = {"client_id": "an-id", "tenant": TENANT, "client_secret": "client-secret", "refresh_token": "refresh-token"}
URLS = {"auth_url": "https://login.wknd.site/authorize", "token_url": "https://login.wknd.site/token", "scopes": ["mail"]}
EGRESS: dict[str, Any] = {
    "program_id": "10001",
    "environment_id": "20001",
    "smtp": {"preset": "microsoft365"},
    "from_address": "noreply@wknd.site",
    "username": "noreply@wknd.site",
    "egress": {"mode": "existing"},
    "oauth": OAUTH,
}
ELSEWHERE = {"host": "mail.wknd.site", "port": 587}


def declared(oauth: Any, **changes: Any) -> dict[str, Any]:
    return {**deepcopy(EGRESS), **changes, "oauth": {**OAUTH, **oauth} if isinstance(oauth, dict) else oauth}


def found(oauth: Any, **changes: Any) -> list[Problem]:
    return problems("MailEgress", declared(oauth, **changes))


@pytest.mark.parametrize(
    ("oauth", "changes"),
    [
        ({}, {}),
        ({}, {"password": "password123"}),
        ({}, {"username": None, "username_from": "env:USER", "password_from": "env:PASSWORD"}),
        ({}, {"smtp": {"host": "smtp.office365.com", "port": 587}}),
        ({"tenant": None}, {"smtp": {"preset": "google"}}),
        ({"provider": "google", "tenant": None}, {"smtp": ELSEWHERE}),
        ({"provider": "microsoft365"}, {"smtp": ELSEWHERE}),
        ({"tenant": None, **URLS}, {"smtp": ELSEWHERE}),
        ({"tenant": None, **URLS, "scopes": None}, {}),
        ({"client_secret": None, "client_secret_from": "env:A", "refresh_token": None, "refresh_token_from": "file:b"}, {}),
        ({"client_secret": None, "refresh_token": None}, {"on_conflict": {"secretEnvVar": "keep"}}),
        ({"client_secret_expires_at": "2030-01-01", "refresh_token_expires_at": "2030-01-01"}, {}),
        (dict.fromkeys(("client_id", "tenant", "client_secret", "refresh_token"), UNKNOWN), {}),
        ({"tenant": None}, {"smtp": {"host": UNKNOWN, "port": 587}}),
        (UNKNOWN, {"password": "password123"}),
    ],
)
def test_what_is_accepted(oauth: Any, changes: dict[str, Any]) -> None:
    assert found(oauth, **changes) == []


@pytest.mark.parametrize(
    ("oauth", "field", "words"),
    [
        ("an-id", "oauth", "must be an object with the fields client_id, provider"),
        ({"client_id": None}, "oauth.client_id", "is missing"),
        ({"client_id": ""}, "oauth.client_id", "must be a text that is not empty"),
        ({"provider": "azure"}, "oauth.provider", "must be 'microsoft365' or 'google', not 'azure'"),
        ({"provider": "Google", "tenant": None}, "oauth.provider", "write 'google' (the case counts)"),
        ({"tenant": None}, "oauth.tenant", "is missing: the directory (tenant) id"),
        ({"tenant": "<tenant>"}, "oauth.tenant", "must be the directory (tenant) id, such as '11111111"),
        ({"tenant": "a/b"}, "oauth.tenant", "must be the directory (tenant) id"),
        ({"provider": "google"}, "oauth.tenant", "this provider has no tenants; leave it out"),
        ({"client_secret": None}, "oauth.client_secret", "give either oauth.client_secret or oauth.client_secret_from"),
        ({"client_secret_from": "env:A"}, "oauth.client_secret_from", "oauth.client_secret is given too"),
        ({"client_secret": "client-secret "}, "oauth.client_secret", "which AEM trims away"),
        ({"refresh_token": None}, "oauth.refresh_token", "is missing: give either"),
        ({"refresh_token": None, "refresh_token_from": "TOKEN"}, "oauth.refresh_token_from", "must be 'env:NAME' or 'file:PATH'"),
        ({"refresh_token": "x" * 2049}, "oauth.refresh_token", "at most 2048 characters, not 2049"),
        ({"scopes": []}, "oauth.scopes", "is empty; name the scopes"),
        ({"scopes": "a b"}, "oauth.scopes", "must be a list of scopes, not a text"),
        ({"scopes": ["a b"]}, "oauth.scopes[0]", "must be a scope, which has no spaces"),
        ({"auth_url": "http://login.wknd.site/x"}, "oauth.auth_url", "must be an address such as 'https://login.example.com"),
        ({"token_url": "https://login.wknd.site"}, "oauth.token_url", "must be an address such as"),
        ({"refresh_url": "login.wknd.site/token"}, "oauth.refresh_url", "must be an address such as"),
        ({"client_secret_variable": "ADOBE_SECRET"}, "oauth.client_secret_variable", "begins with ADOBE_"),
        ({"client_secret_variable": "EMAIL_USERNAME"}, "oauth.client_secret_variable", "is the same as username_variable"),
        (
            {"refresh_token_variable": "SECRET_SMTP_OAUTH_CLIENT_SECRET"},
            "oauth.refresh_token_variable",
            "is the same as oauth.client_secret_variable",
        ),
        ({"refresh_token_expires_at": "next year"}, "oauth.refresh_token_expires_at", "must be a date such as '2026-12-31'"),
        ({"clientId": "an-id"}, "oauth.clientId", "did you mean client_id?"),
    ],
)
def test_limits(oauth: Any, field: str, words: str) -> None:
    (problem,) = found(oauth)

    assert problem.field == field
    assert words in problem.message


def test_of_an_unknown_mail_server_all_that_is_needed_for_a_token_has_to_be_said() -> None:
    problems = found({"tenant": None}, smtp=ELSEWHERE)

    assert [problem.field for problem in problems] == ["oauth.auth_url", "oauth.token_url", "oauth.scopes"]


def test_the_user_is_needed_all_the_same() -> None:
    assert [problem.field for problem in found({}, username=None)] == ["username"]


def test_a_password_may_not_come_from_two_places_even_if_it_is_of_no_use() -> None:
    problems = found({}, password="password123", password_from="env:PASSWORD")

    assert [problem.field for problem in problems] == ["password_from"]


@pytest.mark.parametrize(
    ("oauth", "field", "words"),
    [
        ({"refresh_token": "x" * 500}, "oauth.refresh_token", "has 500 characters"),
        ({"refresh_token": "x" * 2048}, "oauth.refresh_token", "has 2048 characters"),
        ({"client_secret": "'client-secret'"}, "oauth.client_secret", "begins and ends with a quotation mark"),
        ({"client_secret_variable": "AEM_SECRET"}, "oauth.client_secret_variable", "begins with AEM_"),
    ],
)
def test_what_will_hardly_work_is_warned_of(oauth: dict[str, Any], field: str, words: str) -> None:
    (warning,) = warnings("MailEgress", declared(oauth))

    assert warning.field == field
    assert words in warning.message


def test_a_refresh_token_of_499_characters_is_not_warned_of() -> None:
    assert warnings("MailEgress", declared({"refresh_token": "x" * 499})) == []


FIELD_NAMES = [*OAUTH, "provider", "scopes", "auth_url", "token_url", "refresh_url", "client_secret_from", "refresh_token_variable"]


@given(st.dictionaries(st.sampled_from(FIELD_NAMES), anything) | anything, anything)
def test_nothing_that_is_declared_breaks_the_rules(oauth: Any, host: Any) -> None:
    problems("MailEgress", {**EGRESS, "smtp": {"host": host, "port": 587}, "oauth": oauth})
    warnings("MailEgress", {**EGRESS, "oauth": oauth})


@pytest.mark.parametrize("field", ["client_secret", "refresh_token", "client_secret_from", "refresh_token_from"])
@pytest.mark.parametrize("value", ["hunter2-sentinel ", ["hunter2-sentinel"], "hunter2-sentinel" * 200])
def test_no_message_shows_a_secret(field: str, value: Any) -> None:
    problems = found({"client_secret": None, "refresh_token": None, field: value})

    assert problems
    assert "hunter2" not in " ".join(map(str, problems))
    assert list(FIELDS("oauth", {field: value}))
