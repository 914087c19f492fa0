"""The table of docs/verdicts.md, as values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[2] / "docs" / "verdicts.md"
COMMANDS: Final = ("check", "drift", "plan", "preview", "up")
CELL: Final = re.compile(r"(?P<code>\d+): (?P<ids>(?:M\d\d ?)*)(?P<words>.*)")


@dataclass(frozen=True)
class Cell:
    """What a command says in a situation: its exit code, the checks it names, and words of its output."""

    situation: str
    command: str
    code: int
    ids: tuple[str, ...]
    words: str


def mails() -> dict[str, str]:
    """Return by situation whether a mail arrives or stops."""
    return {row[0]: row[1] for row in _rows()}


def cells() -> Iterator[Cell]:
    """Yield every cell."""
    for situation, _, *said in _rows():
        for command, text in zip(COMMANDS, said, strict=True):
            found = CELL.fullmatch(text)
            assert found is not None, text
            yield Cell(situation, command, int(found["code"]), tuple(found["ids"].split()), found["words"])


def _rows() -> Iterator[list[str]]:
    table = PAGE.read_text(encoding="utf-8").partition("| situation |")[2].partition("\n\n")[0]
    for line in table.splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]
