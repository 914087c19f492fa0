"""`--output`: the forms in which commands report."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from aem_mail.reports.document import Document, to_markdown, to_text
from aem_mail.reports.html import to_html
from aem_mail.reports.junit import to_junit
from aem_mail.reports.page import Page

UNPRINTABLE = re.compile("[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What JSON leaves as it is, although terminals obey it or UTF-8 has no bytes for it."""
FORMS = ("text", "json", "markdown")
PAGE_FORMS: Mapping[str, Callable[[Page], str]] = {"html": to_html, "junit": to_junit}
"""Those of a report that is a page too, and what writes them."""
SARIF = "sarif"
"""That of findings in files."""


def add_option(parser: argparse.ArgumentParser, *, pages: bool = False, sarif: bool = False) -> None:
    """Add `--output`; ``pages`` for a report that is a page too, ``sarif`` for one of findings in files."""
    forms = (*FORMS, *(PAGE_FORMS if pages else ()), *((SARIF,) if sarif else ()))
    parser.add_argument("--output", choices=forms, default="text", help="form of the report (default text)")


def show(
    form: str,
    document: Document,
    value: Mapping[str, Any],
    page: Callable[[], Page] | None = None,
    sarif: Callable[[], Mapping[str, Any]] | None = None,
) -> None:
    """Print a report: ``document`` for people, ``value`` as JSON; ``page`` in PAGE_FORMS and ``sarif`` are made only where wanted."""
    if sarif is not None and form == SARIF:
        print(as_json(sarif()))
    elif page is not None and form in PAGE_FORMS:
        print(PAGE_FORMS[form](page()), end="")
    elif form == "json":
        print(as_json(value))
    else:
        print(to_markdown(document) if form == "markdown" else to_text(document), end="")


def as_json(value: Mapping[str, Any]) -> str:
    """Return a report as JSON that every terminal can be shown and every file can hold."""
    return UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False, indent=2))
