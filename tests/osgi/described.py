"""The form in which the real Felix' values are recorded: `{"type": simple class name, "value": its text or its elements}`."""

from collections.abc import Mapping
from typing import Any

from aem_mail.osgi import Value, type_name
from aem_mail.osgi.values import as_text


def described(value: Value) -> dict[str, Any]:
    """Describe one of our values as the real ones are described."""
    if isinstance(value, list | tuple):
        return {"type": type_name(value), "value": [described(each) for each in value]}
    return {"type": type_name(value), "value": as_text(value)}


def all_described(properties: Mapping[str, Value]) -> dict[str, Any]:
    return {key: described(value) for key, value in properties.items()}
