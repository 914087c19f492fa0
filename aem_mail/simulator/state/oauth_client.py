"""An application that a provider of OAuth 2.0 knows, and what users have granted it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from aem_mail.simulator.state.secret import Secret

Provider: TypeAlias = Literal["microsoft365", "google"]
PROVIDERS: tuple[Provider, ...] = ("microsoft365", "google")


@dataclass(frozen=True)
class Consent:
    """A user's consent to `scopes`: the refresh token, and until when it is good, in simulated seconds since the epoch."""

    refresh_token: Secret
    scopes: tuple[str, ...]
    expires_at: float | None = None
    revoked: bool = False


@dataclass(frozen=True)
class OAuthClient:
    """A registered application; `grants` by user. `tenant` is Microsoft's directory, None with Google."""

    provider: Provider
    client_id: str
    client_secret: Secret
    tenant: str | None = None
    client_secret_expires_at: float | None = None
    grants: Mapping[str, Consent] = field(default_factory=dict)

    def secrets(self) -> list[Secret]:
        return [self.client_secret, *(grant.refresh_token for grant in self.grants.values())]
