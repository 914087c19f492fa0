"""Where two texts of an OSGi configuration differ, property by property; a value that may be a secret is not shown."""

import re
from collections.abc import Iterator
from typing import Any, Final

from aem_mail.drift.finding import Property
from aem_mail.model.secret_like import looks_secret
from aem_mail.osgi import ConfigurationFileError, parse_configuration
from aem_mail.stack.values import MASKED

PLACEHOLDER: Final = re.compile(r"\$\[(?:env|secret):[^\[\];]*\]")
"""One that has no default, which could be the secret itself."""


def content_properties(declared: Any, live: Any) -> Iterator[Property]:
    """Yield the properties that differ; nothing where the texts differ in form only, or one of them cannot be read."""
    old, new = parsed(declared), parsed(live)
    if old is None or new is None:
        return
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield Property(f"properties.{name}", *(_shown(name, side) for side in (old, old, new)))


def parsed(text: Any) -> dict[str, Any] | None:
    """Return the properties of a configuration's text, None where there are none to read."""
    if not isinstance(text, str):
        return None
    try:
        return dict(parse_configuration(text))
    except ConfigurationFileError:
        return None


def _shown(name: str, properties: dict[str, Any]) -> Any:
    value = properties.get(name)
    if value in (None, "") or not looks_secret(name, value):
        return value
    return value if isinstance(value, str) and PLACEHOLDER.fullmatch(value) else MASKED
