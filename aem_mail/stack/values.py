"""The values of a state or a preview as this package's own: unknown ones, masked secrets, whole numbers."""

from collections.abc import Mapping
from typing import Any, Final

from aem_mail.kinds.forms import plain
from aem_mail.model import UNKNOWN

UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine writes for a value that only `pulumi up` will know."""
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the engine's mark, no secret
MASKED: Final = "[secret]"
"""What stands for a secret. Two secrets look alike: only a fingerprint beside them tells whether they are."""
PROVIDER_KEY: Final = "__provider"


def properties_of(given: Any) -> dict[str, Any]:
    """Return a resource's properties without the engine's own key; what is no object has none."""
    if not isinstance(given, Mapping):
        return {}
    return {str(name): value_of(value) for name, value in given.items() if name != PROVIDER_KEY}


def is_masked(value: Any) -> bool:
    """Say whether a value is, or holds, something encrypted."""
    if isinstance(value, Mapping):
        return any(map(is_masked, value.values()))
    if isinstance(value, list):
        return any(map(is_masked, value))
    return bool(value == MASKED)


def value_of(given: Any) -> Any:
    """Return one value: UNKNOWN for what is not known yet, MASKED for a secret, numbers as int where they are whole."""
    if given == UNKNOWN_TEXT:
        return UNKNOWN
    if isinstance(given, Mapping):
        if given.get(SIGNATURE) == SECRET_SIGNATURE:
            return MASKED
        return {str(name): value_of(value) for name, value in given.items()}
    if isinstance(given, list):
        return [value_of(value) for value in given]
    return plain(given)
