"""Limits of an environment variable, common to plain and secret ones."""

import re
from collections.abc import Iterator
from typing import Any, Final

from aem_mail.errors import Problem
from aem_mail.limits import VARIABLE_NAME_MAX_LENGTH, VARIABLE_NAME_MIN_LENGTH, VARIABLE_VALUE_MAX_LENGTH
from aem_mail.model import Properties
from aem_mail.rules.shapes import CONFLICT_POLICY, ENVIRONMENT, SERVICE, Field, object_of, seconds, shown, type_of

NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z_0-9]*")
IGNORED_PREFIXES: Final = ("INTERNAL_", "ADOBE_", "CONST_")
PRODUCT_PREFIX: Final = "AEM_"
SET_BY_AEM: Final = re.compile(r"AEM_(?:HTTPS?_)?PROXY_(?:HOST|PORT)|AEM_NON_PROXY_HOSTS")
PLACEHOLDER_STARTS: Final = ("$[env:", "$[secret:", "$[prop:", "$[conf:")
"""What Felix expands again where it stands in a variable's value."""


def variable_name(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str) or NAME.fullmatch(value) is None:
        yield Problem(path, f"must consist of a-z, A-Z, 0-9 and _ and not begin with a digit, such as 'EMAIL_PASSWORD', not {shown(value)}")
        return
    if not VARIABLE_NAME_MIN_LENGTH <= len(value) <= VARIABLE_NAME_MAX_LENGTH:
        bounds = f"{VARIABLE_NAME_MIN_LENGTH} to {VARIABLE_NAME_MAX_LENGTH}"
        yield Problem(path, f"must have {bounds} characters, not {len(value)}")
    if value.startswith(IGNORED_PREFIXES):
        yield Problem(path, f"{value} begins with {value.split('_')[0]}_, and the platform ignores such variables; choose another name")
    if SET_BY_AEM.fullmatch(value):
        yield Problem(path, f"{value} is set by AEM itself and must not be set; choose another name")


def variable_value(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem(path, f"must be a text, not {type_of(value)}; put it in quotes")
    else:
        yield from length_problems(path, value)


def length_problems(path: str, value: str) -> Iterator[Problem]:
    if not value:
        yield Problem(path, "must not be empty: Cloud Manager deletes a variable whose value is empty; remove the resource instead")
    if len(value) > VARIABLE_VALUE_MAX_LENGTH:
        yield Problem(path, f"must have at most {VARIABLE_VALUE_MAX_LENGTH} characters, not {len(value)}")


FIELDS: Final = object_of(
    {
        **ENVIRONMENT,
        "name": Field(variable_name, required=True),
        "value": Field(variable_value, required=True),
        "service": Field(SERVICE),
        "on_conflict": Field(CONFLICT_POLICY),
        "timeout": Field(seconds),
    },
    closed=False,
)


def problems(properties: Properties) -> Iterator[Problem]:
    yield from FIELDS("", properties)


def warnings(properties: Properties) -> Iterator[Problem]:
    yield from name_warnings("name", properties.get("name"))
    value = properties.get("value")
    if isinstance(value, str) and any(start in value for start in PLACEHOLDER_STARTS):
        yield Problem("value", "holds a placeholder, which AEM resolves again wherever an OSGi configuration reads this variable")


def name_warnings(path: str, name: Any) -> Iterator[Problem]:
    if isinstance(name, str) and name.startswith(PRODUCT_PREFIX) and SET_BY_AEM.fullmatch(name) is None:
        yield Problem(path, f"{name} begins with {PRODUCT_PREFIX}, which Adobe keeps for variables that the product defines")
