"""What a preset adds to a MailEgress, wherever the declaration itself says nothing."""

from collections.abc import Mapping
from typing import Any

from aem_mail.presets.providers import OAuthEndpoints, Preset, preset_for, presets


def with_preset(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return MailEgress's properties with the host, port and user of ``smtp.preset`` where none are given.

    Without a preset, or with one that there is not, they are the same. Nothing that is given is changed.
    """
    smtp = properties.get("smtp")
    preset = _preset(smtp.get("preset")) if isinstance(smtp, Mapping) else None
    if preset is None or not isinstance(smtp, Mapping):
        return dict(properties)
    server = {name: value for name, value in {"host": preset.host, "port": preset.port}.items() if value is not None}
    given = {name: value for name, value in smtp.items() if value is not None}
    has_user = any(properties.get(name) is not None for name in ("username", "username_from"))
    user = {} if has_user or preset.user_value is None else {"username": preset.user_value}
    return {**properties, "smtp": {**server, **given}, **user}


def oauth_endpoints(oauth: Mapping[str, Any], host: Any) -> OAuthEndpoints | None:
    """Return where ``oauth.provider`` grants tokens, or where no provider is named, that of the mail server; None if nobody knows."""
    named = oauth.get("provider")
    preset = _preset(named) if named is not None else preset_for(host) if isinstance(host, str) else None
    return None if preset is None else preset.oauth


def _preset(name: Any) -> Preset | None:
    return presets().get(name) if isinstance(name, str) else None
