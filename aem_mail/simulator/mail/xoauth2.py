"""SASL XOAUTH2 as mail servers judge it. Pure.

Sources: Google, "XOAUTH2 mechanism" (format, and the challenge that precedes a refusal); Microsoft, "Authenticate an IMAP, POP or SMTP
connection using OAuth" (its refusal comes without one).
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from aem_mail.simulator.mail.access_tokens import AccessToken
from aem_mail.simulator.state.oauth_client import Provider

GOOGLE_SCOPE = "https://mail.google.com/"
MICROSOFT_SCOPE = "/smtp.send"
BEARER = "auth=Bearer "


@dataclass(frozen=True)
class LoginRefusal:
    """How a login is refused: the last answer, and the challenge before it, if there is one."""

    answer: str
    challenge: Mapping[str, str] | None = None


def parsed(response: str) -> tuple[str, str]:
    """Return user and token of an initial response, empty where there are none."""
    try:
        parts = base64.b64decode(response, validate=True).decode().split("\x01")
    except ValueError:
        return "", ""
    user = next((part.removeprefix("user=") for part in parts if part.startswith("user=")), "")
    token = next((part.removeprefix(BEARER) for part in parts if part.startswith(BEARER)), "")
    return user, token


def fault(provider: Provider | None, user: str, access: AccessToken | None) -> LoginRefusal | None:
    """Say why a server of that provider refuses a user with that token; None if it does not. `access` None is a token of nobody."""
    good = access is not None and access.provider == provider and access.user.lower() == user.lower()
    if good and access is not None and any(_is_for_mail(provider, scope) for scope in access.scopes):
        return None
    if provider == "microsoft365":
        return LoginRefusal("535 5.7.3 Authentication unsuccessful")
    status = "400" if good else "401"
    return LoginRefusal("535 5.7.8 Username and Password not accepted", {"status": status, "schemes": "Bearer", "scope": GOOGLE_SCOPE})


def _is_for_mail(provider: Provider | None, scope: str) -> bool:
    return scope == GOOGLE_SCOPE if provider == "google" else scope.lower().endswith(MICROSOFT_SCOPE)
