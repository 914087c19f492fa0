"""AEM's OAuth 2.0 provider for the mail service, as the tier resolves its configuration."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aem_mail.osgi import Properties
from aem_mail.osgi.values import as_text
from aem_mail.simulator.mail.failure import StageFailure

SECRETS = ("clientSecret", "refreshToken")


@dataclass(frozen=True)
class OAuthSettings:
    """What AEM asks for a token with; `unset` names the placeholders of its secrets that no variable fills."""

    host: str
    port: int
    path: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    scopes: tuple[str, ...]
    unset: tuple[str, ...] = ()

    @property
    def form(self) -> dict[str, str]:
        return {
            "grant_type": "refresh_token",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "refresh_token": self.refresh_token,
            **({"scope": " ".join(self.scopes)} if self.scopes else {}),
        }


def read_oauth_settings(properties: Properties, unset: Callable[[Sequence[str]], tuple[str, ...]]) -> OAuthSettings:
    """Return the settings from resolved properties; raises StageFailure at `config`. `unset` names what no variable fills, by keys."""
    text = {key: as_text(properties.get(key, "")) for key in ("refreshUrl", "clientId", *SECRETS)}
    host, port, path = _address(text["refreshUrl"])
    return OAuthSettings(
        host, port, path, text["clientId"], text["clientSecret"], text["refreshToken"], _scopes(properties), unset(SECRETS)
    )


def _address(url: str) -> tuple[str, int, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        host, port = "", 443
    if not host or parts.scheme != "https":
        raise StageFailure("config", f"refreshUrl is {url!r}, which is no https address")
    return host, port, parts.path or "/"


def _scopes(properties: Properties) -> tuple[str, ...]:
    value = properties.get("scopes", "")
    texts = [as_text(each) for each in value] if isinstance(value, list | tuple) else [as_text(value)]
    return tuple(scope for text in texts for scope in text.split())
