"""`aem-mail drift`: what the stacks recorded, compared with what is live, without an engine run and without a change."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from aem_mail.cli import arguments, fleet, output, references
from aem_mail.drift.drift import find_drift
from aem_mail.drift.fleet import DriftReport
from aem_mail.drift.state import ProjectContext
from aem_mail.errors import AemMailError, InvalidInput, Problem
from aem_mail.reports.drift import to_document
from aem_mail.stack.project_folder import project_folder
from aem_mail.stack.stack import Stack, all_stacks


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Compare what the last `pulumi up` of one stack, several or all recorded with what is live, and run the checks. "
        "Changes nothing, and runs no engine unless --program is given. Exit code 0: clean, 2: drift or a failed check, 3: bad input, 10: "
        "no permission, 30: a stack or Cloud Manager could not be read."
    )
    parser.add_argument("--stack", action="append", metavar="S", help="name of a stack; repeatable (default: the selected one)")
    parser.add_argument("--all", action="store_true", help="every stack of the project")
    parser.add_argument("--cwd", type=Path, default=Path(), metavar="DIR", help="folder of the Pulumi project (default: this one)")
    parser.add_argument("--program", action="store_true", help="preview each stack too, and say what the present program wants")
    arguments.add_ignores(parser)
    output.add_option(parser, pages=True)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was found. Raises InvalidInput for wrong options, and what kept the only stack from being read."""
    return output.show(args.output, to_document(examined(args)))


def examined(args: argparse.Namespace) -> DriftReport:
    """Return the report of the stacks that the options name."""
    project = project_folder(arguments.folder_of(args))
    ignores = arguments.ignores_of(args)
    found = fleet.read_fleet(_stacks(args), project, with_program=args.program)
    if len(found.states) == 1 and isinstance(found.states[0].recorded, AemMailError):
        raise found.states[0].recorded
    secrets = references.known_values((one for state in found.states for one in state.resources), project)
    project_context = ProjectContext(str(project), datetime.now(UTC).date(), ignores, found.files, secrets)
    return find_drift(found.states, found.live, project_context, program_asked=args.program)


def _stacks(args: argparse.Namespace) -> list[Stack]:
    if args.all and args.stack:
        raise _invalid("--all", "cannot be given together with --stack")
    if args.all:
        return all_stacks(args.cwd) or _no_stacks(args.cwd)
    return [Stack(name, args.cwd) for name in dict.fromkeys(args.stack or [None])]


def _no_stacks(folder: Path) -> NoReturn:
    raise _invalid("--all", f"the project in {folder} has no stack; make one with `pulumi stack init`")


def _invalid(option: str, message: str) -> InvalidInput:
    return InvalidInput("aem-mail drift", [Problem(option, message)])
