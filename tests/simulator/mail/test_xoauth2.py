import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.simulator.mail.access_tokens import LIFETIME_SECONDS, AccessToken, AccessTokens
from aem_mail.simulator.mail.xoauth2 import LoginRefusal, fault, parsed
from aem_mail.simulator.state.oauth_client import Provider
from tests.simulator.mail.oauth_requests import GOOGLE_MAIL, MAILBOX, SEND

NAMES = st.text(st.characters(exclude_characters="\x01", exclude_categories=["Cs"]))


def access(provider: Provider = "microsoft365", scope: str = SEND) -> AccessToken:
    return AccessToken(provider, MAILBOX, ("openid", scope), 0.0)


@given(NAMES, NAMES)
def test_user_and_token_are_read_as_they_were_written(user: str, token: str) -> None:
    response = base64.b64encode(f"user={user}\x01auth=Bearer {token}\x01\x01".encode()).decode()

    assert parsed(response) == (user, token)


@given(st.text())
def test_no_text_at_all_breaks_the_reading(response: str) -> None:
    parsed(response)


@pytest.mark.parametrize("response", ["", "=", "eA==", "/w=="])
def test_what_is_no_response_is_nobodys(response: str) -> None:
    assert parsed(response) == ("", "")


@pytest.mark.parametrize(
    ("provider", "scope"),
    [("microsoft365", SEND), ("microsoft365", "https://outlook.office365.com/SMTP.Send"), ("google", GOOGLE_MAIL)],
)
def test_a_token_for_mail_of_the_providers_own_user_is_taken(provider: Provider, scope: str) -> None:
    assert fault(provider, MAILBOX, access(provider, scope)) is None
    assert fault(provider, MAILBOX.upper(), access(provider, scope)) is None


@pytest.mark.parametrize(
    ("provider", "user", "found"),
    [
        ("microsoft365", MAILBOX, None),
        ("microsoft365", "other@wknd.site", access()),
        ("microsoft365", MAILBOX, access("google", GOOGLE_MAIL)),
        ("microsoft365", MAILBOX, access(scope="https://outlook.office.com/IMAP.AccessAsUser.All")),
    ],
)
def test_microsoft_refuses_without_a_challenge(provider: Provider, user: str, found: AccessToken | None) -> None:
    assert fault(provider, user, found) == LoginRefusal("535 5.7.3 Authentication unsuccessful")


@pytest.mark.parametrize(("found", "status"), [(None, "401"), (access(), "401"), (access("google", "openid"), "400")])
def test_google_challenges_with_the_reason_before_it_refuses(found: AccessToken | None, status: str) -> None:
    refused = fault("google", MAILBOX, found)

    assert refused is not None
    assert refused.challenge == {"status": status, "schemes": "Bearer", "scope": GOOGLE_MAIL}
    assert refused.answer.startswith("535 5.7.8 ")


def test_an_access_token_is_good_for_an_hour() -> None:
    now = 0.0
    tokens = AccessTokens(clock=lambda: now)
    token = tokens.issue("google", MAILBOX, (GOOGLE_MAIL,))

    assert tokens.find(token) == AccessToken("google", MAILBOX, (GOOGLE_MAIL,), LIFETIME_SECONDS)
    assert tokens.find(token[:-1]) is None
    now = float(LIFETIME_SECONDS)
    assert tokens.find(token) is None
