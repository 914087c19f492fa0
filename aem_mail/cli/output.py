"""`--output text|json|markdown`: the forms in which commands about a stack report."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from aem_mail.document import Document, to_markdown, to_text

FORMS = ("text", "json", "markdown")


def add_option(parser: argparse.ArgumentParser) -> None:
    """Add `--output`."""
    parser.add_argument("--output", choices=FORMS, default="text", help="form of the report (default text)")


def show(form: str, document: Document, value: Mapping[str, Any]) -> None:
    """Print a report in one of FORMS: ``document`` for people, ``value`` as JSON."""
    if form == "json":
        print(json.dumps(value, ensure_ascii=False, indent=2))
        return
    print(to_markdown(document) if form == "markdown" else to_text(document), end="")
