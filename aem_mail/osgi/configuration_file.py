"""Read one `.cfg.json` file as Apache Felix' cm.json 2.0.6 does: what it refuses is refused, what it alters is altered."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from aem_mail.osgi import values
from aem_mail.osgi.comments import remove_comments
from aem_mail.osgi.errors import ConfigurationFileError
from aem_mail.osgi.java_types import Array
from aem_mail.osgi.values import ConversionError, Properties, Scalar, Value

CONFIGURATOR_PREFIX = ":configurator:"
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:\n]')
"""What tells where a key of valid JSON is: a string, a bracket, a colon, or the end of a line."""


def parse_configuration(text: str) -> Properties:
    """Return the properties of a file, typed keys such as `smtp.port:Integer` converted and without their type.

    Comments are accepted, identical keys: the last wins. Raises ConfigurationFileError for what Felix refuses whole: a trailing
    comma, and everything that `convert_document` refuses.
    """
    return convert_document(_parse_object(text))


def convert_document(document: Mapping[str, Any]) -> Properties:
    """Return the properties of a JSON object that is parsed already; properties that this returned come out unchanged.

    Raises ConfigurationFileError for keys that differ in case only, a value that does not fit the type of its key (a placeholder
    never fits a number), and `null`.
    """
    properties: Properties = {}
    folded: set[str] = set()
    for written_key, written_value in document.items():
        key, java_type = _split_key(written_key)
        if key.lower() in folded:
            raise ConfigurationFileError(f'two keys "{key}" differ in case or type only')
        folded.add(key.lower())
        properties[key] = _convert(written_key, _natural(written_value), java_type)
    return properties


def key_lines(text: str) -> dict[str, int]:
    """Return the line, from 1 on, of each property of a file that `parse_configuration` reads; of identical keys that of the last."""
    lines: dict[str, int] = {}
    line, depth, latest = 1, 0, (1, '""')
    for token in TOKEN.findall(remove_comments(text)):
        match token:
            case "\n":
                line += 1
            case "{" | "[":
                depth += 1
            case "}" | "]":
                depth -= 1
            case ":" if depth == 1:
                lines[_split_key(json.loads(latest[1]))[0]] = latest[0]
            case _:
                latest = line, token
    return lines


def _parse_object(text: str) -> dict[str, Any]:
    try:
        document = json.loads(remove_comments(text), parse_constant=_refuse_constant)
    except ConfigurationFileError:
        raise
    except json.JSONDecodeError as error:
        raise ConfigurationFileError(f"no valid JSON: {error.msg}, line {error.lineno}, column {error.colno}", error.lineno) from None
    except RecursionError:
        raise ConfigurationFileError("no valid JSON: nested too deeply") from None
    except ValueError:
        raise ConfigurationFileError("no valid JSON: a number has thousands of digits") from None
    if not isinstance(document, dict):
        raise ConfigurationFileError("no JSON object at the top")
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise ConfigurationFileError(f"no valid JSON: {name} is no JSON number")


def _split_key(written: str) -> tuple[str, str | None]:
    key, colon, java_type = written.removeprefix(CONFIGURATOR_PREFIX).partition(":")
    if written.startswith(CONFIGURATOR_PREFIX):
        return key, None
    return key, java_type if colon else None


def _convert(written_key: str, value: Value | None, java_type: str | None) -> Value:
    if java_type is not None and not values.is_known(java_type):
        raise ConfigurationFileError(f'"{written_key}": Felix knows no type {java_type}')
    if value is None and java_type is not None and (values.is_collection(java_type) or values.is_array(java_type)):
        return values.convert([], java_type)
    if value is None:
        raise ConfigurationFileError(f'"{written_key}" is null')
    if java_type is None:
        return value
    try:
        return values.convert(value, java_type)
    except ConversionError:
        hint = f"; a placeholder goes under the plain key, with ;type={java_type}" if "$[" in values.as_text(value) else ""
        raise ConfigurationFileError(f'"{written_key}": the value is no {java_type}{hint}') from None


def _natural(value: Any) -> Value | None:
    """Return what a JSON value becomes without a type: Long, Double, Boolean, String, or an array of one of them."""
    if value is None or isinstance(value, tuple | Array):
        return value
    return _natural_array(value) if isinstance(value, list) else _natural_scalar(value)


def _natural_scalar(value: Any) -> Scalar:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if type(value) is int:
        return values.wrap(value, 64)
    scalar: Scalar = value
    return scalar


def _natural_array(array: Sequence[Any]) -> Value:
    kinds = {_kind(each) for each in array}
    if len(kinds) > 1 or kinds & {"array", "null"}:
        return json.dumps(array, ensure_ascii=False, separators=(",", ":"))
    scalars = [_natural_scalar(each) for each in array]
    return [float(each) for each in scalars] if any(isinstance(each, float) for each in scalars) else scalars


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case dict():
            return "object"
        case _:
            return "array"
