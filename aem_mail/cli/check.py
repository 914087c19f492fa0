"""`aem-mail check`: will this mail arrive? The declaration, the AEM project and the live environment, against the known mistakes."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from aem_mail.checks import find_mistakes
from aem_mail.checks.checked import Checked
from aem_mail.checks.coverage import checks_mail, unjudged
from aem_mail.checks.ignores import Ignore, judge
from aem_mail.checks.matrix import matrices
from aem_mail.cli import arguments, output
from aem_mail.cli.project import repository_folder
from aem_mail.cli.subjects import Found, Selection, find_subjects
from aem_mail.model import EnvironmentId
from aem_mail.reports.check import to_document
from aem_mail.reports.document import Document
from aem_mail.reports.json import to_json
from aem_mail.reports.sarif import to_sarif
from aem_mail.stack.project_folder import project_file, project_folder
from aem_mail.stack.stack import Stack

SARIF = "sarif"
COMMAND = "aem-mail check"
SELECTED = ("program", "environment", "directory", "environment_type", "offline", "without_osgi")
"""Our options that are a Selection's fields."""
ENVIRONMENT_TYPES = ("dev", "stage", "prod", "rde")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Check the declaration of a stack (its state, or before the first `pulumi up` its configuration), the AEM project and "
        "the live environment for the mistakes of docs/checks.md, draw the mail path, and compare the environments of one program. "
        "Changes nothing. Exit code 0: no error, 2: errors, or no OSGi configuration to check mail by, 3: bad input, "
        "10: no permission, 30: Pulumi or Cloud Manager failed."
    )
    arguments.add_stack(parser)
    parser.add_argument(
        "--program", metavar="P", help="check all environments of this program without any stack, or, with --environment, that one"
    )
    parser.add_argument("--environment", metavar="E", help="id of the environment (default: every one that the stack declares)")
    osgi = parser.add_mutually_exclusive_group()
    osgi.add_argument(
        "--without-osgi", action="store_true", help="check without an AEM project, which says nothing of whether mail arrives"
    )
    osgi.add_argument(
        "--directory", type=Path, metavar="DIR", help="the osgiconfig folder of the AEM project (default: where the stack writes)"
    )
    parser.add_argument(
        "--environment-type",
        choices=ENVIRONMENT_TYPES,
        metavar="TYPE",
        help=f"the run mode to read the project with: {', '.join(ENVIRONMENT_TYPES)} (default: as Cloud Manager says)",
    )
    parser.add_argument("--offline", action="store_true", help="ask Cloud Manager nothing")
    arguments.add_ignores(parser)
    output.add_option(parser, pages=True, more=(SARIF,))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was found. Raises InvalidInput, EngineFailed and Cloud Manager's errors."""
    chosen = arguments.stack_of(args)
    today = datetime.now(UTC).date()
    ignores = arguments.ignores_of(args)
    selection = Selection(COMMAND, *(getattr(args, name) for name in SELECTED))
    found = find_subjects(selection, chosen, today)
    checked = [_checked(environment, found, selection, ignores, today) for environment in found.subjects]
    checked += [Checked(environment, unread=error) for environment, error in found.unread.items()]
    parity = matrices(list(found.subjects.values()), [judged for one in checked for judged in one.judged])
    document = to_document(sorted(checked, key=lambda one: one.environment), parity)
    if args.output != SARIF:
        return output.show(args.output, document)
    print(to_json(_sarif(document, chosen, of_stack=args.program is None)), end="")
    return document.exit_code


def _checked(environment: EnvironmentId, found: Found, selection: Selection, ignores: Sequence[Ignore], today: date) -> Checked:
    subject, meant = found.subjects[environment], selection.without_osgi
    return Checked(
        environment,
        judge(find_mistakes(subject), ignores, today),
        subject,
        unjudged=tuple(unjudged(subject, found.project.absent, without_osgi=meant)),
        incomplete=not meant and not checks_mail(subject),
    )


def _sarif(document: Document, chosen: Stack, *, of_stack: bool) -> Mapping[str, Any]:
    project = project_folder(chosen.folder)
    return to_sarif(document, repository_folder(project), project_file(project) if of_stack else None)
