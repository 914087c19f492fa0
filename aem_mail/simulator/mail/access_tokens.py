"""The access tokens that were granted, which mail servers judge logins by."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from aem_mail.simulator.state.oauth_client import Provider

LIFETIME_SECONDS = 3600
ENTROPY_BYTES = {"microsoft365": 1100, "google": 160}
"""So that tokens are about as long as the real ones, which shows whose lines are too short for them."""


@dataclass(frozen=True)
class AccessToken:
    """What a token is good for, until when (simulated seconds since the epoch)."""

    provider: Provider
    user: str
    scopes: tuple[str, ...]
    expires_at: float


class AccessTokens:
    """Thread safe; tokens are kept as long as this object."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._issued: dict[str, AccessToken] = {}

    def issue(self, provider: Provider, user: str, scopes: tuple[str, ...]) -> str:
        token = secrets.token_urlsafe(ENTROPY_BYTES[provider])
        with self._lock:
            self._issued[token] = AccessToken(provider, user, scopes, self.clock() + LIFETIME_SECONDS)
        return token

    def find(self, token: str) -> AccessToken | None:
        """Return what a token is good for now, None if it is none."""
        with self._lock:
            access = self._issued.get(token)
        return access if access is not None and self.clock() < access.expires_at else None
