"""A mail by OAuth 2.0: the token over HTTPS, XOAUTH2 with it, and every way in which the real providers refuse."""

import base64
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from aem_mail.osgi import MAIL_SERVICE_PID
from aem_mail.simulator.mail import SendRequest, SimulatedMailPath
from aem_mail.simulator.mail.access_tokens import AccessTokens
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.values import MailServer
from tests.simulator.mail.mail_requests import delivering
from tests.simulator.mail.oauth_requests import GMAIL, MAILBOX, NOW, OFFICE, TENANT, TOKEN_URLS, delivering_by_token, with_secret

Spoil = Callable[[SendRequest], SendRequest]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def started() -> Iterator[SimulatedMailPath]:
    with SimulatedMailPath(clock=lambda: NOW) as mail_path:
        mail_path.configure([OFFICE, GMAIL])
        yield mail_path


@pytest.fixture
def mail_path(started: SimulatedMailPath) -> SimulatedMailPath:
    started.clear()
    return started


def by(**changes: Any) -> Spoil:
    """Change properties of the provider's configuration."""
    return lambda request: delivering_by_token(**changes)


def holding(name: str, value: str | None) -> Spoil:
    return lambda request: with_secret(request, name, value)


def as_user(user: str, refresh_token: str) -> Spoil:
    return lambda request: with_secret(with_secret(request, "EMAIL_USERNAME", user), "REFRESH_TOKEN", refresh_token)


def without_flow(request: SendRequest) -> SendRequest:
    service = {**request.configuration[MAIL_SERVICE_PID], "oauth.flow": False, "smtp.password": "password123"}
    return replace(request, configuration={**request.configuration, MAIL_SERVICE_PID: service})


def without(name: str) -> Spoil:
    return lambda request: replace(request, variables=tuple(one for one in request.variables if one.name != name))


MICROSOFT: dict[str, tuple[Spoil, str, int | None, str]] = {
    "another tenant": (
        by(refreshUrl=TOKEN_URLS["microsoft365"].replace("1", "9")),
        "auth",
        None,
        "invalid_request: AADSTS90002: Tenant '9",
    ),
    "every tenant": (by(refreshUrl=TOKEN_URLS["microsoft365"].replace(TENANT, "common")), "auth", None, "AADSTS50194"),
    "another application": (by(clientId="another-id"), "auth", None, "400 unauthorized_client: AADSTS700016"),
    "another client secret": (holding("CLIENT_SECRET", "another-secret"), "auth", None, "401 invalid_client: AADSTS7000215"),
    "no client secret": (without("CLIENT_SECRET"), "auth", None, "clientSecret reads $[secret:CLIENT_SECRET], which is not set"),
    "a client secret by fingerprint": (holding("CLIENT_SECRET", None), "variables", None, "the value of CLIENT_SECRET is not held"),
    "a refresh token that is none": (holding("REFRESH_TOKEN", "refresh"), "auth", None, "400 invalid_grant: AADSTS9002313"),
    "an expired refresh token": (as_user("expired@wknd.site", "expired-refresh-token"), "auth", None, "invalid_grant: AADSTS700082"),
    "a revoked refresh token": (as_user("revoked@wknd.site", "revoked-refresh-token"), "auth", None, "invalid_grant: AADSTS50173"),
    "a scope that nobody granted": (by(scopes=["https://outlook.office.com/POP.AccessAsUser.All"]), "auth", None, "AADSTS65001"),
    "no scope for mail": (by(scopes=["openid", "offline_access"]), "auth", 535, "535 5.7.3 Authentication unsuccessful"),
    "a scope for other mail": (by(scopes=["https://outlook.office.com/IMAP.AccessAsUser.All"]), "auth", 535, "535 5.7.3"),
    "another user's token": (holding("REFRESH_TOKEN", "others-refresh-token"), "auth", 535, "535 5.7.3"),
    "no user": (without("EMAIL_USERNAME"), "auth", 535, "which is not set"),
    "a password": (without_flow, "auth", 535, "535 5.7.139 Authentication unsuccessful, basic authentication is disabled."),
    "a path that is not there": (
        by(refreshUrl=f"https://login.microsoftonline.com/{TENANT}/token"),
        "auth",
        None,
        "404 not_found",
    ),
    "a host that is not there": (by(refreshUrl="https://login.example.com/token"), "auth", None, "login.example.com does not resolve"),
    "a port that is closed": (by(refreshUrl="https://login.microsoftonline.com:8443/x"), "auth", None, "8443 timed out: without a port"),
    "no address": (by(refreshUrl=None), "config", None, "refreshUrl is '', which is no https address"),
    "an address in plain text": (by(refreshUrl="http://login.microsoftonline.com/x"), "config", None, "which is no https address"),
    "a port that is none": (by(refreshUrl="https://login.microsoftonline.com:x/y"), "config", None, "which is no https address"),
    "an undefined type": (by(**{"scopes:Nothing": []}), "config", None, "OAuthConfigurationProviderImpl: "),
}
GOOGLE: dict[str, tuple[Spoil, int | None, str]] = {
    "another application": (by(provider="google", clientId="another-id"), None, "401 invalid_client: The OAuth client was not found."),
    "another client secret": (holding("CLIENT_SECRET", "another-secret"), None, "401 invalid_client: Unauthorized"),
    "a refresh token that is none": (holding("REFRESH_TOKEN", "refresh"), None, "400 invalid_grant: Bad Request"),
    "a revoked refresh token": (
        as_user("revoked@wknd.site", "revoked-refresh-token"),
        None,
        "400 invalid_grant: Token has been expired or revoked.",
    ),
    "a scope that nobody granted": (by(provider="google", scopes=["https://www.googleapis.com/auth/drive"]), None, "400 invalid_scope"),
    "no scope for mail": (by(provider="google", scopes=["openid"]), 535, '535 5.7.8 Username and Password not accepted {"status": "400"'),
    "another user": (holding("EMAIL_USERNAME", "other@wknd.site"), 535, '"status": "401"'),
    "a token of Microsoft": (by(provider="google", refreshUrl=TOKEN_URLS["microsoft365"], scopes=None), 535, '"status": "401"'),
    "a password": (without_flow, 534, "534 5.7.9 Application-specific password required."),
}


@pytest.mark.parametrize("mistake", MICROSOFT)
def test_microsoft_refuses_a_mistake_as_it_does_and_takes_the_cure(mistake: str, mail_path: SimulatedMailPath) -> None:
    spoil, stage, code, error = MICROSOFT[mistake]

    failed = mail_path.send(spoil(delivering_by_token()))

    assert (failed.stage, failed.smtp_code) == (stage, code), failed.error
    assert error in (failed.error or "")
    assert mail_path.mails() == []
    assert mail_path.send(delivering_by_token()).delivered


@pytest.mark.parametrize("mistake", GOOGLE)
def test_google_refuses_a_mistake_as_it_does_and_takes_the_cure(mistake: str, mail_path: SimulatedMailPath) -> None:
    spoil, code, error = GOOGLE[mistake]

    failed = mail_path.send(spoil(delivering_by_token("google")))

    assert (failed.stage, failed.smtp_code) == ("auth", code), failed.error
    assert error in (failed.error or "")
    assert mail_path.send(delivering_by_token("google")).delivered


@pytest.mark.parametrize(("provider", "tls"), [("microsoft365", "starttls"), ("google", "implicit")])
def test_a_mail_arrives_by_a_token(provider: str, tls: str, mail_path: SimulatedMailPath) -> None:
    result = mail_path.send(delivering_by_token(provider))

    assert (result.stage, result.smtp_code) == ("done", 250)
    assert [(mail.user, mail.tls) for mail in mail_path.mails()] == [(MAILBOX, tls)]


def test_without_scopes_those_that_were_granted_count(mail_path: SimulatedMailPath) -> None:
    assert mail_path.send(delivering_by_token(scopes=None)).delivered
    assert mail_path.send(delivering_by_token("google", scopes="https://mail.google.com/")).delivered


def test_advanced_networking_is_not_needed_for_the_token_but_for_the_mail(mail_path: SimulatedMailPath) -> None:
    assert mail_path.send(replace(delivering_by_token(), networking=None)).stage == "proxy"


def test_microsoft_may_have_retired_passwords_for_good() -> None:
    with SimulatedMailPath(clock=lambda: NOW) as own:
        own.configure([replace(OFFICE, basic_auth="retired")])

        failed = own.send(without_flow(delivering_by_token()))

        assert (failed.stage, failed.smtp_code) == ("auth", 550)
        assert "550 5.7.30" in (failed.error or "")
        assert own.send(delivering_by_token()).delivered


def test_no_login_at_all_is_answered_in_the_words_of_microsoft(mail_path: SimulatedMailPath) -> None:
    request = delivering_by_token()
    service = {key: value for key, value in request.configuration[MAIL_SERVICE_PID].items() if key != "smtp.user"}

    failed = mail_path.send(replace(request, configuration={**request.configuration, MAIL_SERVICE_PID: service}))

    assert (failed.stage, failed.smtp_code) == ("auth", 530)
    assert "530 5.7.57" in (failed.error or "")


def test_a_server_without_oauth_offers_no_way_for_a_token() -> None:
    office, google = delivering_by_token(), delivering_by_token("google")
    configuration = {**google.configuration, MAIL_SERVICE_PID: office.configuration[MAIL_SERVICE_PID]}
    with SimulatedMailPath(clock=lambda: NOW) as own:
        own.configure([replace(OFFICE, oauth=None), GMAIL])

        failed = own.send(replace(google, configuration=configuration, networking=office.networking))

    assert failed.stage == "auth"
    assert "offers no XOAUTH2 (it offers LOGIN)" in (failed.error or "")


def test_secrets_expire_by_the_clock() -> None:
    clock = Clock()
    assert OFFICE.oauth is not None
    soon = replace(OFFICE.oauth, client_secret_expires_at=NOW + 10)
    with SimulatedMailPath(clock=clock) as own:
        own.configure([replace(OFFICE, oauth=soon)])
        assert own.send(delivering_by_token()).delivered

        clock.now += 10

        assert "401 invalid_client: AADSTS7000222" in (own.send(delivering_by_token()).error or "")


@pytest.mark.parametrize("mechanism", ["LOGIN", "PLAIN"])
def test_passwords_go_by_the_mechanism_that_the_server_offers(mechanism: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "mail.log")
    server = MailServer("smtp.sendgrid.com", 587, "starttls", {"apikey": Secret.of("password123")}, mechanisms=(mechanism,))
    with SimulatedMailPath() as own:
        own.configure([server])

        assert own.send(delivering(port_dest=587)).delivered
        assert own.send(with_secret(delivering(port_dest=587), "EMAIL_PASSWORD", "another")).smtp_code == 535

    assert f"AUTH {mechanism}" in caplog.text


def test_no_secret_is_in_a_result_a_log_or_a_representation(
    mail_path: SimulatedMailPath, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(0)
    issued: list[str] = []
    original = AccessTokens.issue

    def issue(*args: Any) -> str:
        issued.append(original(*args))
        return issued[-1]

    monkeypatch.setattr(AccessTokens, "issue", issue)
    requests = [delivering_by_token(), delivering_by_token("google"), with_secret(delivering_by_token(), "CLIENT_SECRET", "another-secret")]
    requests += [delivering_by_token(scopes=["openid"]), with_secret(delivering_by_token(), "REFRESH_TOKEN", "another-token")]

    results = [mail_path.send(request) for request in requests]

    assert len(issued) == 3
    secrets = ["client-secret", "refresh-token", "another-secret", "another-token", "password123", *issued]
    secrets += [base64.b64encode(f"user={MAILBOX}\x01auth=Bearer {token}\x01\x01".encode()).decode() for token in issued]
    shown = repr((requests, results, mail_path.servers(), mail_path.mails())) + caplog.text
    assert [one for one in secrets if one in shown] == []


def test_a_refresh_token_may_be_as_long_as_cloud_manager_lets_a_secret_be() -> None:
    long = "r" * 2048
    assert OFFICE.oauth is not None
    grant = replace(OFFICE.oauth.grants[MAILBOX], refresh_token=Secret.of(long))
    with SimulatedMailPath(clock=lambda: NOW) as own:
        own.configure([replace(OFFICE, oauth=replace(OFFICE.oauth, grants={MAILBOX: grant}))])

        assert own.send(with_secret(delivering_by_token(), "REFRESH_TOKEN", long)).delivered
