"""The token endpoint: OAuth server-to-server, as IMS does it at `/ims/token/v3`."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from aem_mail.simulator.api.problems import Problem

SCOPES = ("openid", "AdobeID", "read_organizations", "additional_info.projectedProductContext", "read_pc.dma_aem_ams")
LIFETIME_SECONDS = 86399


@dataclass(frozen=True)
class Credential:
    """The one technical account that the simulator knows. Invented, the same for every simulator."""

    org_id: str = "51A11A70D0000000000A0001@AdobeOrg"
    client_id: str = "simulator-client-id"
    client_secret: str = field(default="simulator-client-secret-not-a-real-one", repr=False)


class Tokens:
    """The access tokens that were issued and are still good, each with the time at which it expires. Safe to use from several threads."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential
        self._lock = threading.Lock()
        self._expiries: dict[str, float] = {}

    def issue(self, now: float) -> str:
        token = secrets.token_urlsafe(32)
        with self._lock:
            good = {each: expiry for each, expiry in self._expiries.items() if expiry > now}
            self._expiries = {**good, token: now + LIFETIME_SECONDS}
        return token

    def is_good(self, token: str, now: float) -> bool:
        return self._expiries.get(token, 0.0) > now

    def revoke_all(self) -> None:
        with self._lock:
            self._expiries = {}

    def rotate(self, client_secret: str) -> None:
        """Grant tokens for this client secret only; those that were granted before stay good."""
        self._credential = replace(self._credential, client_secret=client_secret)

    def answer(self, content_type: str, body: bytes, now: float) -> dict[str, Any]:
        """The document that answers a request for a token; raises a `Problem` with OAuth's own `error` beside ours."""
        if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            raise _refusal(400, "invalid_request", "the form must be sent as application/x-www-form-urlencoded")
        form = dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True))
        self._check(form)
        return {"access_token": self.issue(now), "token_type": "bearer", "expires_in": LIFETIME_SECONDS}

    def _check(self, form: Mapping[str, str]) -> None:
        for name in ("client_id", "client_secret", "grant_type", "scope"):
            if not form.get(name):
                raise _refusal(400, "invalid_request", f"{name} is missing")
        if form["grant_type"] != "client_credentials":
            raise _refusal(400, "unsupported_grant_type", "grant_type must be client_credentials")
        unknown = set(form["scope"].split(",")).difference(SCOPES)
        if unknown:
            raise _refusal(400, "invalid_scope", f"not among the scopes of Cloud Manager: {', '.join(sorted(unknown))}")
        if not self._is_ours(form["client_id"], form["client_secret"]):
            raise _refusal(401, "invalid_client", "client_id and client_secret do not belong together")

    def _is_ours(self, client_id: str, client_secret: str) -> bool:
        given, ours = client_secret.encode(), self._credential.client_secret.encode()
        return client_id == self._credential.client_id and secrets.compare_digest(given, ours)


def _refusal(status: int, error: str, description: str) -> Problem:
    return Problem(status, "Token refused", errors=(description,), members={"error": error, "error_description": description})
