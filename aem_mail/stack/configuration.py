"""`pulumi config --json` and `pulumi stack ls --json`: what a stack is configured with, and which stacks a project has."""

from collections.abc import Mapping
from typing import Any

from aem_mail.stack.answer import Unreadable, parse_json, parse_object


def parse_configuration(text: str) -> dict[str, Any]:
    """Return the values by full key; one that is an object or a list is that, every other one a text. Raises Unreadable."""
    found = parse_object(text or "{}")
    if not all(isinstance(entry, Mapping) for entry in found.values()):
        raise Unreadable("one of its entries is no JSON object")
    return {key: entry.get("objectValue", entry.get("value")) for key, entry in found.items()}


def parse_stack_names(text: str) -> list[str]:
    """Return the names of the project's stacks, sorted. Raises Unreadable."""
    found = parse_json(text)
    if not isinstance(found, list) or not all(isinstance(one, Mapping) and isinstance(one.get("name"), str) for one in found):
        raise Unreadable("it is no list of JSON objects with names")
    return sorted(one["name"] for one in found)
