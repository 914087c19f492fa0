"""The Java types that Python's own do not tell apart: a plain `int` is a Long, a plain `float` a Double, a plain `str` a String."""

import math
import struct
from collections.abc import Iterable
from typing import Self


class Integer(int):
    """A `java.lang.Integer`."""


class Short(int):
    """A `java.lang.Short`."""


class Byte(int):
    """A `java.lang.Byte`."""


class Float(float):
    """A `java.lang.Float`: rounded to 32 bits, infinite where that is too little."""

    def __new__(cls, value: float | str) -> Self:
        return super().__new__(cls, _rounded_to_32_bits(float(value)))


class Character(str):
    """A `java.lang.Character`."""

    __slots__ = ()


Scalar = str | int | float | bool


class Array(list[Scalar]):
    """An array of a declared component type, which may be primitive (`int`) and which an empty one would not tell."""

    def __init__(self, component: str, elements: Iterable[Scalar] = ()) -> None:
        super().__init__(elements)
        self.component = component


Value = Scalar | list[Scalar] | tuple[Scalar, ...]

_NAMES = {str: "String", int: "Long", float: "Double", bool: "Boolean"}


def type_name(value: Value) -> str:
    """Return the simple name of the value's Java class: `Long`, `int[]`, `String[]`, …; every collection is a `Collection`."""
    if isinstance(value, tuple):
        return "Collection"
    if isinstance(value, Array):
        return f"{value.component}[]"
    if isinstance(value, list):
        return f"{type_name(value[0]) if value else 'String'}[]"
    return _NAMES.get(type(value), type(value).__name__)


def number_text(number: float) -> str:
    """Return what `Double.toString` and `Float.toString` give: `1.5`, but `1.5E7` from 10^7 on and `1.5E-4` below 10^-3."""
    if math.isnan(number) or math.isinf(number):
        return "NaN" if math.isnan(number) else f"{'-' * (number < 0)}Infinity"
    mantissa, _, exponent = _shortest(number).partition("e")
    power = int(exponent)
    sign, digits = "-" * mantissa.startswith("-"), mantissa.replace(".", "").lstrip("-").rstrip("0") or "0"
    if number == 0 or -3 <= power < 7:
        digits = "0" * -power + digits
        whole = max(power, 0) + 1
        return f"{sign}{digits[:whole].ljust(whole, '0')}.{digits[whole:] or '0'}"
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{power}"


def _shortest(number: float) -> str:
    """Return the scientific form with the fewest digits that reads back as the same number of the same width."""
    narrow = isinstance(number, Float)
    for digits in range(17):
        text = f"{float(number):.{digits}e}"
        if (Float(text) if narrow else float(text)) == number:
            return text
    raise AssertionError(f"17 digits tell every number, but not {number!r}")


def _rounded_to_32_bits(number: float) -> float:
    try:
        rounded: float = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return rounded
