"""Property values as the engine sends them: JSON with secrets wrapped, in protobuf's Struct. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - Pulumi's mark of a secret, not one
UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Pulumi's text for a value that is not known before an update."""


@dataclass(frozen=True, slots=True)
class Properties:
    """Values in plain text, and the names of those that hold a secret."""

    values: Mapping[str, Any] = field(repr=False)
    secrets: frozenset[str] = frozenset()

    @classmethod
    def received(cls, struct: Struct) -> "Properties":
        document = MessageToDict(struct)
        return cls(
            {name: clear(value) for name, value in document.items()}, frozenset(filter(lambda name: is_secret(document[name]), document))
        )

    def sent(self) -> Struct:
        """Return the Struct in which the engine takes them."""
        return ParseDict({name: self._marked(name, value) for name, value in self.values.items()}, Struct())

    def with_values(self, secrets: Iterable[str] = (), **values: Any) -> "Properties":
        """Return these with further values, of which ``secrets`` names the secret ones."""
        return Properties({**self.values, **values}, self.secrets | frozenset(secrets))

    def _marked(self, name: str, value: Any) -> Any:
        return {SIGNATURE: SECRET, "value": value} if name in self.secrets else value


def clear(value: Any) -> Any:
    """Return a value without the marks of secrets, at any depth."""
    if isinstance(value, Mapping):
        if value.get(SIGNATURE) == SECRET:
            return clear(value.get("value"))
        return {name: clear(item) for name, item in value.items()}
    return [clear(item) for item in value] if isinstance(value, list) else value


def is_secret(value: Any) -> bool:
    """Say whether a value is or holds a secret."""
    if isinstance(value, Mapping):
        return value.get(SIGNATURE) == SECRET or any(map(is_secret, value.values()))
    return isinstance(value, list) and any(map(is_secret, value))
