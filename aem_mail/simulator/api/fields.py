"""Reading JSON from outside: every problem is gathered and named before the first one is reported."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from aem_mail.simulator.api.problems import VALIDATION, Invalid, Missing, Problem, bad_request


class FieldProblems:
    """The problems of one document."""

    def __init__(self, title: str = "Validation failed") -> None:
        self._title = title
        self._missing: list[Missing] = []
        self._invalid: list[Invalid] = []

    def __bool__(self) -> bool:
        return bool(self._missing or self._invalid)

    def miss(self, name: str, type_: str) -> None:
        self._missing.append(Missing(name, type_))

    def refuse(self, name: str, reason: str, shown: str | int | float | bool | None = None) -> None:
        self._invalid.append(Invalid(name, reason, shown))

    def check(self) -> None:
        """Raise one `Problem` of status 400 that names all of them, if there are any."""
        if self:
            raise Problem(400, self._title, type=VALIDATION, missing=tuple(self._missing), invalid=tuple(self._invalid))


class Fields:
    """One JSON object. Asking for a field makes it known; `done` refuses by name whatever was not asked for.

    A field that is absent or wrong is noted in the findings and read as an empty value, so that reading goes on to the end.
    """

    def __init__(self, document: Any, path: str, findings: FieldProblems) -> None:
        self.path = path
        self.findings = findings
        self._known: set[str] = set()
        self.document: dict[str, Any] = document if isinstance(document, dict) else {}
        if not isinstance(document, dict):
            findings.refuse(path or "body", "must be an object")

    def name(self, field: str) -> str:
        return f"{self.path}.{field}" if self.path else field

    def __contains__(self, field: str) -> bool:
        return field in self.document

    def __iter__(self) -> Iterator[str]:
        return iter(self.document)

    def raw(self, field: str) -> Any:
        self._known.add(field)
        return self.document.get(field)

    def refuse(self, field: str, reason: str, shown: str | int | float | bool | None = None) -> None:
        self.findings.refuse(self.name(field), reason, shown)

    def text(self, field: str, *, choices: Collection[str] = (), pattern: re.Pattern[str] | None = None, shown: bool = True) -> str:
        """A required string; `shown=False` keeps its value out of every message."""
        if self._absent(field, "string"):
            return ""
        return self.optional_text(field, choices=choices, pattern=pattern, shown=shown) or ""

    def optional_text(
        self, field: str, *, choices: Collection[str] = (), pattern: re.Pattern[str] | None = None, shown: bool = True
    ) -> str | None:
        if field not in self:
            return None
        value = self.raw(field)
        if not isinstance(value, str):
            self.refuse(field, "must be a string")
            return None
        if choices and value not in choices:
            self.refuse(field, f"must be one of {', '.join(choices)}", value if shown else None)
            return None
        if pattern and not pattern.fullmatch(value):
            self.refuse(field, f"must match {pattern.pattern}", value if shown else None)
            return None
        return value

    def integer(self, field: str, *, minimum: int, maximum: int | None = None) -> int:
        if self._absent(field, "integer"):
            return minimum
        value = self.raw(field)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(field, "must be an integer")
        elif value < minimum or (maximum is not None and value > maximum):
            self.refuse(field, f"must be {minimum} or more" if maximum is None else f"must be from {minimum} to {maximum}", value)
        else:
            return value
        return minimum

    def optional_integer(self, field: str, *, minimum: int, maximum: int | None = None) -> int | None:
        return self.integer(field, minimum=minimum, maximum=maximum) if field in self else None

    def optional_number(self, field: str, *, minimum: float = 0.0, maximum: float) -> float | None:
        if field not in self:
            return None
        value = self.raw(field)
        if not isinstance(value, int | float) or isinstance(value, bool):
            self.refuse(field, "must be a number")
        elif not minimum <= value <= maximum:
            self.refuse(field, f"must be from {minimum:g} to {maximum:g}")
        else:
            return float(value)
        return None

    def flag(self, field: str) -> bool | None:
        if field not in self:
            return None
        value = self.raw(field)
        if isinstance(value, bool):
            return value
        self.refuse(field, "must be true or false")
        return None

    def texts(self, field: str) -> tuple[str, ...] | None:
        if field not in self:
            return None
        value = self.raw(field)
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        self.refuse(field, "must be a list of strings")
        return None

    def object(self, field: str) -> Fields | None:
        return Fields(self.raw(field), self.name(field), self.findings) if field in self else None

    def objects(self, field: str) -> tuple[Fields, ...] | None:
        if field not in self:
            return None
        value = self.raw(field)
        if not isinstance(value, list):
            self.refuse(field, "must be a list")
            return None
        return tuple(Fields(each, f"{self.name(field)}[{index}]", self.findings) for index, each in enumerate(value))

    def members(self) -> dict[str, Fields]:
        """The objects of a mapping, such as one from ids to programs."""
        return {key: Fields(self.raw(key), self.name(key), self.findings) for key in self}

    def mapping(self, field: str) -> dict[str, Any]:
        """A required object, taken as it is."""
        value = self.raw(field)
        if not isinstance(value, dict):
            self.required_object(field)
            return {}
        return value

    def required_object(self, field: str) -> Fields:
        if self._absent(field, "object"):
            return Fields({}, self.name(field), FieldProblems())
        return Fields(self.raw(field), self.name(field), self.findings)

    def rest(self, but: Collection[str] = ()) -> dict[str, Any]:
        """The fields that were not asked for, taken as they are; those of `but` are left for `done` to refuse."""
        return self._take(field for field in self.document if field not in self._known and field not in but)

    def kept(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that were not asked for and are as they are `held`, unchanged; others are left for `done` to refuse."""
        others = (field for field in self.document if field not in self._known and field in held)
        return self._take(field for field in others if letter(self.document[field]) == letter(held[field]))

    def _take(self, fields: Iterable[str]) -> dict[str, Any]:
        taken = {field: self.document[field] for field in fields}
        self._known.update(taken)
        return taken

    def done(self, read_only: Collection[str] = ()) -> None:
        for field in self.document:
            if field in read_only:
                self.refuse(field, "is read-only")
            elif field not in self._known:
                self.refuse(field, "unknown field")

    def _absent(self, field: str, type_: str) -> bool:
        if field in self:
            return False
        self.findings.miss(self.name(field), type_)
        return True


def letter(value: Any) -> str:
    """A JSON value as text by which it is compared: true is not 1, and 1 is not 1.0."""
    return json.dumps(value, sort_keys=True)


def parse_json(body: bytes) -> Any:
    """The JSON value of a request's body; anything that is not JSON in well-formed UTF-8 is a `Problem` of status 400."""
    try:
        value = json.loads(body)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise bad_request("the body is not valid JSON") from error
    return value
