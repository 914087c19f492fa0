"""`aem-mail explain "<answer>"`: what a mail server's answer, or a line of AEM's log, means, and which checks look for the cause."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from aem_mail.checks import CHECKS
from aem_mail.cli import output
from aem_mail.errors import InvalidInput, Problem
from aem_mail.presets import Explanation, explain
from aem_mail.reports.document import Document, Heading, Items, Paragraph

SCHEMA_VERSION = 1


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Say what a mail server's answer, or a line of AEM's log, means, how it is mended, and which checks look for its "
        "cause. Exit code 3: nothing is known about it."
    )
    parser.add_argument("answer", metavar="ANSWER", nargs="+", help='such as "535 5.7.139 Authentication unsuccessful"')
    output.add_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what is known. Raises InvalidInput where that is nothing."""
    found = explain(" ".join(args.answer))
    if not found:
        raise InvalidInput("aem-mail explain", [Problem("ANSWER", "nothing is known about it; give the server's code and text")])
    output.show(args.output, _document(found), _value(found))
    return 0


def _document(found: Sequence[Explanation]) -> Document:
    blocks: list[Heading | Paragraph | Items] = [Heading("aem-mail explain", 1)]
    for one in found:
        blocks.append(Paragraph(f"{one.meaning} {one.mend} ({one.source})"))
        if one.checks:
            blocks.append(Items(tuple(f"{id_}: {CHECKS[id_].title}" for id_ in one.checks)))
    return blocks


def _value(found: Sequence[Explanation]) -> dict[str, Any]:
    entries = [{"meaning": one.meaning, "mend": one.mend, "checks": list(one.checks), "source": one.source} for one in found]
    return {"schemaVersion": SCHEMA_VERSION, "explanations": entries}
