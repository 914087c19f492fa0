"""What differs between two states of a Command's inputs, by the paths in which the engine matches `replace_on_changes`. Pure."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum, auto
from typing import Any, Final

INPUTS: Final = (
    *("create", "update", "delete", "dir", "environment", "interpreter", "stdin", "logging", "triggers"),
    *("addPreviousOutputInEnv", "assetPaths", "archivePaths"),
)
PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Change(Enum):
    """What became of one value."""

    ADDED = auto()
    REMOVED = auto()
    UPDATED = auto()


def input_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Change]:
    """Return every changed input by its path, such as ``triggers[0]`` or ``environment.NAME``."""
    before, after = ({name: state[name] for name in INPUTS if state.get(name) is not None} for state in (old, new))
    return dict(_object_changes("", before, after))


def _changes(path: str, old: Any, new: Any) -> Iterator[tuple[str, Change]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _object_changes(path, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _entry_changes(dict(enumerate(old)), dict(enumerate(new)), lambda index: f"{path}[{index}]")
    elif old != new:
        yield path, Change.UPDATED


def _object_changes(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Change]]:
    return _entry_changes(old, new, lambda key: member(path, key))


def _entry_changes(old: Mapping[Any, Any], new: Mapping[Any, Any], name: Callable[[Any], str]) -> Iterator[tuple[str, Change]]:
    for key in dict.fromkeys((*old, *new)):
        if key not in new:
            yield name(key), Change.REMOVED
        elif key not in old:
            yield name(key), Change.ADDED
        else:
            yield from _changes(name(key), old[key], new[key])


def member(path: str, key: str) -> str:
    """Return the path of an object's member, quoted where its name is no plain one."""
    if not PLAIN_KEY.fullmatch(key):
        return f"{path}[{json.dumps(key)}]"
    return f"{path}.{key}" if path else key
