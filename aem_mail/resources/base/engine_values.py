"""Property values on their way between the engine and this package: the engine's unknowns and floats, our UNKNOWN and integers."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from inspect import isawaitable
from typing import Any, Final

import pulumi
from pulumi.runtime import rpc

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


def settled(value: Any) -> Any:
    """Return an argument of a program: outputs in the place of what can be awaited, and so only once, and texts in that of choices."""
    if isinstance(value, StrEnum):
        return value.value
    if isawaitable(value):
        return pulumi.Output.from_input(value)
    if isinstance(value, Mapping):
        return {name: settled(item) for name, item in value.items()}
    return [settled(item) for item in value] if isinstance(value, list | tuple) else value


def known(value: Any) -> Any:
    """Return a settled argument with UNKNOWN for what only `pulumi up` will know."""
    if isinstance(value, Mapping):
        return {name: known(item) for name, item in value.items()}
    if isinstance(value, list):
        return [known(item) for item in value]
    return UNKNOWN if isinstance(value, pulumi.Output) else value


def as_secret(value: Any, place: Sequence[str] = ()) -> Any:
    """Return a value for the engine of which what is at the place is a secret; within a list that is all of the list."""
    if not place or isinstance(value, list):
        return rpc.wrap_rpc_secret(value)
    if not isinstance(value, Mapping) or place[0] not in value:
        return value
    return {**value, place[0]: as_secret(value[place[0]], place[1:])}


def _taken_over(value: Any) -> Any:
    if rpc.is_rpc_secret(value):
        return _taken_over(rpc.unwrap_rpc_secret(value))
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
