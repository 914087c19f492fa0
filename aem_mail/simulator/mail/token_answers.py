"""What the token endpoints of Microsoft and Google answer to a refresh token. Pure except for the ids in an answer.

Sources: Microsoft, "Microsoft Entra authentication and authorization error codes" and "OAuth 2.0 authorization code flow";
Google, "Using OAuth 2.0 for Web Server Applications"; RFC 6749. The wording is ours, codes and status are theirs.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from aem_mail.simulator.state.oauth_client import Consent, OAuthClient
from aem_mail.simulator.state.secret import Secret

Form: TypeAlias = Mapping[str, str]

OPENID_SCOPES = frozenset({"openid", "profile", "email", "offline_access"})
EVERY_TENANT = ("common", "organizations", "consumers")


@dataclass(frozen=True)
class Granted:
    """The user and the scopes that an access token is to be for; `refreshable` says whether a new refresh token comes with it."""

    user: str
    scopes: tuple[str, ...]
    refreshable: bool = False


class TokenRefused(Exception):
    """An answer without a token: the HTTP status and the document."""

    def __init__(self, status: int, document: dict[str, Any]) -> None:
        super().__init__(document["error"])
        self.status = status
        self.document = document


def microsoft(clients: Iterable[OAuthClient], tenant: str, form: Form, now: float) -> Granted:
    """Judge a request to `login.microsoftonline.com/{tenant}/oauth2/v2.0/token`; raises TokenRefused."""
    client = _of_tenant(list(clients), tenant, form, now)
    user, grant = _microsoft_grant(client, form, now)
    if grant.revoked:
        raise _aadsts(400, "invalid_grant", 50173, "The grant was revoked; the user has to sign in again.", now)
    if _is_over(grant.expires_at, now):
        raise _aadsts(400, "invalid_grant", 700082, "The refresh token has expired due to inactivity.", now)
    wanted = _scopes(form) or grant.scopes
    if not set(wanted) <= {*grant.scopes, *OPENID_SCOPES}:
        raise _aadsts(400, "invalid_grant", 65001, f"Nobody has consented to all scopes for the application '{client.client_id}'.", now)
    return Granted(user, tuple(scope for scope in wanted if scope not in OPENID_SCOPES), "offline_access" in wanted)


def google(clients: Iterable[OAuthClient], form: Form, now: float) -> Granted:
    """Judge a request to `oauth2.googleapis.com/token`; raises TokenRefused."""
    client = next((each for each in clients if each.client_id == form.get("client_id")), None)
    if client is None:
        raise _refused(401, "invalid_client", "The OAuth client was not found.")
    if not _same(client.client_secret, form.get("client_secret", "")):
        raise _refused(401, "invalid_client", "Unauthorized")
    if form.get("grant_type") != "refresh_token":
        raise _refused(400, "unsupported_grant_type", "Invalid grant_type")
    found = _granted(client, form)
    if found is None:
        raise _refused(400, "invalid_grant", "Bad Request")
    user, grant = found
    if grant.revoked or _is_over(grant.expires_at, now):
        raise _refused(400, "invalid_grant", "Token has been expired or revoked.")
    wanted = _scopes(form) or grant.scopes
    if not set(wanted) <= set(grant.scopes):
        raise _refused(400, "invalid_scope", "Bad Request")
    return Granted(user, wanted)


def _of_tenant(clients: list[OAuthClient], tenant: str, form: Form, now: float) -> OAuthClient:
    """Return the application that asks, once it has proven to be it."""
    if tenant.lower() in EVERY_TENANT:
        raise _aadsts(400, "invalid_request", 50194, f"The application is not multi-tenant, so that /{tenant} is not for it.", now)
    there = [each for each in clients if (each.tenant or "").lower() == tenant.lower()]
    if not there:
        raise _aadsts(400, "invalid_request", 90002, f"Tenant '{tenant}' not found.", now)
    client = next((each for each in there if each.client_id == form.get("client_id")), None)
    if client is None:
        raise _aadsts(400, "unauthorized_client", 700016, f"The application was not found in the directory '{tenant}'.", now)
    if not _same(client.client_secret, form.get("client_secret", "")):
        raise _aadsts(401, "invalid_client", 7000215, f"Invalid client secret for application '{client.client_id}'.", now)
    if _is_over(client.client_secret_expires_at, now):
        raise _aadsts(401, "invalid_client", 7000222, f"The client secrets of application '{client.client_id}' are expired.", now)
    return client


def _microsoft_grant(client: OAuthClient, form: Form, now: float) -> tuple[str, Consent]:
    if form.get("grant_type") != "refresh_token":
        raise _aadsts(400, "unsupported_grant_type", 70003, "The grant_type is not supported.", now)
    found = _granted(client, form)
    if found is None:
        raise _aadsts(400, "invalid_grant", 9002313, "Invalid request. It is malformed or invalid.", now)
    return found


def _granted(client: OAuthClient, form: Form) -> tuple[str, Consent] | None:
    token = form.get("refresh_token", "")
    return next(((user, grant) for user, grant in client.grants.items() if _same(grant.refresh_token, token)), None)


def _scopes(form: Form) -> tuple[str, ...]:
    return tuple(form.get("scope", "").split())


def _is_over(moment: float | None, now: float) -> bool:
    return moment is not None and moment <= now


def _same(secret: Secret, given: str) -> bool:
    return bool(given) and secret.matches(given.encode())


def _aadsts(status: int, error: str, code: int, text: str, now: float) -> TokenRefused:
    ids = {"trace_id": str(uuid.uuid4()), "correlation_id": str(uuid.uuid4())}
    timestamp = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    description = f"AADSTS{code}: {text} Trace ID: {ids['trace_id']} Correlation ID: {ids['correlation_id']} Timestamp: {timestamp}"
    document = {"error": error, "error_description": description, "error_codes": [code], "timestamp": timestamp, **ids}
    return TokenRefused(status, document)


def _refused(status: int, error: str, description: str) -> TokenRefused:
    return TokenRefused(status, {"error": error, "error_description": description})
