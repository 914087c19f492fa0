"""Names and values as YAML has them (``portOrig``, "465"), and as arguments have them (``port_orig``, 465)."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

ARGUMENTS: Final = (
    *("program_id", "environment_id", "from_address", "username_from", "password_from", "on_conflict"),
    *("username_variable", "password_variable"),
    *("port_orig", "run_mode", "is_primary_region", "allow_replace", "allow_placeholder", "address_space", "non_proxy_hosts", "at_most"),
    *("requires_fixed_ip", "expected_connections"),
    *("client_id", "client_secret", "client_secret_from", "client_secret_variable", "client_secret_expires_at"),
    *("refresh_token", "refresh_token_from", "refresh_token_variable", "refresh_token_expires_at"),
    *("auth_url", "token_url", "refresh_url"),
    *("delete_file", "pipeline_timeout"),
    *("port_dest", "infrastructure_kind", "infrastructure_region", "value_from", "rotate_when", "expires_at"),
)
"""The arguments that configuration can give and whose names differ there."""

WITHIN: Final = ("former",)
"""The objects within objects that are arguments too; all others have the API's own names."""

DIGITS: Final = re.compile(r"[0-9]{1,18}")
DECIMAL: Final = re.compile(r"[0-9]{1,18}\.[0-9]{1,9}")


def camel(name: str) -> str:
    """Return ``port_orig`` as ``portOrig``; what stands around it in a path is kept."""
    return re.sub(r"_([a-z])", lambda match: match.group(1).upper(), name)


CONFIGURED: Final[Mapping[str, str]] = {camel(name): name for name in ARGUMENTS}
"""Each name in configuration that an argument has another name for."""


def with_argument_names(value: Any) -> Any:
    """Return an object's fields under the names of arguments, where they are known; an argument's own name is none here."""
    if not isinstance(value, Mapping):
        return value
    return {
        CONFIGURED.get(name, name): with_argument_names(item) if name in WITHIN else item
        for name, item in value.items()
        if name not in ARGUMENTS
    }


def in_configuration(text: str) -> str:
    """Return a message with the arguments' names as configuration has them."""
    return re.sub("|".join(rf"\b{name}\b" for name in ARGUMENTS), lambda match: camel(match.group()), text)


def with_numbers(value: Any) -> Any:
    """Return configured data with its numbers and flags as such, also where they were set as text."""
    if isinstance(value, Mapping):
        return {name: READERS.get(name, with_numbers)(item) for name, item in value.items()}
    if isinstance(value, list):
        return [with_numbers(item) for item in value]
    return value


def number(value: Any) -> Any:
    if isinstance(value, str) and DIGITS.fullmatch(value):
        return int(value)
    return float(value) if isinstance(value, str) and DECIMAL.fullmatch(value) else value


def flag(value: Any) -> Any:
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(("port", "port_dest", "port_orig", "expected_connections", "saDatasize", "saLifetime"), number),
    **dict.fromkeys(("environment", "infrastructure", "idle", "atMost", "held", "pipeline_timeout"), number),
    **dict.fromkeys(("delete_file", "is_primary_region", "allow_replace", "allow_placeholder", "requires_fixed_ip"), flag),
}
