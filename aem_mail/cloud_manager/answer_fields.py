"""Typed reading of a JSON object: what is missing or of another type is a Mismatch; unknown fields are left alone."""

from collections.abc import Collection, Mapping
from typing import Any, Final, TypeGuard

Document = Mapping[str, Any]

INT64_MAX: Final = 2**63 - 1


class Mismatch(ValueError):
    """A field is not what the specification promises; the text names the field, never its value."""


def text(document: Document, key: str, default: str | None = None) -> str:
    """A string; ``default`` where it is absent or null, and a Mismatch without one."""
    value = document.get(key)
    if value is None and default is not None:
        return default
    if isinstance(value, str):
        return value
    raise Mismatch(f"{key} is {_kind(value)} instead of a string")


def optional_text(document: Document, key: str) -> str | None:
    """A string, or None where it is absent, null or empty."""
    return text(document, key, default="") or None


def flag(document: Document, key: str, default: bool) -> bool:
    """A boolean; ``default`` where it is absent or null."""
    value = document.get(key)
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    raise Mismatch(f"{key} is {_kind(value)} instead of a boolean")


def texts(document: Document, key: str) -> tuple[str, ...]:
    """A list of strings; empty where it is absent or null."""
    values = _entries(document, key)
    if not all(isinstance(value, str) for value in values):
        raise Mismatch(f"{key} holds something other than strings")
    return tuple(values)


def objects(document: Document, key: str) -> tuple[Document, ...]:
    """A list of objects; empty where it is absent or null."""
    values = _entries(document, key)
    if not all(is_object(value) for value in values):
        raise Mismatch(f"{key} holds something other than objects")
    return tuple(values)


def optional_object(document: Document, key: str) -> Document | None:
    """An object, or None where it is absent or null."""
    value = document.get(key)
    if value is None or is_object(value):
        return value
    raise Mismatch(f"{key} is {_kind(value)} instead of an object")


def others(document: Document, known: Collection[str]) -> dict[str, Any]:
    """The fields that are none of ``known``, unchanged."""
    return {key: value for key, value in document.items() if key not in known}


def whole(document: Document, key: str) -> int:
    """An integer of 64 bits, which JSON may write with a zero fraction; a larger one is none that the API means."""
    value = document.get(key)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Mismatch(f"{key} is {_kind(value)} instead of an integer")
    if abs(value) > INT64_MAX:
        raise Mismatch(f"{key} is a number of more than 64 bits")
    return value


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Say whether a JSON value is an object."""
    return isinstance(value, dict)


def _entries(document: Document, key: str) -> list[Any]:
    value = document.get(key)
    if value is None:
        return []
    if isinstance(value, list):
        return value
    raise Mismatch(f"{key} is {_kind(value)} instead of a list")


def _kind(value: object) -> str:
    names = {type(None): "missing", bool: "a boolean", str: "a string", list: "a list", dict: "an object"}
    return names.get(type(value), "a number")
