"""`aem-mail check`: will this mail arrive? The declaration, the AEM project and the live environment, against the known mistakes."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from aem_mail.checks import DeclaredVariable, Finding, Subject, find_mistakes
from aem_mail.checks.checked import Checked
from aem_mail.checks.coverage import checks_mail, unjudged
from aem_mail.checks.ignores import Ignore, judge
from aem_mail.checks.matrix import matrices
from aem_mail.checks.place import PlaceKind
from aem_mail.cli import arguments, output
from aem_mail.cli.files import read_variables
from aem_mail.cli.project import repository_folder
from aem_mail.cli.subjects import Found, Selection, find_subjects
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.model import EnvironmentId, VariableKey, VariableType
from aem_mail.model.stand_ins import is_stand_in
from aem_mail.osgi.variables_file import GivenVariable
from aem_mail.reports.check import to_document
from aem_mail.reports.document import Document
from aem_mail.reports.json import to_json
from aem_mail.reports.sarif import to_sarif
from aem_mail.settings.surface import Surface
from aem_mail.stack.project_folder import project_file, project_folder
from aem_mail.stack.stack import Stack

SARIF = "sarif"
COMMAND = "aem-mail check"
SELECTED = ("program", "environment", "directory", "environment_type", "offline", "without_osgi", "apps")
"""Our options that are a Selection's fields."""
GOVERNED: Final = {PlaceKind.PORT_FORWARD: PORT_FORWARD.name, PlaceKind.VARIABLE: SECRET_VARIABLE.name}
"""The class of the resource of a MailEgress that has what stands at a place."""
ENVIRONMENT_TYPES = ("dev", "stage", "prod", "rde")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Check the declaration of a stack (its state, or before the first `pulumi up` its configuration), the AEM project and "
        "the live environment for the mistakes of docs/checks.md, draw the mail path, and compare the environments of one program. "
        "With DIRECTORY alone, check every app of that AEM project, without Pulumi, ids or credentials. Changes nothing. Exit code 0: no "
        "error, 2: errors, or no OSGi configuration to check mail by, 3: bad input, 10: no permission, 30: Pulumi or Cloud Manager failed."
    )
    arguments.add_stack(parser)
    parser.add_argument(
        "--program", metavar="P", help="check all environments of this program without any stack, or, with --environment, that one"
    )
    parser.add_argument("--environment", metavar="E", help="id of the environment (default: every one that the stack declares)")
    osgi = parser.add_mutually_exclusive_group()
    osgi.add_argument(
        "apps", nargs="?", type=Path, metavar="DIRECTORY", help="an AEM project, its jcr_root or its apps: every osgiconfig folder below it"
    )
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
    parser.add_argument(
        "--variables",
        type=Path,
        metavar="FILE",
        help="offline: the variables that the environment has, in Adobe's format, or as Cloud Manager answers",
    )
    arguments.add_ignores(parser)
    output.add_option(parser, pages=True, more=(SARIF,))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was found. Raises InvalidInput, EngineFailed and Cloud Manager's errors."""
    chosen = arguments.stack_of(args)
    today = datetime.now(UTC).date()
    ignores = arguments.ignores_of(args)
    selection = _selection(args)
    found = find_subjects(selection, chosen, today)
    judge_one = partial(_checked, found, selection, ignores)
    judged = {environment: judge_one(environment, subject) for environment, subject in found.subjects.items()}
    parity = matrices(list(found.subjects.values()), [finding for one in judged.values() for finding in one.judged])
    judged |= {environment: Checked(environment, unread=error) for environment, error in found.unread.items()}
    by_type = [replace(judge_one(None, subject), types=types) for types, subject in found.by_type.items()]
    folders = [] if selection.apps is None else [str(selection.apps / folder) for folder in found.project.there]
    document = to_document([*(judged[environment] for environment in sorted(judged)), *by_type], parity, folders)
    if args.output != SARIF:
        return output.show(args.output, document)
    print(to_json(_sarif(document, chosen, selection)), end="")
    return document.exit_code


def _selection(args: argparse.Namespace) -> Selection:
    """Return what is selected. Raises InvalidInput for options that cannot be together."""
    selection = Selection(COMMAND, **{name: getattr(args, name) for name in SELECTED})
    alone = args.apps is not None and args.program is None and args.stack is None
    if alone and args.environment is not None:
        raise selection.refuse("--environment", "needs --program or --stack: DIRECTORY alone is checked without any environment")
    if args.variables is None:
        return replace(selection, alone=alone)
    if not alone and not args.offline:
        raise selection.refuse("--variables", "needs --offline, since Cloud Manager is asked for the variables otherwise")
    given = (one for one in read_variables(args.variables, "--variables") if not one.is_deleted)
    return replace(selection, alone=alone, given=tuple(map(_given, given)))


def _given(variable: GivenVariable) -> DeclaredVariable:
    """Return a variable of a file; what stands for a secret there, such as `****`, is no value of it."""
    known = variable.value if variable.type == VariableType.STRING or not is_stand_in(variable.value or "") else None
    return DeclaredVariable(VariableKey(variable.service, variable.name), variable.type, known)


def _checked(found: Found, selection: Selection, ignores: Sequence[Ignore], environment: EnvironmentId | None, subject: Subject) -> Checked:
    meant = selection.without_osgi
    return Checked(
        environment,
        judge([_told(finding, found.surface) for finding in find_mistakes(subject)], ignores, subject.today),
        subject,
        unjudged=tuple(unjudged(subject, found.project.absent, without_osgi=meant)),
        incomplete=not meant and not checks_mail(subject),
    )


def _told(finding: Finding, surface: Surface) -> Finding:
    """Return a finding whose fix names what the declaration was given by."""
    return replace(finding, fix=surface(finding.fix, GOVERNED.get(finding.place.kind, "")))


def _sarif(document: Document, chosen: Stack, selection: Selection) -> Mapping[str, Any]:
    project = project_folder(chosen.folder)
    of_stack = selection.program is None and not selection.alone
    repository = repository_folder(selection.apps if selection.alone and selection.apps is not None else project)
    return to_sarif(document, repository, project_file(project) if of_stack else None)
