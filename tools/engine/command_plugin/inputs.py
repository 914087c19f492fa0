"""A Command's inputs: what they must be, which command runs when, and in which environment. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from .properties import UNKNOWN

COMMAND: Final = "command:local:Command"
SHELL: Final = ("/bin/sh", "-c")
STDOUT, STDERR = "PULUMI_COMMAND_STDOUT", "PULUMI_COMMAND_STDERR"
LOGGED: Final[Mapping[str, tuple[str, ...]]] = {
    "stdout": ("stdout",),
    "stderr": ("stderr",),
    "stdoutAndStderr": ("stdout", "stderr"),
    "none": (),
}
MAKE_OUTPUT_SECRET: Final = frozenset({"environment", "stdin"})
REAL_PLUGIN: Final = "install the real plugin: `pulumi plugin install resource command`"
NOT_DONE: Final = ("assetPaths", "archivePaths")


def problems(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield input and reason for whatever cannot be run here."""
    for name in NOT_DONE:
        if inputs.get(name):
            yield (
                name,
                f"is not done by this stand-in of pulumi-resource-command; {REAL_PLUGIN}",
            )
    for name, (demand, fits) in SHAPES.items():
        value = inputs.get(name)
        if value is not None and value != UNKNOWN and not fits(value):
            yield name, f"must be {demand}"


def command_for(operation: str, inputs: Mapping[str, Any]) -> str | None:
    """Return what "create", "update" or "delete" runs, None for nothing; an update without a command of its own creates again."""
    names = {"create": ("create",), "update": ("update", "create"), "delete": ("delete",)}[operation]
    return next((inputs[name] for name in names if inputs.get(name) is not None), None)


def arguments(inputs: Mapping[str, Any], command: str) -> list[str]:
    return [*(inputs.get("interpreter") or SHELL), command]


def environment(environ: Mapping[str, str], inputs: Mapping[str, Any], previous: Mapping[str, Any]) -> dict[str, str]:
    """Return the process's environment: the plugin's own, the declared one, and what the previous run printed."""
    own = {**environ, **(inputs.get("environment") or {})}
    if inputs.get("addPreviousOutputInEnv") is False:
        return own
    outputs = {STDOUT: previous.get("stdout"), STDERR: previous.get("stderr")}
    return {**own, **{name: text for name, text in outputs.items() if text}}


def logged_streams(inputs: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which of stdout and stderr are shown while the command runs."""
    return LOGGED[inputs.get("logging") or "stdoutAndStderr"]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_map_of_texts(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(_is_text, value.values()))


SHAPES: Final[Mapping[str, tuple[str, Callable[[Any], bool]]]] = {
    **dict.fromkeys(("create", "update", "delete", "dir", "stdin"), ("a string", _is_text)),
    "interpreter": ("a list of strings", _are_texts),
    "environment": ("a map of strings", _is_map_of_texts),
    "logging": (f"one of {', '.join(LOGGED)}", lambda value: value in LOGGED),
    "triggers": ("a list", lambda value: isinstance(value, list)),
    "addPreviousOutputInEnv": ("true or false", lambda value: isinstance(value, bool)),
}
