"""The parts of a Markdown page that tests look at; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]
README: Final = REPOSITORY / "README.md"
COMMANDS: Final = REPOSITORY / "docs" / "commands.md"
RESOURCES: Final = REPOSITORY / "docs" / "resources.md"
SETTINGS: Final = REPOSITORY / "docs" / "settings.md"
ARCHITECTURE: Final = REPOSITORY / "ARCHITECTURE.md"
CONTRIBUTING: Final = REPOSITORY / "CONTRIBUTING.md"

FENCE: Final = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
EXPECTED: Final = re.compile(r"<!-- exits with (\d+) -->\s*$")
FILE: Final = re.compile(r"`([\w.]+\.(?:py|yaml))`")
LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A code block.

    ``file`` is the file name in the paragraph above what is no shell block, ``exit_code`` what a comment above it promises.
    """

    language: str
    text: str
    file: str | None
    exit_code: int


def pages() -> list[Path]:
    """Return the pages that users and contributors read."""
    return [
        README,
        ARCHITECTURE,
        CONTRIBUTING,
        REPOSITORY / "CHANGELOG.md",
        REPOSITORY / "SECURITY.md",
        *sorted((REPOSITORY / "docs").glob("*.md")),
        REPOSITORY / "tools" / "engine" / "README.md",
    ]


def section(page: Path, title: str) -> str:
    """Return the text below one heading of the second level; fails if there is none."""
    parts = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return next(part for part in parts if part.partition("\n")[0] == title)


def blocks(text: str) -> Iterator[Block]:
    for fence in FENCE.finditer(text):
        above = text[: fence.start()].rstrip("\n")
        expected = EXPECTED.search(above)
        names = [] if fence["language"] == "sh" else FILE.findall(above.rpartition("\n\n")[2])
        yield Block(fence["language"], fence["text"], names[-1] if names else None, int(expected[1]) if expected else 0)


def links(text: str) -> list[str]:
    return LINK.findall(FENCE.sub("", text))


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives a page's headings."""
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(FENCE.sub("", text))}


def named(text: str) -> set[str]:
    """Return every word that stands, alone or with others, in code."""
    return {word for code in re.findall(r"`([^`\n]+)`", FENCE.sub("", text)) for word in re.findall(r"[\w:.-]+", code)}
