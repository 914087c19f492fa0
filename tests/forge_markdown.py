"""What GitHub and GitLab make of Markdown: GitHub's own parser, and what both look for in the text that it leaves."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

import cmarkgfm
from cmarkgfm.cmark import Options

from aem_mail.text.characters import visible

CODE: Final = frozenset({"code", "pre"})
REFERENCES: Final = (
    r"(?:^|\W)@\w",  # a person, a team
    r"(?:^|[^&\w])(?:[\w.-]+/)*[\w.-]*[#!~%&^$](?:\d|\w|\")",  # issues, merge requests, labels, milestones, epics, snippets, alerts
    r"(?i)(?:^|[(\[{\s])gh-\d",
    r"\b[A-Z][A-Z0-9_]+-\d",  # Jira's issues, CVE
    r"\bGHSA-",
    r"(?i)[0-9a-f]{7,}",  # a commit
    r"(?i)\bwww\.|://|mailto:",
    r"[\w.+-]+@[\w-]+\.\w",
    r":[\w+-]+:",  # an emoji
    r"\[[\w+-]",  # [work_item:1], [TOC], [+ added +]
    r"\{[+-]",
    r"%\{",  # a placeholder
    r"\*iteration:",
    r"\$\S.*\$",  # mathematics
)
"""As their documentation of references, and the filters that they have published, have it."""


@dataclass
class Rendered(HTMLParser):
    """The texts of a document, each with the elements that it lies in."""

    texts: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.elements.append(tag)
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self._open), data))

    def handle_comment(self, data: str) -> None:
        self.elements.append("comment")

    def text(self) -> str:
        return "".join(data for _, data in self.texts)


def rendered(markdown: str) -> Rendered:
    """Render Markdown as GitHub does, raw HTML and footnotes too."""
    result = Rendered()
    result.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES))
    result.close()
    return result


def resolved(document: Rendered) -> list[str]:
    """Return what a forge would make links, emoji or mathematics of."""
    outside = [data for path, data in document.texts if not CODE.intersection(path)]
    return [found[0] for data in outside for pattern in REFERENCES for found in re.finditer(pattern, data, re.MULTILINE)]


def shown(text: str) -> str:
    """Return the text as a report shows it: on one line."""
    return visible(" ".join(text.split()))
