"""Presets of mail servers."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import yaml

GENERIC: Final = "generic"

Tls = Literal["implicit", "starttls"]


@dataclass(frozen=True, slots=True)
class Preset:
    """What a mail server wants: ``hosts`` are patterns, ``ports`` tell how TLS begins, the recommended one first.

    ``user`` is a sentence, ``user_value`` the only user there is, if so; ``guards_smtp`` whether its allow-list of addresses covers
    SMTP, None where it has none; ``spf`` the domain that a sender's SPF record has to include.
    """

    name: str
    title: str
    hosts: tuple[str, ...]
    ports: Mapping[int, Tls]
    user: str
    authentication: tuple[str, ...]
    allow_list: str
    sources: tuple[str, ...]
    user_value: str | None = None
    guards_smtp: bool | None = None
    spf: str | None = None


@cache
def presets() -> Mapping[str, Preset]:
    """Return every preset by name; the generic one is last and matches every host."""
    content = yaml.safe_load(files("aem_mail.presets").joinpath("providers.yaml").read_text(encoding="utf-8"))
    return {name: _preset(name, entry) for name, entry in content.items()}


def preset_for(host: str) -> Preset:
    """Return the preset that knows a host, else the generic one."""
    return next(one for one in presets().values() if any(fnmatchcase(host, pattern) for pattern in one.hosts))


def _preset(name: str, entry: Mapping[str, Any]) -> Preset:
    values: dict[str, Any] = {field: tuple(value) if isinstance(value, list) else value for field, value in entry.items()}
    return Preset(name, **values)
