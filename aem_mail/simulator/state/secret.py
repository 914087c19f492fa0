"""A value that is written and never shown: secret variables, shared keys, mail passwords."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aem_mail.simulator.api.fields import Fields

_FINGERPRINT = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Secret:
    """A secret by its fingerprint, `sha256:<hex of the UTF-8 value>`; `value` is None where only the fingerprint is known."""

    fingerprint: str
    value: str | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, value: str) -> Secret:
        return cls(_fingerprint(value.encode()), value)

    def matches(self, given: bytes) -> bool:
        """Whether it is this that somebody gave, in UTF-8."""
        return hmac.compare_digest(self.fingerprint, _fingerprint(given))


def _fingerprint(value: bytes) -> str:
    return f"sha256:{hashlib.sha256(value).hexdigest()}"


def is_fingerprint(text: str) -> bool:
    return _FINGERPRINT.fullmatch(text) is not None


def secret_from_json(fields: Fields, name: str, held: Mapping[str, Secret]) -> Secret:
    """Read a secret that is given as such, or by the fingerprint of one that is held."""
    given = fields.text(name, shown=False)
    if not is_fingerprint(given):
        return Secret.of(given)
    if given not in held:
        fields.refuse(name, "a fingerprint of a secret that is not held; give the secret itself")
    return held.get(given, Secret(given))
