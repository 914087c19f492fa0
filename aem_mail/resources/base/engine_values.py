"""Property values on their way between the engine and this package: the engine's unknowns and floats, our UNKNOWN and integers."""

import re
from collections.abc import Mapping
from typing import Any, Final

import pulumi

from aem_mail.model import UNKNOWN
from aem_mail.text.characters import REPLACEMENT

PROVIDER_KEY: Final = "__provider"
STATE_VERSION: Final = 1
"""Version of what these resources record; it is raised when a newer package has to tell older states apart."""
SURROGATES: Final = re.compile("[\ud800-\udfff]")


def from_engine(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Take over what the engine hands in, without its own key."""
    return {name: _taken_over(value) for name, value in properties.items() if name != PROVIDER_KEY}


def to_engine(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Hand properties back; None and absence are the same to the engine."""
    return {name: _handed_back(value) for name, value in properties.items() if value is not None}


def _taken_over(value: Any) -> Any:
    if isinstance(value, pulumi.output.Unknown):
        return UNKNOWN
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {name: _taken_over(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_taken_over(item) for item in value]
    return value


def _handed_back(value: Any) -> Any:
    if value is UNKNOWN:
        return pulumi.output.UNKNOWN
    if isinstance(value, Mapping):
        return {_handed_back(name): _handed_back(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_handed_back(item) for item in value]
    if isinstance(value, str):
        # The engine's protocol has no bytes for half of a surrogate pair, which JSON and a file in another encoding can hold.
        return SURROGATES.sub(REPLACEMENT, value)
    return value
