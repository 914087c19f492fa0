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
INDEX: Final = REPOSITORY / "docs" / "index.md"
HOWTO: Final = REPOSITORY / "docs" / "howto"
ARCHITECTURE: Final = REPOSITORY / "ARCHITECTURE.md"
CONTRIBUTING: Final = REPOSITORY / "CONTRIBUTING.md"

FENCE: Final = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
MARKS: Final = re.compile(r"(?:<!-- [^\n]+ -->\n*)+\Z")
MARK: Final = re.compile(r"<!-- (exits with|prints|sends|first|not typed):? (.+?) -->")
FILE: Final = re.compile(r"`([\w.]+\.(?:py|yaml))`")
LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A code block, and what the comments above it promise, which no reader sees.

    ``file`` is the file name in the paragraph above what is no shell block. ``exits with`` is the exit code, ``prints`` words of the
    output, ``sends`` the changes that Cloud Manager gets, ``first`` what somebody does before, ``not typed`` why no test can type it.
    """

    language: str
    text: str
    file: str | None
    marks: tuple[tuple[str, str], ...]

    def all(self, mark: str) -> list[str]:
        return [text for name, text in self.marks if name == mark]

    def listed(self, mark: str) -> list[str]:
        return [part.strip() for text in self.all(mark) for part in text.split(",")]

    @property
    def exit_code(self) -> int:
        return int(next(iter(self.all("exits with")), "0"))


def pages() -> list[Path]:
    """Return the pages that users and contributors read."""
    return [
        README,
        ARCHITECTURE,
        CONTRIBUTING,
        REPOSITORY / "CHANGELOG.md",
        REPOSITORY / "SECURITY.md",
        *sorted((REPOSITORY / "docs").rglob("*.md")),
        *(REPOSITORY / folder / "README.md" for folder in ("tests/soak", "tools/benchmarks", "tools/engine")),
    ]


def section(page: Path, title: str) -> str:
    """Return the text below one heading of the second level; fails if there is none."""
    parts = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return next(part for part in parts if part.partition("\n")[0] == title)


def blocks(text: str) -> Iterator[Block]:
    for fence in FENCE.finditer(text):
        above = text[: fence.start()]
        marks = MARKS.search(above)
        paragraph = above[: marks.start() if marks else None].rstrip("\n").rpartition("\n\n")[2]
        names = [] if fence["language"] == "sh" else FILE.findall(paragraph)
        yield Block(fence["language"], fence["text"], names[-1] if names else None, tuple(MARK.findall(marks[0])) if marks else ())


def links(text: str) -> list[str]:
    return LINK.findall(FENCE.sub("", text))


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives a page's headings."""
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(FENCE.sub("", text))}


def words(page: Path) -> int:
    """Return how many words a page has, as `wc -w` counts."""
    return len(page.read_text(encoding="utf-8").split())


def named(text: str) -> set[str]:
    """Return every word that stands, alone or with others, in code."""
    return {word for code in re.findall(r"`([^`\n]+)`", FENCE.sub("", text)) for word in re.findall(r"[\w:.-]+", code)}
