"""A report as Markdown of GitHub and GitLab, in which what others wrote is shown and does nothing. Pure.

A backslash keeps a character from being markup. It does not keep a forge from making a link of `@user` or `#1`, which it looks for in the
text that is left after parsing, but not in code. So a word that may be such a reference becomes a code span, and is copied as it is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from aem_mail.reports.document import Code, Document, Flat, Heading, Items, Paragraph, Table
from aem_mail.reports.mail_path.model import MailPath
from aem_mail.reports.mail_path.terminal import to_lines
from aem_mail.reports.text import DEFAULT_WIDTH
from aem_mail.text.characters import visible

BACKTICKS: Final = re.compile("`+")
SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|~#])")
REFERENCE: Final = re.compile(
    r"""[@\#~^$*\[](?=.)                    # people, issues, labels, alerts, snippets, iterations, [work_item:1]
      | [!%&][\w"{\#]                       # merge requests, milestones, epics, placeholders, entities
      | \{[+-]                              # GitLab's inline differences
      | :// | (?i:www\.)                    # links
      | :[\w+-]+:                           # emoji
      | (?i:[0-9a-f]{7})                    # commits
      | \b[A-Z][A-Z0-9_]+-\d | (?i:gh-\d) | GHSA-  # issues of other trackers, advisories""",
    re.VERBOSE,
)
BLOCK: Final = re.compile(r"[-+=:;/]|\d+(?=[.)]$)")
"""How the first word of a line begins that would be a list, a front matter or a quick action."""
OPENING: Final = "(\"'“‘«`"
CLOSING: Final = ")\"'”’»`,.;:?"


def to_markdown(document: Document) -> str:
    """Write a report as Markdown, in which what it says is nothing but text; ends with a line break."""
    parts = [[f"# {inline(document.heading)}"], *(list(_lines(block)) for block in document.flat())]
    return "\n\n".join(map("\n".join, parts)) + "\n"


def inline(text: str) -> str:
    """Return Markdown that shows the text, on one line; where it does not begin a block."""
    return " ".join(map(_word, visible(" ".join(text.split())).split(" ")))


def line(text: str) -> str:
    """Return Markdown that shows the text as a paragraph, or as the whole of a list's item."""
    first, space, rest = inline(text).partition(" ")
    return f"{BLOCK.sub(_as_text, first, count=1) if BLOCK.match(first) else first}{space}{rest}"


def _lines(block: Flat) -> Iterator[str]:
    match block:
        case Heading(text):
            yield f"## {inline(text)}"
        case Paragraph(text):
            yield line(text)
        case Code(lines):
            yield from _fenced(list(map(visible, lines)))
        case MailPath():
            yield from _fenced(to_lines(block, DEFAULT_WIDTH))
        case Items(entries):
            yield from (f"- {line(str(entry))}" for entry in entries)
        case Table():
            yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    if table.caption:
        yield from (f"## {inline(table.caption)}", "")
    yield _row(map(inline, table.header))
    yield _row(("---",) * len(table.header))
    yield from (_row(inline(str(cell)) for cell in row) for row in table.rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _fenced(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines between fences that none of them can close."""
    fence = "`" * max(3, 1 + max(map(_longest_run, lines), default=0))
    yield from (f"{fence}text", *lines, fence)


def _as_text(found: re.Match[str]) -> str:
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"


def _word(word: str) -> str:
    if not REFERENCE.search(word):
        return SPECIAL.sub(r"\\\1", word)
    begun = word.lstrip(OPENING)
    core = begun.rstrip(CLOSING)
    before, after = word[: len(word) - len(begun)], begun[len(core) :]
    return SPECIAL.sub(r"\\\1", before) + r"\|".join(map(_code, core.split("|"))) + SPECIAL.sub(r"\\\1", after)


def _code(text: str) -> str:
    """Return a code span; a bar cannot be in one, since tables take it for the end of a cell."""
    if not text:
        return ""
    marks = "`" * (1 + _longest_run(text))
    return f"{marks} {text} {marks}" if "`" in (text[0], text[-1]) else f"{marks}{text}{marks}"


def _longest_run(text: str) -> int:
    return max(map(len, BACKTICKS.findall(text)), default=0)
