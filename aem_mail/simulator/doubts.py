"""What is let pass although Adobe's documents may forbid it: said, since it may fail in Cloud Manager."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from aem_mail.osgi import MAIL_SERVICE_KEYS
from aem_mail.simulator.state.values import Variable

LONGEST_SAFE_SECRET: Final = 499


def long_secrets(variables: Iterable[Variable]) -> tuple[str, ...]:
    """Name the secrets that are longer than the specification's text allows, and no longer than its schema does."""
    return tuple(
        f"{one.name} has {len(one.text)} characters: the specification's text says fewer than 500, its schema 2048"
        for one in variables
        if one.type == "secretString" and one.text is not None and len(one.text) > LONGEST_SAFE_SECRET
    )


def unknown_keys(pid: str, keys: Iterable[str]) -> tuple[str, ...]:
    """Name the keys of the mail service's configuration that Adobe's build does not allow."""
    return tuple(f"{key} is no key of {pid}: Adobe's build does not allow it" for key in sorted(set(keys).difference(MAIL_SERVICE_KEYS)))
