"""The secret variables that a MailEgress sets, whoever asks: the component, the rules and the checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

DEFAULT_VARIABLES: Final[Mapping[str, str]] = {
    "username": "EMAIL_USERNAME",
    "password": "EMAIL_PASSWORD",
    "client_secret": "SECRET_SMTP_OAUTH_CLIENT_SECRET",
    "refresh_token": "SECRET_SMTP_OAUTH_REFRESH_TOKEN",
}
"""The variables' names by argument; the last two are those of Adobe's own example."""
LOGIN: Final = ("username", "password")
OAUTH: Final = ("client_secret", "refresh_token")


@dataclass(frozen=True, slots=True)
class MailSecret:
    """One secret: the argument that gives it, as ``smtp.host`` is written, its variable's name, and where its value comes from."""

    path: str
    variable: Any
    value: Any = field(default=None, repr=False)
    value_from: Any = None
    expires_at: Any = None

    @property
    def role(self) -> str:
        """The end of the child's name, such as ``refresh-token``."""
        return self.path.rpartition(".")[2].replace("_", "-")

    @property
    def variable_path(self) -> str:
        return f"{self.path}_variable"


def mail_secrets(properties: Mapping[str, Any]) -> list[MailSecret]:
    """Return the secrets of a MailEgress's properties, in the order of its arguments; with OAuth a password is none unless given."""
    oauth = properties.get("oauth")
    by_token = isinstance(oauth, Mapping)
    login = [name for name in LOGIN if name != "password" or not by_token or _given(properties, name)]
    found = [_secret(properties, name, name) for name in login]
    return found + ([_secret(oauth, name, f"oauth.{name}") for name in OAUTH] if isinstance(oauth, Mapping) else [])


def _given(properties: Mapping[str, Any], name: str) -> bool:
    return any(properties.get(each) is not None for each in (name, f"{name}_from"))


def _secret(properties: Mapping[str, Any], name: str, path: str) -> MailSecret:
    variable = properties.get(f"{name}_variable")
    return MailSecret(
        path,
        DEFAULT_VARIABLES[name] if variable is None else variable,
        properties.get(name),
        properties.get(f"{name}_from"),
        properties.get(f"{name}_expires_at"),
    )
