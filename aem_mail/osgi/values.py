"""Property values as Apache Felix holds them, and their conversion to the Java type that a key or a placeholder names.

Java's integral types are all `int` here, its floating-point types all `float`; an array is a `list`, a collection a `tuple`,
because placeholders are replaced in arrays of strings, but not in collections.
"""

import math
import re
from collections.abc import Callable

Scalar = str | int | float | bool
Value = Scalar | list[Scalar] | tuple[Scalar, ...]
Properties = dict[str, Value]

_INTEGRAL_BITS = {"Integer": 32, "int": 32, "Long": 64, "long": 64, "Short": 16, "short": 16, "Byte": 8, "byte": 8}
_FLOATING = ("Float", "float", "Double", "double")
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
        return _CONVERTERS[java_type](_first(value, java_type))
    elements = list(value) if isinstance(value, list | tuple) or (java_type == "char[]" and isinstance(value, str)) else [value]
    if element != _ANY:
        elements = [_CONVERTERS[element](each) for each in elements]
    return tuple(elements) if is_collection(java_type) else elements


def is_collection(java_type: str) -> bool:
    return java_type.startswith("Collection")


def is_array(java_type: str) -> bool:
    return java_type.endswith("[]") and java_type in _ELEMENT_TYPES


def is_known(java_type: str) -> bool:
    return java_type in _CONVERTERS or java_type in _ELEMENT_TYPES


def as_text(value: Value) -> str:
    """Return what Java's `String.valueOf` gives; a floating-point number beyond 10^7 keeps Python's form."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(as_text(each) for each in value) + "]"
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


def _integral(java_type: str, bits: int) -> Callable[[Scalar], Scalar]:
    def converted(value: Scalar) -> int:
        if isinstance(value, float):
            return wrap(_saturated(value, max(bits, 32)), bits)
        if not isinstance(value, str):
            return wrap(int(value), bits)
        if not _INTEGRAL_TEXT.fullmatch(value) or wrap(int(value), bits) != int(value):
            raise ConversionError(f"the value is no {java_type}")
        return int(value)

    return converted


def _saturated(number: float, bits: int) -> int:
    limit = 1 << (bits - 1)
    if math.isnan(number):
        return 0
    return int(max(-limit, min(limit - 1, number)))


def _floating(java_type: str) -> Callable[[Scalar], Scalar]:
    def converted(value: Scalar) -> float:
        if not isinstance(value, str):
            return float(value)
        text = java_trim(value)
        if not _FLOATING_TEXT.fullmatch(text):
            raise ConversionError(f"the value is no {java_type}")
        return float(text.rstrip("fFdD") if "Infinity" not in text else text)

    return converted


def _boolean(value: Scalar) -> Scalar:
    return value.lower() == "true" if isinstance(value, str) else bool(int(value))


def _character(value: Scalar) -> Scalar:
    if isinstance(value, str):
        return value[:1] or "\0"
    return chr(int(value) & 0xFFFF)


_CONVERTERS: dict[str, Callable[[Scalar], Scalar]] = {
    "String": as_text,
    "Boolean": _boolean,
    "boolean": _boolean,
    "Character": _character,
    "char": _character,
    **{name: _integral(name, bits) for name, bits in _INTEGRAL_BITS.items()},
    **{name: _floating(name) for name in _FLOATING},
}

_ANY = "any"
_BOXED = ("String", "Integer", "Long", "Float", "Double", "Byte", "Short", "Character", "Boolean")
_ELEMENT_TYPES = {
    **{f"{name}[]": name for name in _CONVERTERS},
    **{f"Collection<{name}>": name for name in _BOXED},
    "Collection": _ANY,
}
