"""What Pulumi prints as JSON, understood or refused."""

import json
from collections.abc import Mapping
from typing import Any


class Unreadable(ValueError):
    """What was printed cannot be understood; the text says why, of "it", and quotes nothing."""


def parse_json(text: str) -> Any:
    """Return what a text of JSON holds. Raises Unreadable."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("it is no JSON") from None


def parse_object(text: str) -> Mapping[str, Any]:
    """Return the object that a text of JSON holds. Raises Unreadable."""
    found = parse_json(text)
    if not isinstance(found, Mapping):
        raise Unreadable("it is no JSON object")
    return found
