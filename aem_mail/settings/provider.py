"""What a provider reads from the configuration besides the connection."""

from collections.abc import Mapping
from typing import Any, Final

from aem_mail.errors import InvalidInput, Problem
from aem_mail.kinds.forms import plain
from aem_mail.kinds.shapes import TIMEOUTS, Check, Field, Superfluous, object_of, seconds
from aem_mail.settings.keys import PREFIX, decoded, remove_command, set_command
from aem_mail.settings.names import CONFIGURED, with_numbers

GATHERING: Final[Check] = object_of({"idle": Field(seconds), "atMost": Field(seconds), "held": Field(seconds)})


def namespaced(configuration: Mapping[str, str]) -> dict[str, str]:
    """Return the ``aem-mail:`` keys of a whole stack configuration, as ``configure`` gets it, without their prefix."""
    return {key.removeprefix(PREFIX): value for key, value in configuration.items() if key.startswith(PREFIX)}


def timeouts(config: Mapping[str, Any]) -> dict[str, float]:
    """Return the provider's time-outs in seconds (``environment``, ``infrastructure``; only those given).

    Raises InvalidInput for another key or for what is no positive number.
    """
    return seconds_of(config, "timeouts", TIMEOUTS)


def gathering(config: Mapping[str, Any]) -> dict[str, float]:
    """Return how long changes are gathered, in seconds (``idle``, ``at_most``, ``held``; only those given).

    Raises InvalidInput for another key or for what is no positive number.
    """
    return {CONFIGURED.get(name, name): value for name, value in seconds_of(config, "gathering", GATHERING).items()}


def seconds_of(config: Mapping[str, Any], key: str, check: Check) -> dict[str, float]:
    value = with_numbers(plain(decoded(config.get(key))))
    if value is None:
        return {}
    problems = [with_command(problem) for problem in check(key, value)]
    if problems:
        raise InvalidInput("Configuration of aem-mail", problems)
    return {name: float(number) for name, number in value.items() if number is not None}


def with_command(problem: Problem) -> Problem:
    """Add the command that fixes it."""
    command = remove_command(problem.field) if isinstance(problem, Superfluous) else set_command(problem.field)
    joint = " Run" if problem.message.endswith("?") else "; run"
    return Problem(PREFIX + problem.field, f"{problem.message}{joint} {command}")
