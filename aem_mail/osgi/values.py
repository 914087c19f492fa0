"""Property values as Apache Felix holds them, and their conversion to the Java type that a key or a placeholder names.

An array is a `list`, a collection a `tuple`, because placeholders are replaced in arrays of strings, but not in collections.
"""

import math
import re
from collections.abc import Callable

from aem_mail.osgi.java_types import Array, Byte, Character, Float, Integer, Scalar, Short, Value, number_text

__all__ = [
    "ConversionError",
    "Properties",
    "Scalar",
    "Value",
    "as_text",
    "convert",
    "convert_scalar",
    "is_array",
    "is_collection",
    "is_known",
    "java_trim",
    "wrap",
]

Properties = dict[str, Value]

_INTEGRAL: dict[str, tuple[type[int], int]] = {
    **dict.fromkeys(("Integer", "int"), (Integer, 32)),
    **dict.fromkeys(("Long", "long"), (int, 64)),
    **dict.fromkeys(("Short", "short"), (Short, 16)),
    **dict.fromkeys(("Byte", "byte"), (Byte, 8)),
}
_FLOATING: dict[str, type[float]] = {"Float": Float, "float": Float, "Double": float, "double": float}
_INTEGRAL_TEXT = re.compile(r"[+-]?\d+")
_FLOATING_TEXT = re.compile(r"[+-]?(NaN|Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?)")


class ConversionError(ValueError):
    """The value does not fit the Java type; the text never holds the value, which may be a secret."""


def convert(value: Value, java_type: str) -> Value:
    """Return the value as the OSGi converter turns it into `Integer`, `boolean`, `String[]`, `Collection<Long>`, ….

    Raises ConversionError if it does not fit, KeyError for a type that Felix does not know.
    """
    element = _ELEMENT_TYPES.get(java_type)
    if element is None:
        return convert_scalar(_first(value, java_type), java_type)
    elements = list(value) if isinstance(value, list | tuple) or (java_type == "char[]" and isinstance(value, str)) else [value]
    if element != _ANY:
        elements = [_CONVERTERS[element](each) for each in elements]
    return tuple(elements) if is_collection(java_type) else Array(element, elements)


def convert_scalar(value: Scalar, java_type: str) -> Scalar:
    """Return what `convert` does for a type that is neither an array nor a collection."""
    return _CONVERTERS[java_type](value)


def is_collection(java_type: str) -> bool:
    return java_type.startswith("Collection")


def is_array(java_type: str) -> bool:
    return java_type.endswith("[]") and java_type in _ELEMENT_TYPES


def is_known(java_type: str) -> bool:
    return java_type in _CONVERTERS or java_type in _ELEMENT_TYPES


def as_text(value: Value) -> str:
    """Return what Java's `String.valueOf` gives, except for an array, of which Java tells only its address."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(as_text(each) for each in value) + "]"
    if isinstance(value, float):
        return number_text(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def wrap(number: int, bits: int) -> int:
    """Return the number as a signed integer of that width keeps it: Java drops the higher bits silently."""
    half = 1 << (bits - 1)
    return (number + half) % (1 << bits) - half


def java_trim(text: str) -> str:
    """Return the text as Java's `String.trim` does: without control characters and spaces at either end."""
    return text.strip("".join(map(chr, range(0x21))))


def _first(value: Value, java_type: str) -> Scalar:
    if not isinstance(value, list | tuple):
        return value
    if not value:
        raise ConversionError(f"an empty array is no {java_type}")
    return value[0]


def _integral(java_type: str, python_type: type[int], bits: int) -> Callable[[Scalar], Scalar]:
    def converted(value: Scalar) -> int:
        return python_type(_whole(value, java_type, bits))

    return converted


def _whole(value: Scalar, java_type: str, bits: int) -> int:
    if isinstance(value, float):
        return wrap(_saturated(value, max(bits, 32)), bits)
    if not isinstance(value, str):
        return wrap(int(value), bits)
    if not _INTEGRAL_TEXT.fullmatch(value) or wrap(int(value), bits) != int(value):
        raise ConversionError(f"the value is no {java_type}")
    return int(value)


def _saturated(number: float, bits: int) -> int:
    limit = 1 << (bits - 1)
    if math.isnan(number):
        return 0
    return int(max(-limit, min(limit - 1, number)))


def _floating(java_type: str, python_type: type[float]) -> Callable[[Scalar], Scalar]:
    def converted(value: Scalar) -> float:
        if not isinstance(value, str):
            return python_type(value)
        text = java_trim(value)
        if not _FLOATING_TEXT.fullmatch(text):
            raise ConversionError(f"the value is no {java_type}")
        return python_type(text.rstrip("fFdD") if "Infinity" not in text else text)

    return converted


def _boolean(value: Scalar) -> Scalar:
    return value.lower() == "true" if isinstance(value, str) else bool(int(value))


def _character(value: Scalar) -> Scalar:
    if isinstance(value, str):
        return Character(value[:1] or "\0")
    return Character(chr((_saturated(value, 32) if isinstance(value, float) else int(value)) & 0xFFFF))


_CONVERTERS: dict[str, Callable[[Scalar], Scalar]] = {
    "String": as_text,
    "Boolean": _boolean,
    "boolean": _boolean,
    "Character": _character,
    "char": _character,
    **{name: _integral(name, *python_type) for name, python_type in _INTEGRAL.items()},
    **{name: _floating(name, python_type) for name, python_type in _FLOATING.items()},
}

_ANY = "any"
_BOXED = ("String", "Integer", "Long", "Float", "Double", "Byte", "Short", "Character", "Boolean")
_ELEMENT_TYPES = {
    **{f"{name}[]": name for name in _CONVERTERS},
    **{f"Collection<{name}>": name for name in _BOXED},
    "Collection": _ANY,
}
