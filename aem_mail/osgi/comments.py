"""Remove the comments of a `.cfg.json` file as Apache Felix' reader does.

It knows `//` and `/* */`, keeps line ends, and judges by the previous character alone. So it has surprises: a string that
ends in an escaped backslash hides the end of that string, so that `//` in a later string begins a comment; `/*/` is a whole
comment; and the slash that ends a comment begins a line comment with a further slash.
"""

from enum import Enum, auto


class _Inside(Enum):
    NOTHING = auto()
    STRING = auto()
    LINE_COMMENT = auto()
    BLOCK_COMMENT = auto()


def remove_comments(text: str) -> str:
    """Return the text without comments; unchanged text means that it has none."""
    scanner = _Scanner()
    for character in text:
        scanner.read(character)
    return "".join(scanner.kept)


class _Scanner:
    def __init__(self) -> None:
        self.kept: list[str] = []
        self._inside = _Inside.NOTHING
        self._previous = ""
        self._slash_held = False

    def read(self, character: str) -> None:
        match self._inside:
            case _Inside.STRING:
                self._read_string(character)
            case _Inside.NOTHING:
                self._read_json(character)
            case _:
                self._read_comment(character)
        self._previous = character

    def _read_string(self, character: str) -> None:
        self.kept.append(character)
        if character == '"' and self._previous != "\\":
            self._inside = _Inside.NOTHING

    def _read_json(self, character: str) -> None:
        if character == '"':
            self.kept.append(character)
            if self._previous != "\\":
                self._inside = _Inside.STRING
        elif character in "/*" and self._previous == "/":
            self._slash_held = False
            self._inside = _Inside.LINE_COMMENT if character == "/" else _Inside.BLOCK_COMMENT
        elif character == "/":
            self._slash_held = True
        else:
            # Felix gives a held slash back, but not before a quotation mark or a star.
            if self._slash_held and character != "*":
                self.kept.append("/")
                self._slash_held = False
            self.kept.append(character)

    def _read_comment(self, character: str) -> None:
        if character == "\n":
            self.kept.append(character)
            if self._inside is _Inside.LINE_COMMENT:
                self._inside = _Inside.NOTHING
        elif self._inside is _Inside.BLOCK_COMMENT and character == "/" and self._previous == "*":
            self._inside = _Inside.NOTHING
