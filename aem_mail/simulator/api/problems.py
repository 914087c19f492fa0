"""What the API answers when it does not do what was asked: problem documents.

Shapes: BadRequestError of the specification, and what Adobe's own client reads (`errors`, a list or an object).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aem_mail.text.characters import visible

ERROR = "http://ns.adobe.com/adobecloud/error"
VALIDATION = "http://ns.adobe.com/adobecloud/validation-exception"


@dataclass(frozen=True)
class Invalid:
    """One parameter and why it is refused; `shown` is its value where that may be repeated to the caller."""

    name: str
    reason: str
    shown: str | int | float | bool | None = None


@dataclass(frozen=True)
class Missing:
    """One parameter that is required, and its type."""

    name: str
    type: str = "string"


@dataclass(eq=False)
class Problem(Exception):
    """An answer other than success; raised by whatever decides, turned into a document in one place."""

    status: int
    title: str
    type: str = ERROR
    errors: Sequence[str] = ()
    missing: Sequence[Missing] = ()
    invalid: Sequence[Invalid] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        details = [*self.errors, *(f"{m.name}: missing" for m in self.missing), *(f"{i.name}: {i.reason}" for i in self.invalid)]
        return f"{self.title}: {'; '.join(details)}" if details else self.title

    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = {"status": self.status, "type": self.type, "title": visible(self.title), **self.members}
        if self.errors:
            document["errors"] = [{"message": visible(message)} for message in self.errors]
        if self.missing or self.invalid:
            document["errors"] = _errors_by_field(self.missing, self.invalid)
        if self.missing:
            document["missingParams"] = [{"name": visible(each.name), "type": each.type} for each in self.missing]
        if self.invalid:
            document["invalidParams"] = [{"name": visible(each.name), "reason": visible(each.reason)} for each in self.invalid]
        return document


def _errors_by_field(missing: Sequence[Missing], invalid: Sequence[Invalid]) -> dict[str, dict[str, Any]]:
    names = [visible(each.name) for each in missing]
    errors: dict[str, dict[str, Any]] = {name: {"field": name, "message": f"{name} is required"} for name in names}
    for each in invalid:
        name = visible(each.name)
        value = visible(each.shown) if isinstance(each.shown, str) else each.shown
        shown = {} if value is None else {"invalidValue": value}
        errors[name] = {"field": name, **shown, "message": f"{name}: {visible(each.reason)}"}
    return errors


def bad_request(message: str) -> Problem:
    return Problem(400, "Bad request", errors=(message,))


def not_found(what: str) -> Problem:
    return Problem(404, "Not found", errors=(f"{what} does not exist",))


def conflict(message: str) -> Problem:
    return Problem(409, "Conflict", errors=(message,))


def forbidden(message: str) -> Problem:
    return Problem(403, "Forbidden", errors=(message,))
