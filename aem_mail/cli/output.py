"""`--output`: the forms in which commands report."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from aem_mail.cli.terminal import terminal
from aem_mail.reports.document import Document
from aem_mail.reports.html import to_html
from aem_mail.reports.json import to_json
from aem_mail.reports.junit import to_junit
from aem_mail.reports.markdown import to_markdown
from aem_mail.reports.text import to_text

FORMS: Final[Mapping[str, Callable[[Document], str]]] = {
    "text": lambda document: to_text(document, terminal()),
    "json": lambda document: to_json(document.data),
    "markdown": to_markdown,
}
PAGE_FORMS: Final[Mapping[str, Callable[[Document], str]]] = {
    "html": lambda document: to_html(document, datetime.now(UTC)),
    "junit": lambda document: to_junit(document, datetime.now(UTC)),
}
"""Those of a report of findings."""


def add_option(parser: argparse.ArgumentParser, *, pages: bool = False, more: tuple[str, ...] = ()) -> None:
    """Add `--output`; ``pages`` for a report of findings, ``more`` for forms that the command writes itself."""
    forms = (*FORMS, *(PAGE_FORMS if pages else ()), *more)
    listed = ", ".join(["text (default)", *forms[1:]])
    parser.add_argument("--output", choices=forms, default="text", metavar="FORM", help=f"form of the report: {listed}")


def show(form: str, document: Document) -> int:
    """Print a report in FORMS or PAGE_FORMS, and return its exit code."""
    print({**FORMS, **PAGE_FORMS}[form](document), end="")
    return document.exit_code
