"""Limits of a secret variable. No message shows a value, nor tells more of it than its length."""

import re
from collections.abc import Iterator
from typing import Any, Final

from aem_mail.errors import Problem
from aem_mail.limits import SECRET_VALUE_SAFE_LENGTH, VARIABLE_VALUE_MAX_LENGTH
from aem_mail.model import UNKNOWN, Properties
from aem_mail.osgi.errors import PlaceholderError
from aem_mail.osgi.placeholders import resolve
from aem_mail.osgi.values import ConversionError, java_trim
from aem_mail.rules.dates import date
from aem_mail.rules.environment_variable import PLACEHOLDER_STARTS, length_problems, name_warnings, variable_name
from aem_mail.rules.shapes import (
    ENVIRONMENT,
    SECRET_CONFLICT_POLICY,
    SERVICE,
    Field,
    Superfluous,
    boolean,
    object_of,
    seconds,
    text,
    type_of,
)
from aem_mail.stand_ins import EXPLANATION, is_stand_in

QUOTES: Final = ("'", '"')
RESOLVED_STARTS: Final = 8
"""A value with more than so many ``$[`` is refused unresolved: each one inside another doubles the work."""

REFERENCE: Final = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:[^\0]+")


def reference(path: str, value: Any) -> Iterator[Problem]:
    """Check where a secret is read from; a wrong text is not shown, since it may be the secret itself."""
    if not isinstance(value, str) or REFERENCE.fullmatch(value) is None:
        yield Problem(path, "must be 'env:NAME' or 'file:PATH', which say where the secret is read")


def secret_value(path: str, value: Any) -> Iterator[Problem]:
    """Check a secret's value: its type, its length, and that AEM would read exactly what was written."""
    if not isinstance(value, str):
        yield Problem(path, f"must be a text, not {type_of(value)}; put it in quotes")
        return
    yield from length_problems(path, value)
    if java_trim(value) != value:
        yield Problem(path, "begins or ends with a space or a line break, which AEM trims away, so that another secret would be used")
    if is_altered(value):
        yield Problem(path, "contains a placeholder of the form $[…, which AEM resolves again, so that another secret would be used")


def stand_in(path: str, value: Any, allow_placeholder: Any) -> Iterator[Problem]:
    """Refuse what only stands for a secret, which would overwrite the real one; ``allow_placeholder`` says that it is meant."""
    meant = allow_placeholder is True or allow_placeholder is UNKNOWN
    if isinstance(value, str) and not meant and is_stand_in(value):
        yield Problem(path, f"{EXPLANATION}; give the secret, or set allow_placeholder=True if this text is meant")


def is_altered(value: str) -> bool:
    """Say whether Felix, which looks for placeholders in a variable's value too, would not leave this one as it is."""
    if any(start in value for start in PLACEHOLDER_STARTS) or value.count("$[") > RESOLVED_STARTS:
        return True
    try:
        return resolve(value, unset) != value
    except (PlaceholderError, ConversionError):
        return True


def unset(_kind: str, _name: str) -> None:
    return None


def source_problems(
    value: Any, reference: Any, policy: Any, value_field: str = "value", from_field: str = "value_from"
) -> Iterator[Problem]:
    """Check that a secret comes from exactly one place; from none only where the existing one is kept."""
    if value is not None and reference is not None:
        yield Superfluous(from_field, f"{value_field} is given too; give only one of them")
    if value is None and reference is None and policy not in ("keep", UNKNOWN):
        yield Problem(value_field, f"is missing: give either {value_field} or {from_field} ('env:NAME' or 'file:PATH'){KEEP_HINT}")


KEEP_HINT: Final = '; neither only with the conflict policy "keep", which adopts the secret that exists'

FIELDS: Final = object_of(
    {
        **ENVIRONMENT,
        "name": Field(variable_name, required=True),
        "value": Field(secret_value),
        "value_from": Field(reference),
        "service": Field(SERVICE),
        "rotate_when": Field(text),
        "expires_at": Field(date),
        "on_conflict": Field(SECRET_CONFLICT_POLICY),
        "allow_placeholder": Field(boolean),
        "timeout": Field(seconds),
    },
    closed=False,
)


def problems(properties: Properties) -> Iterator[Problem]:
    yield from FIELDS("", properties)
    yield from stand_in("value", properties.get("value"), properties.get("allow_placeholder"))
    yield from source_problems(properties.get("value"), properties.get("value_from"), properties.get("on_conflict"))


def warnings(properties: Properties) -> Iterator[Problem]:
    yield from name_warnings("name", properties.get("name"))
    yield from value_warnings("value", properties.get("value"))


def value_warnings(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str):
        return
    if SECRET_VALUE_SAFE_LENGTH < len(value) <= VARIABLE_VALUE_MAX_LENGTH:
        yield Problem(
            path,
            f"has {len(value)} characters; Cloud Manager documents fewer than {SECRET_VALUE_SAFE_LENGTH + 1} for a secret, "
            f"while its schema allows {VARIABLE_VALUE_MAX_LENGTH}: it may be refused",
        )
    if len(value) > 1 and value[0] in QUOTES and value[-1] == value[0]:
        yield Problem(path, "begins and ends with a quotation mark, which becomes part of the secret; leave the quotes away if not meant")
