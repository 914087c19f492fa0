"""Normal forms: one way to write each value, so that comparing two states means comparing what they say."""

import ipaddress
import posixpath
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

from aem_mail.model import UNKNOWN
from aem_mail.model.limits import PORT_ORIG_BASE, PORT_ORIG_MAX, PORT_ORIG_MIN

Form = Callable[[Any], Any]
Forms = Mapping[str, Form]
"""What each field's normal form is; a field that is not listed keeps its value, except for whole numbers and None."""

EXACT_FLOAT: Final = 2**53
"""Beyond it a float no longer tells which whole number was meant."""


def with_port_orig(rule: dict[str, Any], dest_field: str) -> dict[str, Any]:
    port_orig = default_port_orig(rule.get(dest_field))
    return rule if "port_orig" in rule or port_orig is None else {**rule, "port_orig": port_orig}


def default_port_orig(port_dest: Any) -> Any:
    """Return 30000 + ``port_dest`` where that is in the range, UNKNOWN for UNKNOWN, else None: then it has to be declared."""
    if port_dest is UNKNOWN:
        return UNKNOWN
    if not isinstance(port_dest, int) or isinstance(port_dest, bool) or port_dest < 1:
        return None
    port_orig = PORT_ORIG_BASE + port_dest
    return port_orig if PORT_ORIG_MIN <= port_orig <= PORT_ORIG_MAX else None


def plain(value: Any) -> Any:
    """Return JSON data with whole numbers as int, which Pulumi hands over as floats, tuples as lists, choices as texts."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= EXACT_FLOAT else value
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def unchanged(value: Any) -> Any:
    return value


def identifier(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def host(value: Any) -> Any:
    """Lower-case an ASCII host name without its trailing dot; anything else is for the rules to refuse."""
    if not isinstance(value, str) or not value.isascii():
        return value
    rooted = value.endswith(".") and not value.endswith("..") and value != "."
    return value.lower().removesuffix(".") if rooted else value.lower()


def address(value: Any) -> Any:
    try:
        return str(ipaddress.ip_address(value)) if isinstance(value, str) else value
    except ValueError:
        return value


def cidr(value: Any) -> Any:
    try:
        return str(ipaddress.ip_network(value)) if isinstance(value, str) else value
    except ValueError:
        return value


def directory(value: Any) -> Any:
    """A folder as every system writes it: who is on Windows may write it as there."""
    return posixpath.normpath(value.replace("\\", "/")) if isinstance(value, str) and value and "\0" not in value else value


def each(form: Form) -> Form:
    """Apply ``form`` to each entry of a list."""
    return lambda value: [form(entry) for entry in value] if isinstance(value, list) else value


def set_of(form: Form) -> Form:
    """Sort and unify the texts of a list; what is no text (UNKNOWN, or a mistake) follows in its own order."""

    def sorted_set(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        entries = [form(entry) for entry in value]
        texts = {entry for entry in entries if isinstance(entry, str)}
        return [*sorted(texts), *(entry for entry in entries if not isinstance(entry, str))]

    return sorted_set


def fields(forms: Forms) -> Form:
    """Apply forms to the fields of a mapping and drop those that are None."""

    def formed(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {name: forms.get(name, unchanged)(item) for name, item in value.items() if item is not None}

    return formed


PROGRAM: Final[Forms] = {"program_id": identifier}
ENVIRONMENT: Final[Forms] = {**PROGRAM, "environment_id": identifier}
