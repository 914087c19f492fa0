"""Read a `.config` file as Apache Felix' ConfigurationHandler 1.9.26 does, surprises included.

Each property is `name=value`, a value a quoted text behind a letter for its type, or an array `[…]` or a collection `(…)` of such. Only an
equals sign or a quotation mark ends a text, so that a name may be of several lines. What cannot be understood where a value should be
leaves the property out, and whatever comes next is read as the next property; a quotation mark that is missing at the end is not missed.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final

from aem_mail.osgi import values
from aem_mail.osgi.errors import ConfigurationFileError
from aem_mail.osgi.java_types import Array, Float, Scalar, Value
from aem_mail.osgi.lines import line_of, line_starts, whole_characters
from aem_mail.osgi.values import ConversionError, Properties

TYPES: Final = {
    **{
        "T": "String",
        "I": "Integer",
        "L": "Long",
        "F": "Float",
        "D": "Double",
        "X": "Byte",
        "S": "Short",
        "C": "Character",
        "B": "Boolean",
    },
    **{"i": "int", "l": "long", "f": "float", "d": "double", "x": "byte", "s": "short", "c": "char", "b": "boolean"},
}
CLOSING: Final = {"[": "]", "(": ")"}
TOKENS: Final = frozenset('=[](),"') | TYPES.keys()
NAME_CHARACTERS: Final = frozenset("0123456789_-.\\") | {chr(code + shift) for code in range(26) for shift in (65, 97)}
ENDS_A_TEXT: Final = ("", "=", '"')
ESCAPES: Final = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}
PUT_BACK_AT_THE_END: Final = "\uffff"
"""What Java's reader gives after its end was put back."""


def parse_config(text: str) -> tuple[Properties, dict[str, int]]:
    """Return the properties of a file, and the line, from 1 on, of each. Raises ConfigurationFileError for what Felix refuses."""
    reader, starts = _Reader(text), line_starts(text)
    properties: Properties = {}
    lines: dict[str, int] = {}
    while (name := reader.name()) is not None:
        line = line_of(starts, reader.place)
        try:
            reader.expect_equals_sign()
            value = reader.value()
        except (ConversionError, ConfigurationFileError) as error:
            raise ConfigurationFileError(f'"{name}": {error}', line) from None
        if value is not None:
            properties[name], lines[name] = value, line
    return properties, lines


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._put_back: list[str] = []
        self.place = 0

    def name(self) -> str | None:
        """Return the next property's name, None where there is none."""
        character = self._beyond_blanks()
        while character == "#":
            while character not in ("", "\n"):
                character = self._read()
            if not character:
                return None
            character = self._beyond_blanks()
        if not character or (character in TOKENS and character not in NAME_CHARACTERS):
            return None
        self.place = self._position - 1
        self._unread(character)
        return values.java_trim(self._text_until_its_end())

    def expect_equals_sign(self) -> None:
        if self._beyond_blanks() != "=":
            raise ConfigurationFileError("no equals sign follows the name")

    def value(self) -> Value | None:
        """Return a value, None for what is none."""
        type_ = kind = self._beyond_blanks()
        if type_ in TYPES:
            kind = self._read()
        else:
            type_ = "T"
        if kind == '"':
            scalar = self._scalar(TYPES[type_])
            self._read()
            return scalar
        if kind not in CLOSING:
            return None
        elements = self._elements(TYPES[type_], CLOSING[kind])
        if elements is None:
            return None
        return tuple(elements) if kind == "(" else Array(TYPES[type_], elements)

    def _elements(self, type_: str, closing: str) -> list[Scalar] | None:
        elements: list[Scalar] = []
        while True:
            character = self._beyond_breaks()
            if character == '"':
                element = self._scalar(type_)
                if element is None:
                    return None
                self._read()
                elements.append(element)
                character = self._beyond_breaks()
            if character == closing:
                return elements
            if character != ",":
                return None

    def _scalar(self, type_: str) -> Scalar | None:
        text = self._text_until_its_end()
        if type_ in ("Character", "char") and not text:
            return None
        return _CONVERTED.get(type_, values.convert_scalar)(text, type_)

    def _text_until_its_end(self) -> str:
        parts: list[str] = []
        while (character := self._read()) not in ENDS_A_TEXT:
            parts.append(self._escaped() if character == "\\" else character)
        self._unread(character)
        return whole_characters("".join(parts))

    def _escaped(self) -> str:
        character = self._read()
        if character != "u":
            return ESCAPES.get(character, character or PUT_BACK_AT_THE_END)
        digits = "".join(self._read() for _ in range(4))
        try:
            return chr(int(digits, 16)) if len(digits) == 4 else ""
        except ValueError:
            raise ConfigurationFileError("four hexadecimal digits must follow \\u") from None

    def _beyond_blanks(self) -> str:
        while (character := self._read()).isspace():
            pass
        return character

    def _beyond_breaks(self) -> str:
        character = self._beyond_blanks()
        while character == "\\":
            following = self._raw()
            if following not in ("\r", "\n"):
                self._unread(following)
                break
            character = self._beyond_blanks()
        return character

    def _read(self) -> str:
        character = self._raw()
        if character != "\r":
            return character
        following = self._raw()
        if following != "\n":
            self._unread(following)
        return "\n"

    def _raw(self) -> str:
        if self._put_back:
            return self._put_back.pop()
        character = self._text[self._position : self._position + 1]
        self._position += 1
        return character

    def _unread(self, character: str) -> None:
        self._put_back.append(character or PUT_BACK_AT_THE_END)


def _float_of_bits(text: str, _type: str) -> Scalar:
    return Float(struct.unpack(">f", struct.pack(">i", values.convert(text, "Integer")))[0])


def _double_of_bits(text: str, _type: str) -> Scalar:
    number: float = struct.unpack(">d", struct.pack(">q", values.convert(text, "Long")))[0]
    return number


_CONVERTED: Final[dict[str, Callable[[str, str], Scalar]]] = {
    **dict.fromkeys(("Float", "float"), _float_of_bits),
    **dict.fromkeys(("Double", "double"), _double_of_bits),
}
