"""Checks of one value, and how they combine into checks of objects and lists.

A check takes the value's path as the user writes it, and the value, and yields problems. It never raises and never sees
UNKNOWN: objects and lists leave that out.
"""

import difflib
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aem_mail.errors import Problem
from aem_mail.model import UNKNOWN, ConflictPolicy, Service

Check = Callable[[str, Any], Iterator[Problem]]
Schema = Mapping[str, Any]
"""What a value may be, as JSON Schema says it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A check with its schema, which may let more through: what only the check can judge."""

    check: Check
    schema: Schema

    def __call__(self, path: str, value: Any) -> Iterator[Problem]:
        return self.check(path, value)


def shape(**schema: Any) -> Callable[[Check], Check]:
    """Give a check its schema."""
    return lambda check: Shape(check, schema)


def schema_of(check: Check) -> Schema:
    """Return the schema of a check; one that has none lets everything through."""
    return check.schema if isinstance(check, Shape) else {}


class Superfluous(Problem):
    """An input that is fixed by leaving it out."""

    __slots__ = ()


SHOWN_LENGTH = 60
TYPE_NAMES = ((str, "a text"), (bool, "true or false"), (int | float, "a number"), (list, "a list"), (Mapping, "an object"))


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object: what its value must be, and whether it may be left out."""

    check: Check
    required: bool = False


def object_of(fields: Mapping[str, Field], *, closed: bool = True) -> Check:
    """Check an object's fields; a closed one has no others. A field that is None counts as left out."""

    def check(path: str, value: Any) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield Problem(path, f"must be an object with the fields {', '.join(fields)}, not {type_of(value)}")
            return
        for name, field in fields.items():
            yield from check_field(within(path, name), field, value.get(name))
        if closed:
            yield from unknown_fields(path, value, fields)

    required = [name for name, field in fields.items() if field.required]
    return Shape(check, object_schema({name: schema_of(field.check) for name, field in fields.items()}, required, closed=closed))


def object_schema(properties: Mapping[str, Schema], required: Sequence[str] = (), *, closed: bool = True) -> Schema:
    demanded = {"required": list(required)} if required else {}
    return {"type": "object", "properties": dict(properties), **demanded, **({"additionalProperties": False} if closed else {})}


def check_field(path: str, field: Field, value: Any) -> Iterator[Problem]:
    if value is None:
        if field.required:
            yield Problem(path, "is missing")
    elif value is not UNKNOWN:
        yield from field.check(path, value)


def unknown_fields(path: str, value: Mapping[Any, Any], known: Iterable[str]) -> Iterator[Problem]:
    names = list(known)
    for name in value:
        if name not in names:
            near = difflib.get_close_matches(str(name), names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
            yield Superfluous(within(path, str(name)), f"is unknown; {hint}")


def list_of(entry: Check, what: str) -> Check:
    """Check each entry of a list; ``what`` names the entries in the message that no list was given."""

    def check(path: str, value: Any) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(path, f"must be a list of {what}, not {type_of(value)}")
            return
        for index, item in enumerate(value):
            if item is not UNKNOWN:
                yield from entry(f"{path}[{index}]", item)

    return Shape(check, {"type": "array", "items": schema_of(entry)})


def mapping(what: str) -> Check:
    """Check that a value is an object; ``what`` says of what."""

    def check(path: str, value: Any) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield Problem(path, f"must be an object of {what}, not {type_of(value)}")

    return Shape(check, {"type": "object"})


def matching(pattern: str, demand: str) -> Check:
    """Check that a text matches the whole of ``pattern``, which ``demand`` says in words."""
    compiled = re.compile(pattern)

    def check(path: str, value: Any) -> Iterator[Problem]:
        if not isinstance(value, str) or compiled.fullmatch(value) is None:
            yield Problem(path, f"must be {demand}, not {shown(value)}")

    return Shape(check, {"type": "string", "pattern": whole(pattern)})


def whole(pattern: str) -> str:
    """Return the pattern of a whole text, as JSON Schema needs it."""
    return f"^(?:{pattern})$"


def one_of(*choices: str) -> Check:
    """Check for one of some texts, with a hint where only the case or a letter is wrong."""

    def check(path: str, value: Any) -> Iterator[Problem]:
        if isinstance(value, str) and value in choices:
            return
        near = next((choice for choice in choices if isinstance(value, str) and choice.lower() == value.strip().lower()), None)
        hint = f"; write '{near}' (the case counts)" if near else ""
        yield Problem(path, f"must be {alternatives(choices)}, not {shown(value)}{hint}")

    return Shape(check, {"enum": list(map(str, choices))})


def whole_number(low: int, high: int | None = None, *, note: str = "") -> Check:
    """Check for a whole number within bounds; a text of digits gets the hint to leave the quotes out."""
    bounds = f"a whole number from {low} to {high}" if high is not None else f"a whole number of at least {low}"

    def check(path: str, value: Any) -> Iterator[Problem]:
        valid = isinstance(value, int) and not isinstance(value, bool) and low <= value and (high is None or value <= high)
        if not valid:
            yield Problem(path, f"must be {bounds}, not {shown(value)}{f'; {note}' if note else ''}")

    return Shape(check, {"type": "integer", "minimum": low, **({} if high is None else {"maximum": high})})


@shape(type="boolean")
def boolean(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield Problem(path, f"must be true or false, not {shown(value)}")


@shape(type="string", pattern=r"\S")
def text(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str) or not value.strip():
        yield Problem(path, f"must be a text that is not empty, not {shown(value)}")


@shape(type="number", exclusiveMinimum=0)
def seconds(path: str, value: Any) -> Iterator[Problem]:
    valid = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0
    if not valid:
        yield Problem(path, f"must be a positive number of seconds, not {shown(value)}")


def within(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def alternatives(choices: Iterable[str]) -> str:
    *others, last = (repr(str(choice)) for choice in choices)
    return f"{', '.join(others)} or {last}" if others else last


def type_of(value: Any) -> str:
    """Name a value's JSON type, where the value itself may hold a secret."""
    return next((name for types, name in TYPE_NAMES if isinstance(value, types)), f"a {type(value).__name__}")


def shown(value: Any) -> str:
    """Return a value as a message shows it, shortened; never for the value of a secret."""
    try:
        representation = repr(str(value) if isinstance(value, StrEnum) else value)
    except ValueError:  # an integer of more digits than Python writes
        representation = "a very large number"
    return representation if len(representation) <= SHOWN_LENGTH else f"{representation[:SHOWN_LENGTH]}…"


PROGRAM_ID: Check = matching(r"[0-9]{1,19}", 'the program\'s number as digits, such as "10001"')
ENVIRONMENT_ID: Check = matching(r"[0-9]{1,19}", 'the environment\'s number as digits, such as "20001"')
SERVICE: Check = one_of(*Service)
CONFLICT_POLICY: Check = one_of(ConflictPolicy.ERROR, ConflictPolicy.REPLACE)
SECRET_CONFLICT_POLICY: Check = one_of(ConflictPolicy.REPLACE, ConflictPolicy.KEEP, ConflictPolicy.ERROR)
TIMEOUTS: Check = object_of({"environment": Field(seconds), "infrastructure": Field(seconds)})

PROGRAM: Mapping[str, Field] = {"program_id": Field(PROGRAM_ID, required=True)}
ENVIRONMENT: Mapping[str, Field] = {**PROGRAM, "environment_id": Field(ENVIRONMENT_ID, required=True)}
