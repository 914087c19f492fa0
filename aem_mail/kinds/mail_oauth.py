"""Limits of a MailEgress's OAuth 2.0."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from aem_mail.errors import Problem
from aem_mail.kinds.dates import date
from aem_mail.kinds.environment_variable import variable_name
from aem_mail.kinds.mail_secrets import OAUTH
from aem_mail.kinds.secret_variable import reference, secret_value, source_problems
from aem_mail.kinds.shapes import Field, Superfluous, list_of, matching, object_of, one_of, schema_of, shape, text
from aem_mail.model import UNKNOWN
from aem_mail.presets import SmtpPreset, oauth_endpoints, presets

URL: Final = matching(r"https://[^\s/?#]+/\S*", "an address such as 'https://login.example.com/oauth2/token'")
TENANT: Final = matching(r"[A-Za-z0-9][A-Za-z0-9.-]*", "the directory (tenant) id, such as '11111111-2222-3333-4444-555555555555'")
SCOPE: Final = matching(r"\S+", "a scope, which has no spaces")
SCOPES: Final = list_of(SCOPE, "scopes")


@shape(enum=list(map(str, SmtpPreset)))
def provider(path: str, value: Any) -> Iterator[Problem]:
    yield from one_of(*(name for name, preset in presets().items() if preset.oauth is not None))(path, value)


@shape(**schema_of(SCOPES), minItems=1)
def scopes(path: str, value: Any) -> Iterator[Problem]:
    yield from SCOPES(path, value)
    if value == []:
        yield Problem(path, "is empty; name the scopes, or leave it out for those of the provider")


FIELDS: Final = object_of(
    {
        "client_id": Field(text, required=True),
        "provider": Field(provider),
        "tenant": Field(TENANT),
        "client_secret": Field(secret_value),
        "client_secret_from": Field(reference),
        "refresh_token": Field(secret_value),
        "refresh_token_from": Field(reference),
        "scopes": Field(scopes),
        "auth_url": Field(URL),
        "token_url": Field(URL),
        "refresh_url": Field(URL),
        "client_secret_variable": Field(variable_name),
        "refresh_token_variable": Field(variable_name),
        "client_secret_expires_at": Field(date),
        "refresh_token_expires_at": Field(date),
    }
)


def oauth_problems(oauth: Mapping[str, Any], host: Any, policy: Any) -> Iterator[Problem]:
    """Yield what its fields alone do not show; ``host`` is the mail server's, ``policy`` that of the secrets."""
    yield from endpoint_problems(oauth, host)
    for name in OAUTH:
        paths = (f"oauth.{name}", f"oauth.{name}_from")
        yield from source_problems(oauth.get(name), oauth.get(f"{name}_from"), policy, *paths)


def endpoint_problems(oauth: Mapping[str, Any], host: Any) -> Iterator[Problem]:
    """Yield what is missing or too much to know where the tokens come from."""
    endpoints = oauth_endpoints(oauth, host)
    unsaid = [name for name in ("auth_url", "token_url") if oauth.get(name) is None]
    if endpoints is None and oauth.get("provider") is None and host is not UNKNOWN:
        for name in [*unsaid, *(["scopes"] if oauth.get("scopes") is None else [])]:
            yield Problem(f"oauth.{name}", "is missing: the mail server is of no provider that is known; give it, or oauth.provider")
    if endpoints is None:
        return
    if endpoints.needs_tenant and unsaid and oauth.get("tenant") is None:
        yield Problem("oauth.tenant", "is missing: the directory (tenant) id, which stands in the addresses where tokens are got")
    if not endpoints.needs_tenant and oauth.get("tenant") is not None:
        yield Superfluous("oauth.tenant", "this provider has no tenants; leave it out")
