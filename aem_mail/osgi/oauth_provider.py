"""Render the OSGi configuration of AEM's OAuth 2.0 provider for the mail service.

Source of keys: Adobe, "OAuth2 Support for the Mail Service" (AEM as a Cloud Service), read in 2026.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.osgi.mail_service import secret_placeholder

OAUTH_PID = "com.day.cq.mailer.oauth.impl.OAuthConfigurationProviderImpl"
REDIRECT: Final = {"authCodeRedirectUrl": "http://localhost"}
"""What Adobe's sample has for the sign-in in a browser, which AEM does without once it has a refresh token."""


@dataclass(frozen=True)
class OAuthProvider:
    """Where AEM gets its access tokens; both variables are names of `secretString` variables, not values."""

    auth_url: str
    token_url: str
    refresh_url: str
    client_id: str
    client_secret_variable: str
    refresh_token_variable: str
    scopes: tuple[str, ...]


def render_oauth_provider(provider: OAuthProvider) -> dict[str, object]:
    """Return the properties of `OAuthConfigurationProviderImpl`; scopes are a list."""
    return {
        "authUrl": provider.auth_url,
        "tokenUrl": provider.token_url,
        "refreshUrl": provider.refresh_url,
        **REDIRECT,
        "clientId": provider.client_id,
        "clientSecret": secret_placeholder(provider.client_secret_variable),
        "refreshToken": secret_placeholder(provider.refresh_token_variable),
        "scopes": list(provider.scopes),
    }


def as_before(wanted: Mapping[str, Any], before: Any) -> Mapping[str, Any]:
    """Return the wanted properties, or those ``before`` where they lack only the redirect, as a file of an older version does."""
    return before if isinstance(before, Mapping) and {**before, **REDIRECT} == wanted else wanted
