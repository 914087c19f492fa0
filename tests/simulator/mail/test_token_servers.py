"""The token endpoints by themselves; what they refuse on the path of a mail is in test_oauth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.simulator.mail.access_tokens import LIFETIME_SECONDS, AccessTokens
from aem_mail.simulator.mail.authority import Authority
from aem_mail.simulator.mail.token_servers import FORM, HOSTS, TokenServers
from tests.simulator.mail.oauth_requests import GOOGLE, MAILBOX, MICROSOFT, NOW, SEND, TENANT

KNOWN = b"client_id=an-id&client_secret=client-secret&grant_type="
REFRESH = KNOWN + b"refresh_token&refresh_token=refresh-token"
MICROSOFT_PATH = f"/{TENANT}/oauth2/v2.0/token"


@pytest.fixture
def tokens() -> AccessTokens:
    return AccessTokens(clock=lambda: NOW)


@pytest.fixture
def servers(tokens: AccessTokens) -> TokenServers:
    servers = TokenServers(Authority(), tokens)
    servers.configure([MICROSOFT, GOOGLE])
    return servers


def microsoft(servers: TokenServers, body: bytes) -> dict[str, object]:
    return servers.answer("login.microsoftonline.com", "POST", MICROSOFT_PATH, FORM, body)[1]


def test_a_token_is_good_for_what_was_asked_for(servers: TokenServers, tokens: AccessTokens) -> None:
    answer = microsoft(servers, REFRESH + b"&scope=openid+https://outlook.office.com/SMTP.Send")

    access = tokens.find(str(answer["access_token"]))
    assert access is not None
    assert (access.user, access.scopes, access.expires_at) == (MAILBOX, (SEND,), NOW + LIFETIME_SECONDS)
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("Bearer", LIFETIME_SECONDS, SEND)


def test_a_new_refresh_token_comes_only_with_offline_access(servers: TokenServers) -> None:
    assert "refresh_token" not in microsoft(servers, REFRESH + b"&scope=openid")
    assert microsoft(servers, REFRESH + b"&scope=openid+offline_access")["refresh_token"] == "refresh-token"


def test_a_microsoft_error_has_its_number_and_ids(servers: TokenServers) -> None:
    document = microsoft(servers, KNOWN)

    assert (document["error"], document["error_codes"]) == ("unsupported_grant_type", [70003])
    assert str(document["error_description"]).startswith("AADSTS70003: ")
    assert document["timestamp"] == "2030-03-17 17:46:40Z"
    assert {"trace_id", "correlation_id"} <= set(document)


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        (("GET", "/token", "", b""), (400, "invalid_request")),
        (("POST", "/token", "application/json", b"{}"), (400, "invalid_request")),
        (("POST", "/elsewhere", FORM, b""), (404, "not_found")),
        (("POST", "/token", f"{FORM}; charset=utf-8", KNOWN), (400, "unsupported_grant_type")),
        (("POST", "/token", FORM, b""), (401, "invalid_client")),
    ],
)
def test_what_is_no_request_for_a_token_is_refused(
    request_: tuple[str, str, str, bytes], refusal: tuple[int, str], servers: TokenServers
) -> None:
    status, document = servers.answer("oauth2.googleapis.com", *request_)

    assert (status, document["error"]) == refusal


@given(st.sampled_from(sorted(HOSTS)), st.sampled_from(["/token", MICROSOFT_PATH, "/common/oauth2/v2.0/token"]), st.binary(max_size=80))
def test_no_body_at_all_gets_a_token(host: str, path: str, body: bytes) -> None:
    servers = TokenServers(Authority(), AccessTokens(clock=lambda: NOW))
    servers.configure([MICROSOFT, GOOGLE])

    status, document = servers.answer(host, "POST", path, FORM, body)

    assert status in (400, 401, 404)
    assert "access_token" not in document
