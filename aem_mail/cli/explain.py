"""`aem-mail explain "<answer>"`: what an answer of a mail server or of Cloud Manager means, and which checks look for the cause."""

from __future__ import annotations

import argparse

from aem_mail.cli import output
from aem_mail.errors import InvalidInput, Problem
from aem_mail.presets import explain
from aem_mail.reports.explain import to_document


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Say what an answer of a mail server, of a token endpoint or of Cloud Manager, a line of AEM's log, or the copied result of Cloud "
        "Manager's Network Connectivity Test (JSON), means, how it is fixed, "
        "and which checks look for its cause. The closest answer comes first. Exit code 3: nothing is known about it."
    )
    parser.add_argument("answer", metavar="ANSWER", nargs="+", help='such as "535 5.7.139 Authentication unsuccessful"')
    output.add_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what is known. Raises InvalidInput where that is nothing."""
    found = explain(" ".join(args.answer))
    if not found:
        raise InvalidInput("aem-mail explain", [Problem("ANSWER", "nothing is known about it; give the server's code and text")])
    return output.show(args.output, to_document(found))
