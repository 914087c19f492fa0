from hypothesis import given
from hypothesis import strategies as st

from aem_mail.kinds import problems
from aem_mail.osgi import (
    MAIL_SERVICE_PID,
    OAUTH_PID,
    MailService,
    OAuthProvider,
    parse_configuration,
    render_configuration,
    render_mail_service,
    render_oauth_provider,
    resolve_properties,
    variables_lookup,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="$ "), min_size=1)
EXAMPLE = """{
  "authUrl": "https://login.microsoftonline.com/a-tenant/oauth2/v2.0/authorize",
  "tokenUrl": "https://login.microsoftonline.com/a-tenant/oauth2/v2.0/token",
  "refreshUrl": "https://login.microsoftonline.com/a-tenant/oauth2/v2.0/token",
  "authCodeRedirectUrl": "http://localhost",
  "clientId": "an-id",
  "clientSecret": "$[secret:SECRET_SMTP_OAUTH_CLIENT_SECRET]",
  "refreshToken": "$[secret:SECRET_SMTP_OAUTH_REFRESH_TOKEN]",
  "scopes": [
    "https://outlook.office.com/SMTP.Send",
    "offline_access"
  ]
}
"""


def provider(
    client_id: str = "an-id", scopes: tuple[str, ...] = ("https://outlook.office.com/SMTP.Send", "offline_access")
) -> OAuthProvider:
    base = "https://login.microsoftonline.com/a-tenant/oauth2/v2.0"
    names = ("SECRET_SMTP_OAUTH_CLIENT_SECRET", "SECRET_SMTP_OAUTH_REFRESH_TOKEN")
    return OAuthProvider(f"{base}/authorize", f"{base}/token", f"{base}/token", client_id, *names, scopes)


def test_the_provider_is_rendered_byte_for_byte() -> None:
    assert render_configuration(render_oauth_provider(provider())) == EXAMPLE


def test_the_mail_service_beside_it_uses_the_token_and_needs_no_password() -> None:
    with_token = render_mail_service(MailService(30587, 587, "noreply@wknd.site", "EMAIL_USERNAME", None, oauth=True))
    with_both = render_mail_service(MailService(30587, 587, "noreply@wknd.site", "EMAIL_USERNAME", "EMAIL_PASSWORD", oauth=True))

    assert (with_token["oauth.flow"], with_token["smtp.password"]) == (True, "value not used")
    assert (with_both["oauth.flow"], with_both["smtp.password"]) == (True, "$[secret:EMAIL_PASSWORD]")
    assert list(with_token) == list(with_both)


def test_both_files_are_ones_that_may_lie_in_git() -> None:
    service = render_mail_service(MailService(30587, 587, "noreply@wknd.site", "EMAIL_USERNAME", None, oauth=True))
    for pid, properties in ((MAIL_SERVICE_PID, service), (OAUTH_PID, render_oauth_provider(provider()))):
        assert problems("OsgiConfig", {"directory": "osgiconfig", "pid": pid, "properties": properties}) == []


@given(TEXTS, st.lists(TEXTS, max_size=3), TEXTS, TEXTS)
def test_aem_reads_back_what_was_rendered(client_id: str, scopes: list[str], client_secret: str, refresh_token: str) -> None:
    rendered = render_oauth_provider(provider(client_id, tuple(scopes)))
    secrets = {"SECRET_SMTP_OAUTH_CLIENT_SECRET": client_secret, "SECRET_SMTP_OAUTH_REFRESH_TOKEN": refresh_token}

    read = resolve_properties(parse_configuration(render_configuration(rendered)), variables_lookup({}, secrets))

    assert read == rendered | {"clientSecret": client_secret, "refreshToken": refresh_token}
