"""`aem-mail adopt`: read a live environment, and write what declares it, so that `pulumi up` adopts it without a change."""

from __future__ import annotations

import argparse
import getpass
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from aem_mail import settings
from aem_mail.adopt.adoption import NOTHING_STATED, Choices, adopt
from aem_mail.adopt.ignore_text import Terms
from aem_mail.adopt.project import Stated, stated
from aem_mail.checks.ignores import FILE_NAME
from aem_mail.checks.project import MailFiles, read_files, subject_of
from aem_mail.cli import output
from aem_mail.cli.adoption_files import COMMAND, Project, adoption_files, is_place_for_variables
from aem_mail.cli.new_files import refuse_to_overwrite, write_all
from aem_mail.errors import InvalidInput, Problem, Refused
from aem_mail.kinds.mail_egress import mail_address
from aem_mail.kinds.shapes import ENVIRONMENT_ID, PROGRAM_ID, Check, matching
from aem_mail.live.model import LiveEnvironment, known
from aem_mail.live.reader import Reader
from aem_mail.model import EgressMode, EnvironmentId
from aem_mail.model.statuses import GONE
from aem_mail.osgi import OsgiError
from aem_mail.reports.adopt import AdoptionReport, Written, to_document

IGNORED_DAYS: Final = 90
STACK: Final = matching(r"[A-Za-z0-9_.-]{1,100}", "a stack's name of letters, digits, hyphens, underscores and dots, without organization")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Read a live environment, change nothing in it, and write the Pulumi program and configuration that declare it as "
        "it is, so that `pulumi up` adopts it without a change. Exit code 0: written, 3: bad input, or a file that is there already, 10: "
        "no permission, 30: Cloud Manager failed."
    )
    parser.add_argument("--program", required=True, metavar="P", help="id of the program")
    parser.add_argument("--environment", required=True, metavar="E", help="id of the environment")
    parser.add_argument("--stack", metavar="S", help="name of the stack to be (default: the environment's type, such as dev)")
    parser.add_argument(
        "--output-directory",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="folder of the Pulumi project, or where to make one (default: .)",
    )
    parser.add_argument("--smtp-port-orig", type=int, metavar="PORT", help="portOrig of the mail's rule (default: a guess, which is told)")
    parser.add_argument("--from-address", metavar="ADDRESS", help="the sender, which Cloud Manager does not know")
    parser.add_argument(
        "--directory", type=Path, metavar="DIR", help="the osgiconfig folder of the AEM project, which tells the mail's rule and the sender"
    )
    parser.add_argument(
        "--egress",
        choices=tuple(map(str, EgressMode)),
        help="declare the program's network infrastructure, or use it (default: declared for the production environment)",
    )
    parser.add_argument(
        "--variables-file", metavar="FILE", help="write the variables to this file in the project, in Adobe's format, instead of in Python"
    )
    parser.add_argument("--owner", metavar="NAME", help=f"who decides on the entries of {FILE_NAME} (default: you)")
    parser.add_argument(
        "--force", action="store_true", help="change files that are there already, except for those that declare something else"
    )
    output.add_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the files and print what was found. Raises InvalidInput, Refused and Cloud Manager's errors."""
    _check(args)
    live = _read(EnvironmentId(args.program, args.environment))
    adoption = adopt(live, Choices(args.egress, args.smtp_port_orig, args.from_address, _stated(args.directory, live)))
    stack = args.stack or live.environment.type or "dev"
    project = Project.at(args.output_directory)
    files = [] if adoption.is_empty else list(adoption_files(adoption, project, stack, args.variables_file, _terms(args)))
    refuse_to_overwrite([file for file, _ in files], COMMAND, forced=args.force)
    write_all([file for file, _ in files], COMMAND, project.folder)
    written = tuple(Written(str(file.path), purpose, file.differs) for file, purpose in files)
    report = AdoptionReport(adoption, stack, written, str(args.output_directory))
    return output.show(args.output, to_document(report))


def _check(args: argparse.Namespace) -> None:
    checks: list[tuple[Check, str, Any]] = [
        (PROGRAM_ID, "--program", args.program),
        (ENVIRONMENT_ID, "--environment", args.environment),
        (mail_address, "--from-address", args.from_address),
        (STACK, "--stack", args.stack),
    ]
    problems = [problem for check, option, value in checks if value is not None for problem in check(option, value)]
    if args.variables_file is not None and not is_place_for_variables(args.variables_file):
        problems.append(Problem("--variables-file", "must be a path of its own within the project's folder, such as variables.yaml"))
    if problems:
        raise InvalidInput(COMMAND, problems)


def _read(environment: EnvironmentId) -> LiveEnvironment:
    """Read what is live: three requests about the environment and one about its program."""
    connection = settings.connection(os.environ, {})
    with Reader() as reader:
        at = reader.at(connection)
        there, program = at.environment(environment), at.program(environment.program_id)
        found = known(there.result().environment)
        if found.status in GONE:
            raise Refused(f"{_named(environment)} is {found.status}: nothing to adopt.")
        return known(there.result().live(known(program.result().live)))


def _named(environment: EnvironmentId) -> str:
    return f"Environment {environment.environment_id} of program {environment.program_id}"


def _stated(directory: Path | None, live: LiveEnvironment) -> Stated:
    """Read what the AEM project says, if there is one."""
    if directory is None:
        return NOTHING_STATED
    try:
        files = read_files(directory)
    except OsgiError as error:
        raise InvalidInput("--directory", [Problem("", str(error))]) from None
    return stated(subject_of(None, MailFiles({str(directory): files}), live))


def _terms(args: argparse.Namespace) -> Terms:
    return Terms(args.owner or _user(), datetime.now(UTC).date() + timedelta(days=IGNORED_DAYS))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
