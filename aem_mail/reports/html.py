"""A report as one HTML file that needs no other: style and script are in it, and its policy lets nothing else in."""

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime
from importlib.resources import files
from itertools import dropwhile, takewhile
from typing import Final

from aem_mail.reports.document import IGNORED, LEVELS, SEVERITIES, Block, Document, Group, Table
from aem_mail.reports.mail_path import NARROW, WIDE, to_svg
from aem_mail.reports.mail_path.svg import SIGNS, style
from aem_mail.reports.templating import template
from aem_mail.text.palette import page
from aem_mail.text.words import counted

OPEN_GROUPS: Final = 5
"""As many groups with findings are unfolded from the start; of more, none."""
UNCOUNTABLE: Final = ("unknown", IGNORED)


def to_html(document: Document, made: datetime) -> str:
    """Return the page, well-formed as XML too, groups with errors first. Raises InvalidInput where Jinja2 is not installed."""
    css, script = style() + page() + _file("page.css"), _file("page.js")
    policy = f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    found = worst_first(group for group in document.groups if group.entries)
    return template("page.html.j2").render(
        document=document,
        lead=document.lead and f"{document.lead[:1].upper()}{document.lead[1:]}.",
        made=made,
        css=css,
        script=script,
        policy=policy,
        severities=SEVERITIES,
        told=_told,
        kind=lambda block: type(block).__name__,
        signs=SIGNS,
        before=list(takewhile(_is_plain, document.blocks)),
        after=list(filter(_is_plain, dropwhile(_is_plain, document.blocks))),
        found=found,
        clean=[group for group in document.groups if not group.entries],
        unfolded=len(document.groups) == 1 or len(found) <= OPEN_GROUPS,
        draw={"wide": lambda path: to_svg(path, WIDE, standalone=False), "narrow": lambda path: to_svg(path, NARROW, standalone=False)},
    )


def worst_first(groups: Iterable[Group]) -> list[Group]:
    """Return the groups with the most errors, then unknown, warnings and infos first; those that are alike keep their order."""
    return sorted(groups, key=lambda group: [-group.count(level) for level in LEVELS])


def _told(count: int, severity: str) -> str:
    return f"{count} {severity}" if severity in UNCOUNTABLE else counted(count, severity)


def _is_plain(block: Block) -> bool:
    return not isinstance(block, Group | Table)


def _file(name: str) -> str:
    return files("aem_mail.reports").joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
