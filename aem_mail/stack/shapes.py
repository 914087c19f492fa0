"""What the properties of a recorded resource must be made of, so that a state that somebody edited is refused and not misread."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from aem_mail.model import Properties
from aem_mail.stack.values import MASKED

Shape = Callable[[Any], bool]


def text(value: Any) -> bool:
    return isinstance(value, str)


def number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(text, value))


def mapping(value: Any) -> bool:
    return isinstance(value, Mapping)


def mappings(value: Any) -> bool:
    return isinstance(value, list) and all(map(mapping, value))


SHAPES: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(("program_id", "environment_id", "kind", "region", "name", "service", "directory", "pid", "run_mode"), text),
    **dict.fromkeys(("value", "value_from", "expires_at", "fingerprint", "type", "status", "content", "logical_name"), text),
    **dict.fromkeys(("infrastructure_kind", "infrastructure_region", "origin"), text),
    **dict.fromkeys(("port_dest", "port_orig"), number),
    **dict.fromkeys(("non_proxy_hosts", "address_space", "rules_on_port", "hands_over"), texts),
    **dict.fromkeys(
        ("dns", "properties", "rules", "values", "secrets", "secrets_from", "fingerprints", "in_force", "handed_over"), mapping
    ),
    "connections": mappings,
}


def misshapen(properties: Properties) -> str | None:
    """Return the name of a property that is not what it must be, None where all are; what is encrypted may be anything."""
    wrong = (name for name, value in properties.items() if value != MASKED and name in SHAPES and not SHAPES[name](value))
    return next(wrong, None)
