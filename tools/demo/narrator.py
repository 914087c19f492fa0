"""How the story looks: short headings, plain text, commands and what they printed; colours on a terminal only."""

import os
import sys
import textwrap
from collections.abc import Iterable
from typing import Final

WIDTH: Final = 110
CONTINUED: Final = " " * 6
BOLD, RED, GREEN, YELLOW, DIM = "1", "31", "32", "33", "2"
COLOURS: Final = {"+": GREEN, "~": YELLOW, "-": RED}


class Narrator:
    """Writes to standard output, at once."""

    def __init__(self) -> None:
        self._coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._chapter = 0

    def chapter(self, title: str) -> None:
        self._chapter += 1
        self._write(f"\n{self._in(BOLD, f'{self._chapter}. {title}')}")

    def say(self, text: str) -> None:
        self._write("\n".join(wrapped(text)))

    def command(self, line: str) -> None:
        """Show a command as a shell would take it, a long one on several lines."""
        shown = f" \\\n{CONTINUED}".join(wrapped(line))
        self._write(f"  {self._in(DIM, '$')} {self._in(BOLD, shown)}")

    def excerpt(self, lines: Iterable[str]) -> None:
        """Show lines of a command or a file, as they come."""
        for line in lines:
            indent = line[: len(line) - len(line.lstrip())]
            text = f"\n{indent}".join(wrapped(line)) if len(line) > WIDTH else line
            colour = COLOURS.get(line.lstrip()[:2].rstrip(), "")
            self._write(textwrap.indent(self._in(colour, text), "    "))

    def end(self, text: str) -> None:
        self._write("")
        self.say(text)

    def complain(self, text: str) -> None:
        """Say on standard error at which point the story went wrong."""
        where = f"in chapter {self._chapter}" if self._chapter else "before it began"
        print(f"\ndemo: not as told, {where}: {text}", file=sys.stderr, flush=True)

    def _in(self, colour: str, text: str) -> str:
        return f"\033[{colour}m{text}\033[0m" if self._coloured and colour else text

    def _write(self, text: str) -> None:
        print(text, flush=True)


def wrapped(text: str) -> list[str]:
    """Return lines of the story's width; words and paths stay whole, to be copied."""
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)
