"""The access token: fetched once for all threads, renewed before it expires and after it was refused."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeGuard

from aem_mail.cloud_manager import answer_fields
from aem_mail.cloud_manager.outcome import Outcome
from aem_mail.cloud_manager.waiting import Clock

SCOPE: Final = "openid,AdobeID,read_organizations,additional_info.projectedProductContext,read_pc.dma_aem_ams"
"""The scopes that Adobe gives for Cloud Manager."""

TOKEN_PATH: Final = "/ims/token/v3"  # noqa: S105 - a path

MARGIN: Final = 300.0
"""Seconds before its end at which a token is no longer used; a tenth of its life if that is less."""


@dataclass(frozen=True, slots=True)
class Grant:
    """IMS's answer: a token and its life in seconds."""

    access_token: str = field(repr=False)
    expires_in: float


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """A token in use; two fetched ones are never equal, even if IMS gave the same text twice."""

    text: str = field(repr=False)
    usable_until: float | None = None

    def usable(self, now: float) -> bool:
        return self.usable_until is None or now < self.usable_until


def grant_of(document: answer_fields.Document) -> Grant:
    """Read IMS's answer; raises Mismatch."""
    access_token = answer_fields.text(document, "access_token")
    if not access_token.isascii() or not access_token.isprintable() or not access_token or " " in access_token:
        raise answer_fields.Mismatch("access_token is no token")
    return Grant(access_token, float(answer_fields.whole(document, "expires_in")))


def margin(expires_in: float) -> float:
    """Seconds before a token's end at which it is renewed."""
    return min(MARGIN, expires_in / 10)


@dataclass(frozen=True, slots=True)
class Ungranted:
    """IMS gave no token: what became of the request, and what is wrong with a good answer."""

    outcome: Outcome
    mismatch: str = ""


class ReadyToken:
    """A token that the user brought; it cannot be renewed."""

    def __init__(self, text: str) -> None:
        self._token = Token(text)

    def current(self) -> Token:
        """The token."""
        return self._token

    def instead_of(self, refused: Token) -> Token:
        """The same: there is no other."""
        return refused


class RenewedTokens:
    """Tokens of an OAuth server-to-server credential, for many threads; ``fetch`` asks IMS."""

    def __init__(self, fetch: Callable[[], Grant | Ungranted], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._latest: Token | Ungranted | None = None

    def current(self) -> Token | Ungranted:
        """A token that has not expired; one thread fetches it, the others wait for that and share what it gave."""
        seen = self._latest
        return seen if self._usable(seen) else self._newer_than(seen)

    def instead_of(self, refused: Token) -> Token | Ungranted:
        """Another token than one that was refused: fetched once, however many threads had it refused."""
        return self._newer_than(refused)

    def _newer_than(self, seen: Token | Ungranted | None) -> Token | Ungranted:
        with self._lock:
            if self._latest is None or self._latest is seen:
                self._latest = self._fetched()
            return self._latest

    def _usable(self, latest: Token | Ungranted | None) -> TypeGuard[Token]:
        return isinstance(latest, Token) and latest.usable(self._clock.now())

    def _fetched(self) -> Token | Ungranted:
        asked = self._clock.now()
        grant = self._fetch()
        if isinstance(grant, Ungranted):
            return grant
        return Token(grant.access_token, asked + grant.expires_in - margin(grant.expires_in))
