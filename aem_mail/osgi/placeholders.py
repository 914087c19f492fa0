"""Resolve `$[env:NAME;default=…]` and its kin as Apache Felix' ConfigAdmin interpolation 1.2.8 does, quirks included.

Each quirk was observed on the real plug-in; the tests hold a recorded table of them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aem_mail.osgi import values
from aem_mail.osgi.errors import PlaceholderError
from aem_mail.osgi.java_types import type_name
from aem_mail.osgi.values import ConversionError, Properties, Scalar, Value, as_text

DEEPEST = 50
START, END, ESCAPE = "$[", "]", "\\"
BRACKET = re.compile(r"[\[\]]")
DEFAULT, TYPE, DELIMITER = "default", "type", "delimiter"

CHARACTERS_PER_STEP, MOST_STEPS = 1000, 10_000
"""Bounds of the work for one property, far beyond what an e-mail's configuration needs."""

Lookup = Callable[[str, str], str | None]
"""Takes a placeholder's kind (`env`, `secret`, `prop`, …) and name; None means unset."""


@dataclass(frozen=True)
class Placeholder:
    """`$[kind:name;directive=value;…]`, with `default`, `type` and `delimiter` as the directives that Felix knows."""

    kind: str
    name: str
    directives: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Resolution:
    """A configuration as AEM's service receives it; `unresolved` holds by key the placeholders that are left in its value."""

    properties: Properties
    unresolved: Mapping[str, tuple[str, ...]]


def variables_lookup(strings: Mapping[str, str], secrets: Mapping[str, str]) -> Lookup:
    """Return AEM's lookup: `env` reads variables of type `string`, `secret` those of type `secretString`, trimmed at both ends."""

    def lookup(kind: str, name: str) -> str | None:
        if kind == "env":
            return strings.get(name)
        if kind == "secret" and name in secrets:
            return values.java_trim(secrets[name])
        return None

    return lookup


def find_placeholders(text: str) -> tuple[Placeholder, ...]:
    """Return the placeholders of a text from left to right, the outer before those inside it; 50 inside each other are seen."""
    return tuple(_found(text))


def resolve_properties(properties: Mapping[str, Value], lookup: Lookup) -> Properties:
    """Return the configuration as AEM's service receives it; only strings and arrays of strings are interpolated.

    Raises PlaceholderError, which names the property: then AEM leaves the configuration half resolved.
    """
    return resolution(properties, lookup).properties


def resolution(properties: Mapping[str, Value], lookup: Lookup) -> Resolution:
    """Return what `resolve_properties` does, and which placeholders AEM leaves standing."""
    resolved: Properties = dict(properties)
    unresolved: dict[str, tuple[str, ...]] = {}
    # In ConfigurationAdmin's order, which decides what `$[conf:…]` sees.
    for key, value in sorted(properties.items(), key=lambda item: item[0].lower()):
        expansion = _Expansion(_with_configuration(lookup, resolved))
        try:
            resolved[key] = expansion.value(value)
        except (ConversionError, PlaceholderError) as error:
            raise PlaceholderError(f"{key}: {error}") from None
        except RecursionError:
            raise PlaceholderError(f"{key}: placeholders are nested too deeply") from None
        standing = as_text(resolved[key])
        if left := tuple(text for text in dict.fromkeys(expansion.left) if text in standing):
            unresolved[key] = left
    return Resolution(resolved, unresolved)


def resolve(text: str, lookup: Lookup) -> Value:
    """Return the text with its placeholders replaced; not a string only if the whole text is one placeholder with a `type`.

    What is unset and has no default stays as it stands. Raises ConversionError if a value does not fit its `type`.
    """
    return _Expansion(lookup).text(text)


def _with_configuration(lookup: Lookup, properties: Properties) -> Lookup:
    """Add the kind `conf`, which reads another property of the same configuration."""

    def extended(kind: str, name: str) -> str | None:
        if kind != "conf":
            return lookup(kind, name)
        for key, value in properties.items():
            if key.lower() == name.lower():
                text = as_text(value)
                return name if text.startswith("$[conf:") else text
        raise PlaceholderError(f"$[conf:{name}] names a property that this configuration lacks")

    return extended


class _Expansion:
    """The resolution of one property, which remembers what it left alone and how much it did."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._steps = 0
        self.left: list[str] = []

    def value(self, value: Value) -> Value:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list) and type_name(value) == "String[]":
            return [as_text(part) for each in value for part in _parts(self.text(str(each)))]
        return value

    def text(self, text: str, pending: frozenset[str] = frozenset()) -> Value:
        # Felix begins one character before the text, and after a placeholder that it leaves alone it goes on two characters
        # after where it last began, not after the placeholder: so it finds those that lie inside.
        position = -1
        while position < len(text):
            self._count(text)
            text, span = _next_span(text, position)
            if span is None:
                return text
            start, end = span
            inside = text[start + len(START) : end]
            replacement = self._replacement(inside, pending)
            if replacement is None:
                self.left.append(f"{START}{inside}{END}")
                position += len(START)
            elif type(replacement) is not str and span == (0, len(text) - 1):
                return replacement
            else:
                inserted = as_text(replacement)
                text = text[:start] + inserted + text[end + 1 :]
                position = start + len(inserted)
        return text

    def _replacement(self, inside: str, pending: frozenset[str]) -> Value | None:
        kind, colon, rest = inside.partition(":")
        if not colon:
            return None
        raw_name, semicolon, raw_directives = rest.partition(";")
        directives = _parse_directives(as_text(self.text(raw_directives, pending))) if semicolon else {}
        name = as_text(self.text(raw_name, pending))
        identity = f"{kind}:{raw_name}"
        if identity in pending:
            return None
        value = self._lookup(kind, name)
        if value is None:
            value = directives.get(DEFAULT)
        if value is None:
            return None
        typed = _typed(value, Placeholder(kind, name, directives))
        # A value is expanded again, also that of a secret; what is found in it is text, even where it has a type.
        return as_text(self.text(typed, pending | {identity})) if type(typed) is str else typed

    def _count(self, text: str) -> None:
        """Stop what would go on for ever, or nearly: variables that multiply each other, or a text of nothing but `$[`."""
        self._steps += 1 + len(text) // CHARACTERS_PER_STEP
        if START in text and self._steps > MOST_STEPS:
            raise PlaceholderError("resolving the placeholders takes too long; they are too many, or multiply each other")


def _parts(value: Value) -> list[Scalar]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _typed(value: str, placeholder: Placeholder) -> Value:
    java_type = placeholder.directives.get(TYPE)
    if java_type is None or not values.is_known(java_type) or values.is_collection(java_type):
        return value
    delimiter = placeholder.directives.get(DELIMITER)
    parts: Value = [*_split(value, delimiter)] if delimiter and values.is_array(java_type) else value
    try:
        return values.convert(parts, java_type)
    except ConversionError:
        raise PlaceholderError(f"the value of $[{placeholder.kind}:{placeholder.name}] is no {java_type}, as its type= demands") from None


def _next_span(text: str, position: int) -> tuple[str, tuple[int, int] | None]:
    """Return the text without the escapes passed on the way, and where the next placeholder's `$[` and `]` stand."""
    escapes: list[int] = []
    start = text.find(START, max(position, 0))
    while start > 0 and _is_escaped(text, start, floor=0):
        escapes.append(start - 1)
        start = text.find(START, start + len(START))
    if start < 0:
        return _without(text, escapes), None
    before, depth = len(escapes), 1
    for bracket in BRACKET.finditer(text, start + len(START)):
        index = bracket.start()
        if _is_escaped(text, index, floor=0):
            escapes.append(index - 1)
            continue
        depth += 1 if bracket[0] == "[" else -1
        if depth == 0:
            return _without(text, escapes), (start - before, index - len(escapes))
    return _without(text, escapes), None


def _parse_directives(text: str) -> dict[str, str]:
    directives = {}
    for begin, end, escapes in _segments(text):
        name, _, value = _without(text, escapes, begin, end).partition("=")
        directives[name] = value
    return directives


def _segments(text: str) -> Iterator[tuple[int, int, list[int]]]:
    """Yield begin and end of what lies between semicolons, and where the backslashes stand that keep one from counting."""
    begin = index = 0
    escapes: list[int] = []
    while (index := text.find(";", index)) >= 0:
        if _is_escaped(text, index, floor=begin):
            escapes.append(index - 1)
        else:
            yield begin, index, escapes
            begin, escapes = index + 1, []
        index += 1
    yield begin, len(text), escapes


def _split(text: str, delimiter: str) -> list[str]:
    parts, begin, escapes = [], 0, []
    index = text.find(delimiter)
    while index >= 0:
        # Felix sees no escape in the first character of a part.
        if index - begin > 1 and _is_escaped(text, index, floor=begin):
            escapes.append(index - 1)
            index = text.find(delimiter, index + 1)
            continue
        part = _without(text, escapes, begin, index)
        parts.append(part[:-1] if part.endswith(ESCAPE * 2) else part)
        begin, escapes = index + len(delimiter), []
        index = text.find(delimiter, begin)
    return [*parts, _without(text, escapes, begin)]


def _without(text: str, dropped: Sequence[int], begin: int = 0, end: int | None = None) -> str:
    """Return a part of the text without the characters at these places, which ascend: in one go, however many they are."""
    if not dropped:
        # The whole is returned itself: a Character stays one.
        return text if (begin, end) == (0, None) else text[begin:end]
    bounds = [begin, *(place for drop in dropped for place in (drop, drop + 1)), len(text) if end is None else end]
    return "".join(text[first:last] for first, last in zip(bounds[::2], bounds[1::2], strict=True))


def _is_escaped(text: str, index: int, floor: int) -> bool:
    """Say whether exactly one backslash stands before the index; two are none, and what lies before `floor` does not count."""
    return index > floor and text[index - 1] == ESCAPE and (index - 1 == floor or text[index - 2] != ESCAPE)


def _found(text: str, depth: int = 0) -> Iterator[Placeholder]:
    position = 0
    while depth < DEEPEST:
        text, span = _next_span(text, position)
        if span is None:
            return
        inside = text[span[0] + len(START) : span[1]]
        kind, colon, rest = inside.partition(":")
        if colon:
            name, _, directives = rest.partition(";")
            yield Placeholder(kind, name, _parse_directives(directives) if directives else {})
        yield from _found(inside, depth + 1)
        position = span[1] + 1
