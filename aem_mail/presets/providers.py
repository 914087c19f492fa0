"""Presets of mail servers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

Tls = Literal["implicit", "starttls"]


class SmtpPreset(StrEnum):
    """Mail servers that aem-mail knows: docs/presets.md."""

    MICROSOFT365 = "microsoft365"
    MICROSOFT365_HVE = "microsoft365-hve"
    AZURE = "azure"
    GOOGLE = "google"
    SENDGRID = "sendgrid"
    SENDGRID_EU = "sendgrid-eu"
    SES = "ses"
    MAILGUN = "mailgun"
    POSTMARK = "postmark"
    GENERIC = "generic"
    """Any other."""


@dataclass(frozen=True, slots=True)
class OAuthEndpoints:
    """Where a provider grants tokens; ``{tenant}`` in a URL stands for the directory (tenant) id."""

    auth_url: str
    token_url: str
    scopes: tuple[str, ...]

    @property
    def needs_tenant(self) -> bool:
        return "{tenant}" in self.token_url


@dataclass(frozen=True, slots=True)
class Milestone:
    """What becomes of logging in with a password from a ``day`` on, as the provider ``announced`` it."""

    day: date
    what: str
    announced: date
    source: str


@dataclass(frozen=True, slots=True)
class Preset:
    """What a mail server wants: ``hosts`` are patterns, ``ports`` tell how TLS begins, the recommended one first.

    ``host`` is the one to take where none is given, None where there is no such one; ``user`` is a sentence, ``user_value`` the only
    user there is, if so; ``guards_smtp`` whether its allow-list of addresses covers SMTP, None where it has none; ``oauth`` None where
    the server takes no tokens, or anybody's; ``spf`` the domain that a sender's SPF record has to include.
    ``read`` is when all that was compared with the sources; ``password_ends`` are in the order of their days.
    """

    name: SmtpPreset
    title: str
    hosts: tuple[str, ...]
    ports: Mapping[int, Tls]
    user: str
    authentication: tuple[str, ...]
    allow_list: str
    sources: tuple[str, ...]
    read: date
    host: str | None = None
    user_value: str | None = None
    guards_smtp: bool | None = None
    spf: str | None = None
    oauth: OAuthEndpoints | None = None
    password_ends: tuple[Milestone, ...] = ()

    @property
    def port(self) -> int:
        """The port to take where none is given."""
        return next(iter(self.ports))


@cache
def presets() -> Mapping[str, Preset]:
    """Return every preset by name; the generic one is last and matches every host."""
    content = yaml.safe_load(files("aem_mail.presets").joinpath("providers.yaml").read_text(encoding="utf-8"))
    return {name: _preset(SmtpPreset(name), entry) for name, entry in content.items()}


def preset_for(host: str) -> Preset:
    """Return the preset that knows a host, however that is written, else the generic one."""
    name = host.lower().removesuffix(".")
    return next(one for one in presets().values() if any(fnmatchcase(name, pattern) for pattern in one.hosts))


def _preset(name: SmtpPreset, entry: Mapping[str, Any]) -> Preset:
    oauth = entry.get("oauth")
    endpoints = None if oauth is None else OAuthEndpoints(**_with_tuples(oauth))
    milestones = tuple(Milestone(**one) for one in entry.get("password_ends", ()))
    return Preset(name, **{**_with_tuples(entry), "oauth": endpoints, "password_ends": milestones})


def _with_tuples(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {field: tuple(value) if isinstance(value, list) else value for field, value in entry.items()}
