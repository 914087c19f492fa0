"""A page as one HTML file that needs no other: style and script are in it, and its policy lets nothing else in."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Final

from aem_mail.reports.mail_path.svg import SIGNS, style
from aem_mail.reports.page import IGNORED, LEVELS, Level, Page
from aem_mail.reports.templating import template

OPEN_GROUPS: Final = 5
"""As many groups with findings are unfolded from the start; of more, none."""


def _counted(noun: str) -> Callable[[int], str]:
    return lambda count: noun if count == 1 else f"{noun}s"


NOUNS: Final[Mapping[str, Callable[[int], str]]] = {**{str(level): _counted(level) for level in Level}, IGNORED: lambda _: IGNORED}


def to_html(page: Page) -> str:
    """Return the page, well-formed as XML too. Raises InvalidInput where Jinja2 is not installed."""
    css, script = style() + _file("page.css"), _file("page.js")
    policy = f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    found = [group for group in page.groups if group.entries]
    return template("page.html.j2").render(
        page=page,
        css=css,
        script=script,
        policy=policy,
        levels=LEVELS,
        nouns=NOUNS,
        signs=SIGNS,
        found=found,
        clean=[group for group in page.groups if not group.entries],
        unfolded=len(page.groups) == 1 or len(found) <= OPEN_GROUPS,
    )


def _file(name: str) -> str:
    return files("aem_mail.reports").joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
