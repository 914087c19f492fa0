"""`aem-mail --print-completion SHELL`: the script by which a shell completes commands, options, and the files that they take."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from aem_mail.errors import InvalidInput, Problem, missing_extra

OPTION = "--print-completion"


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return the script for a parser that knows all commands. Raises InvalidInput for a shell that is not known, or a missing extra."""
    try:
        import shtab  # noqa: PLC0415 - not installed with the provider alone
    except ModuleNotFoundError as error:
        raise InvalidInput(OPTION, [missing_extra(error, "completion")]) from None
    if shell not in shtab.SUPPORTED_SHELLS:
        known = ", ".join(shtab.SUPPORTED_SHELLS)
        raise InvalidInput(OPTION, [Problem("", f"{shell!r} is no shell that can be completed in; known are {known}")])
    for action in _paths(parser):
        vars(action)["complete"] = shtab.DIRECTORY if action.metavar == "DIR" else shtab.FILE
    return shtab.complete(parser, shell)


def _paths(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        if action.type is Path:
            yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _paths(command)
