"""Keeping what a program declared as a secret out of every text: by its place in a resource's properties, and by its characters.

A place is the names that lead to a value, as ``["connections", "sharedKey"]``; the entries of a list share their list's place.
"""

import json
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

MASK: Final = "[secret]"
SHORTEST: Final = 4
"""Characters of a secret that is looked for: a shorter one stands in ordinary words too."""
CUT: Final = 59
"""Characters that a message shows of a long value (`kinds.shapes.shown`), without the quotation mark."""
BETTER_FORM: Final = re.compile(r"(?<=write )'[^']*'|(?<=form: )'[^']*'")
"""What a problem proposes in place of a wrong value, and makes of it."""

SECRET_INPUTS: Final = "secret_inputs"  # noqa: S105 - a property's name, no secret
"""The property of a recorded resource that lists the places of its secrets."""

Place = Sequence[str]


def texts_at(properties: Any, places: Iterable[Place]) -> Iterator[str]:
    """Yield the texts and numbers that lie at or below the places."""
    for place in places:
        yield from _texts(_at(properties, place))


def secret_places(properties: Mapping[str, Any]) -> list[Place]:
    """Return the places of secrets that a resource's properties list."""
    listed = properties.get(SECRET_INPUTS)
    return list(listed) if isinstance(listed, list) else []


def secret_names(properties: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the properties that hold something which the program declared as a secret."""
    return frozenset(place[0] for place in secret_places(properties))


def without_proposal(message: str) -> str:
    """Return a problem's message without the better form of a wrong value, which tells most of it."""
    return BETTER_FORM.sub(MASK, message)


class Veil:
    """Replaces secrets by MASK wherever they stand in a text, as they are and as Python and JSON quote them; thread safe."""

    def __init__(self) -> None:
        self._forms: tuple[str, ...] = ()
        self._known: set[str] = set()
        self._lock = threading.Lock()

    def add(self, secrets: Iterable[str]) -> None:
        """Learn secrets."""
        fresh = {secret for secret in secrets if len(secret) >= SHORTEST} - self._known
        if fresh:
            with self._lock:
                self._known |= fresh
                forms = {form for secret in self._known for form in _written(secret)}
                self._forms = tuple(sorted(forms, key=len, reverse=True))

    @property
    def known(self) -> frozenset[str]:
        """The secrets that it has learnt."""
        return frozenset(self._known)

    def __call__(self, text: str) -> str:
        """Return the text without any of them."""
        for form in self._forms:
            text = text.replace(form, MASK) if len(form) > 2 * SHORTEST else re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", MASK, text)
        return text


def _at(value: Any, place: Place) -> list[Any]:
    if isinstance(value, list | tuple):
        return [found for item in value for found in _at(item, place)]
    if not place:
        return [value]
    return _at(value[place[0]], place[1:]) if isinstance(value, Mapping) and place[0] in value else []


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)


def _written(secret: str) -> Iterator[str]:
    for form in (
        secret,
        secret.lower(),
        secret.removeprefix("*."),
        repr(secret)[1:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    ):
        yield form
        if len(form) > CUT:
            yield form[:CUT]
