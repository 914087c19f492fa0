"""Which inputs of a resource are secret: the program tells the plugin, which the engine hands every value in plain text."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import pulumi

from aem_mail.cloud_manager.redaction import PART, Mask
from aem_mail.model import UNKNOWN, Properties
from aem_mail.text.confidential import SECRET_INPUTS, Place, Veil, secret_places

NAME: Final = SECRET_INPUTS
"""The input that says it. The program gives a list of two: the places, and UNKNOWN while some values are yet to come; `check` makes
the places of it, and nothing where there are none. It is no difference."""

LONGEST_ECHO: Final = 200
"""Characters of a secret of which parts are looked for: those of a whole configuration file are words of any error."""


@dataclass
class _Found:
    places: list[list[str]] = field(default_factory=list)
    unsure: bool = False


def secret_inputs(given: Mapping[str, Any]) -> list[pulumi.Output[Any]]:
    """Return the input that tells which of the ``given`` inputs are secret."""
    found: pulumi.Output[_Found] = pulumi.Output.from_input(_found(given))
    return [found.apply(lambda known: known.places), found.apply(lambda known: pulumi.UNKNOWN if known.unsure else None)]


def checked(told: Any, inherent: frozenset[tuple[str, ...]]) -> tuple[list[Place], Any]:
    """Return the places that the program told, and what the state keeps of them: UNKNOWN while more may come, None for none.

    ``inherent`` are secret anyway: they are among the places, and never kept.
    """
    places, unsure = [], False
    for part in told if isinstance(told, list) else ():
        places += part if isinstance(part, list) else []
        unsure = unsure or part is UNKNOWN
    further = [place for place in places if tuple(place) not in inherent]
    return [*inherent, *further], UNKNOWN if unsure else further or None


def carried(recorded: Properties, wanted: Properties, told: Any) -> Any:
    """Return what is kept of secrets, with those of inputs that are as recorded: `ignore_changes` keeps a value of which the program
    tells nothing."""
    same = [place for place in secret_places(recorded) if wanted.get(place[0]) == recorded.get(place[0])]
    return told if told is UNKNOWN or not same else [*same, *(place for place in told or () if place not in same)]


def without_echoes(text: str, veil: Veil) -> str:
    """Return an error's text without any secret of a veil, nor a part of one in whatever form a server has written it."""
    return _mask(veil.known)(veil(text))


@lru_cache(maxsize=1)
def _mask(secrets: frozenset[str]) -> Mask:
    return Mask(secret for secret in secrets if PART <= len(secret) <= LONGEST_ECHO)


async def _found(given: Mapping[str, Any]) -> _Found:
    found = _Found()
    for place, output in _outputs(given, ()):
        # What fails is reported where its value is used.
        with suppress(Exception):
            if await output.is_secret():
                found.places.append(list(place))
            elif pulumi.runtime.is_dry_run() and not await output.is_known():
                found.unsure = True
    found.places = [list(place) for place in sorted({tuple(place) for place in found.places})]
    return found


def _outputs(value: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], pulumi.Output[Any]]]:
    if isinstance(value, pulumi.Output):
        yield place, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _outputs(item, (*place, str(name)))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _outputs(item, place)
