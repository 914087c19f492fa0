"""An application that a provider of OAuth 2.0 knows, and what users have granted it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeAlias, TypeVar

Provider: TypeAlias = Literal["microsoft365", "google"]
PROVIDERS: tuple[Provider, ...] = ("microsoft365", "google")

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True)
class Grant(Generic[S]):
    """A user's consent to `scopes`: the refresh token, and until when it is good, in simulated seconds since the epoch."""

    refresh_token: S = field(repr=False)
    scopes: tuple[str, ...]
    expires_at: float | None = None
    revoked: bool = False


@dataclass(frozen=True)
class OAuthClient(Generic[S]):
    """A registered application; `grants` by user. `tenant` is Microsoft's directory, None with Google. `S` is how secrets are held."""

    provider: Provider
    client_id: str
    client_secret: S = field(repr=False)
    tenant: str | None = None
    client_secret_expires_at: float | None = None
    grants: Mapping[str, Grant[S]] = field(default_factory=dict)

    def secrets(self) -> list[S]:
        return [self.client_secret, *(grant.refresh_token for grant in self.grants.values())]

    def with_secrets(self, held: Callable[[S], T]) -> OAuthClient[T]:
        """Return the same with each secret as `held` gives it."""
        grants = {
            user: Grant(held(grant.refresh_token), grant.scopes, grant.expires_at, grant.revoked) for user, grant in self.grants.items()
        }
        return OAuthClient(self.provider, self.client_id, held(self.client_secret), self.tenant, self.client_secret_expires_at, grants)
