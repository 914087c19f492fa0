"""Whom a refusal of the API speaks of, so that one bad entry does not fail its neighbours; pure."""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from aem_mail.errors import BadRequest

Request = TypeVar("Request")


def named_places(error: BadRequest, of: str) -> frozenset[int]:
    """Return the places in the list ``of`` of what was sent that the problem document names (``portForwards[2].name``).

    ``of`` is the list's field name, empty where the body itself is the list (``[2].name``).
    """
    entry = re.compile(rf"(?<![\w.\]]){re.escape(of)}\[(\d+)\]")
    return frozenset(int(place) for problem in error.problems for place in entry.findall(problem.field))


def names_field(error: BadRequest, field: str) -> bool:
    """Say whether the problem document names a field of what was sent, or an entry of it."""
    return any(re.match(rf"{re.escape(field)}(?!\w)", problem.field) for problem in error.problems)


def speaking_of(error: BadRequest, requests: Sequence[Request], words: Callable[[Request], Sequence[str]]) -> list[int]:
    """Return the places of the requests of which a word stands in the refusal, as a word of its own."""
    text = " ".join([error.title, *map(str, error.problems)])
    return [place for place, request in enumerate(requests) if any(_stands(word, text) for word in words(request))]


def _stands(word: str, text: str) -> bool:
    return re.search(rf"(?<![\w.*-]){re.escape(word)}(?![\w-]|\.\w)", text) is not None
