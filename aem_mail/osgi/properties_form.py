"""Read a `.cfg` or `.properties` file as Java's `Properties.load` does: every value is a text."""

import re
from typing import Final

from aem_mail.osgi.errors import ConfigurationFileError
from aem_mail.osgi.lines import line_of, line_starts, whole_characters
from aem_mail.osgi.values import Properties

PROPERTY: Final = re.compile(r"((?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*(.*)", re.DOTALL)
LINE_END: Final = re.compile(r"[\r\n]")
COMMENTS: Final = ("#", "!")
BLANKS: Final = " \t\f"
ESCAPE: Final = re.compile(r"\\(u(.{0,4})|.|$)", re.DOTALL)
ESCAPES: Final = {"t": "\t", "n": "\n", "f": "\f", "r": "\r"}
DIGITS: Final = re.compile(r"[0-9a-fA-F]{4}")


def parse_java_properties(text: str) -> tuple[Properties, dict[str, int]]:
    """Return the properties of a file, and the line, from 1 on, of each; of identical keys the last wins.

    Raises ConfigurationFileError for what Java refuses, and for the form in XML.
    """
    if text.startswith("<"):
        raise ConfigurationFileError("it is XML, which is not read here; write it as .cfg.json")
    properties: Properties = {}
    lines: dict[str, int] = {}
    starts = line_starts(text)
    for place, logical in _logical_lines(text):
        line = line_of(starts, place)
        for key, value in PROPERTY.findall(logical)[:1]:
            name = _unescaped(key, line)
            properties[name], lines[name] = _unescaped(value, line), line
    return properties, lines


def _logical_lines(text: str) -> list[tuple[int, str]]:
    """Return the lines that are neither blank nor comments, continued ones put together, each with its place."""
    found: list[tuple[int, str]] = []
    position = 0
    while position < len(text):
        start = position
        while start < len(text) and text[start] in f"{BLANKS}\r\n":
            start += 1
        if text.startswith(COMMENTS, start):
            position = _end_of_line(text, start)
            continue
        logical, position = _continued(text, start)
        if logical is not None:
            found.append((start, logical))
    return found


def _continued(text: str, start: int) -> tuple[str | None, int]:
    """Return a logical line without its continuations, None for an empty one, and where it ends.

    A backslash at the very end of the text, or before its last line break, is dropped, and what is before it counts even if it is empty.
    """
    parts: list[str] = []
    position = start
    while True:
        end = _end_of_line(text, position)
        line = text[position:end]
        is_continued = (len(line) - len(line.rstrip("\\"))) % 2 == 1
        parts.append(line[:-1] if is_continued else line)
        if not is_continued or end >= len(text) - 1:
            logical = "".join(parts)
            return (logical if logical or is_continued else None), end
        position = end + (2 if text.startswith("\r\n", end) else 1)
        while position < len(text) and text[position] in BLANKS:
            position += 1
        if not any(parts) and text.startswith(COMMENTS, position):
            return None, _end_of_line(text, position)


def _end_of_line(text: str, position: int) -> int:
    end = LINE_END.search(text, position)
    return len(text) if end is None else end.start()


def _unescaped(text: str, line: int) -> str:
    def character(found: re.Match[str]) -> str:
        if found[2] is None:
            return ESCAPES.get(found[1], found[1])
        if not DIGITS.fullmatch(found[2]):
            raise ConfigurationFileError("four hexadecimal digits must follow \\u", line)
        return chr(int(found[2], 16))

    # Java reads bytes as ISO 8859-1, whatever they were meant as.
    return whole_characters(ESCAPE.sub(character, text.encode("utf-8", "surrogatepass").decode("latin-1")))
