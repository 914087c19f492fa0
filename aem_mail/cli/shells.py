"""Lines that set and unset environment variables in a shell, which reads them as what a command has printed."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Shell:
    """How a shell sets a variable to a text, how it unsets one, and how it takes what ``{command}`` prints.

    A POSIX shell takes it without quotes too, where the lines become one.
    """

    set: Callable[[str, str], str]
    unset: Callable[[str], str]
    take: str


def _in_fish(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _in_powershell(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


SHELLS: Final[Mapping[str, Shell]] = {
    "posix": Shell(lambda name, text: f"export {name}={shlex.quote(text)};", lambda name: f"unset {name};", 'eval "$({command})"'),
    "fish": Shell(lambda name, text: f"set -gx {name} {_in_fish(text)}", lambda name: f"set -e {name}", "{command} --shell fish | source"),
    "powershell": Shell(
        lambda name, text: f"$env:{name} = {_in_powershell(text)}",
        lambda name: f"Remove-Item Env:{name} -ErrorAction Ignore",
        "{command} | Out-String | Invoke-Expression",
    ),
}
USUAL: Final = "powershell" if os.name == "nt" else "posix"
"""The shell of this system."""


def taking(command: str) -> str:
    """Return how this system's shell takes what a command prints."""
    return SHELLS[USUAL].take.format(command=command)
