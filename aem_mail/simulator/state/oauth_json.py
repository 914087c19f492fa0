"""An OAuth application as JSON: `{provider, tenant, clientId, clientSecret, users: {name: {refreshToken, scopes, …}}}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from aem_mail.simulator.api.fields import Fields
from aem_mail.simulator.state.infrastructure_json import LATEST
from aem_mail.simulator.state.oauth_client import PROVIDERS, Consent, OAuthClient, Provider
from aem_mail.simulator.state.secret import Secret, secret_from_json


def oauth_client_json(client: OAuthClient) -> dict[str, Any]:
    document = {
        "provider": client.provider,
        "tenant": client.tenant,
        "clientId": client.client_id,
        "clientSecret": client.client_secret.fingerprint,
        "clientSecretExpiresAt": client.client_secret_expires_at,
        "users": {user: _grant_json(grant) for user, grant in client.grants.items()},
    }
    return {name: value for name, value in document.items() if value is not None}


def oauth_client_from_json(fields: Fields, held: Mapping[str, Secret]) -> OAuthClient:
    provider = fields.text("provider", choices=PROVIDERS)
    tenant = fields.optional_text("tenant")
    if (provider == "microsoft365") != bool(tenant):
        fields.refuse("tenant", "microsoft365 has one, and nobody else")
    users = fields.object("users")
    client = OAuthClient(
        provider=cast(Provider, provider),
        client_id=fields.text("clientId"),
        client_secret=secret_from_json(fields, "clientSecret", held),
        tenant=tenant,
        client_secret_expires_at=fields.optional_number("clientSecretExpiresAt", maximum=LATEST),
        grants={} if users is None else {user: _grant_from_json(each, held) for user, each in users.members().items()},
    )
    fields.done()
    return client


def _grant_json(grant: Consent) -> dict[str, Any]:
    document: dict[str, Any] = {"refreshToken": grant.refresh_token.fingerprint, "scopes": list(grant.scopes)}
    if grant.expires_at is not None:
        document["expiresAt"] = grant.expires_at
    return document | ({"revoked": True} if grant.revoked else {})


def _grant_from_json(fields: Fields, held: Mapping[str, Secret]) -> Consent:
    grant = Consent(
        refresh_token=secret_from_json(fields, "refreshToken", held),
        scopes=fields.texts("scopes") or (),
        expires_at=fields.optional_number("expiresAt", maximum=LATEST),
        revoked=fields.flag("revoked") or False,
    )
    fields.done()
    return grant
