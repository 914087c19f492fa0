"""`aem-mail check`: will this mail arrive? The declaration, the AEM project and the live environment, against the known mistakes."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from aem_mail import settings
from aem_mail.checks import Declaration, LiveEnvironment, Subject, find_mistakes
from aem_mail.checks.declared import RenderedFile, Resources, declarations, rendered_files
from aem_mail.checks.environments import beside_each_other
from aem_mail.checks.ignores import FILE_NAME, judge, read_ignores
from aem_mail.checks.project import configurations, parsed_file, read_files, type_in
from aem_mail.checks.report import Checked, exit_code, not_run, to_document, to_json
from aem_mail.checks.subject import TIERS, ProjectFile
from aem_mail.cli import output, stack
from aem_mail.cli.declaration import stated
from aem_mail.cloud_manager import CloudManager
from aem_mail.errors import InvalidInput, Problem
from aem_mail.model import Connection, EnvironmentId
from aem_mail.osgi import OsgiError

GONE = ("deleted", "deleting")
ENVIRONMENT_TYPES = ("dev", "stage", "prod", "rde")


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    parser = subparsers.add_parser(
        "check",
        help="say whether mail will arrive, and what is in its way",
        description="Hold the declaration of a stack (its state, or before the first `pulumi up` its configuration), the AEM project and "
        "the live environment against the mistakes of docs/checks.md. Changes nothing. Exit code 0: no error, 2: errors, 3: bad input, "
        "10: no permission, 30: Pulumi or Cloud Manager failed.",
    )
    stack.add_options(parser)
    parser.add_argument("--program", metavar="P", help="check this program's environment without any stack; with --environment")
    parser.add_argument("--environment", metavar="E", help="id of the environment (default: every one that the stack declares)")
    parser.add_argument(
        "--directory", type=Path, metavar="DIR", help="the osgiconfig folder of the AEM project (default: where the stack writes)"
    )
    parser.add_argument(
        "--environment-type", choices=ENVIRONMENT_TYPES, help="the run mode to read the project with (default: as Cloud Manager says)"
    )
    parser.add_argument("--offline", action="store_true", help="ask Cloud Manager nothing")
    parser.add_argument("--ignore-file", type=Path, metavar="FILE", help=f"findings to live with (default: {FILE_NAME} beside Pulumi.yaml)")
    output.add_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was found. Raises InvalidInput, EngineFailed and Cloud Manager's errors."""
    chosen = stack.stack_of(args)
    today = datetime.now(UTC).date()
    if args.ignore_file is not None and not args.ignore_file.is_file():
        raise InvalidInput("--ignore-file", [Problem("", f"{args.ignore_file} is no file")])
    ignores = read_ignores(args.ignore_file or _project(chosen.folder) / FILE_NAME)
    stated = _stated(args, chosen)
    checked = [
        Checked(environment, judge(find_mistakes(subject), ignores, today), not_run(subject))
        for environment, subject in _subjects(args, chosen, stated, today)
    ]
    output.show(args.output, to_document(checked), to_json(checked))
    return exit_code(checked)


def _subjects(args: argparse.Namespace, chosen: stack.Stack, resources: Resources, today: date) -> list[tuple[EnvironmentId, Subject]]:
    declared: Mapping[EnvironmentId, Declaration | None] = declarations(resources)
    if args.program is not None:
        declared = {EnvironmentId(args.program, args.environment): None}
    elif args.environment is not None:
        declared = {environment: one for environment, one in declared.items() if environment.environment_id == args.environment}
    if not declared:
        what = "this environment" if args.environment is not None else "an environment"
        raise InvalidInput("aem-mail check", [Problem("", f"the stack declares nothing for {what}; name --program and --environment")])
    live = {} if args.offline else _look(_connection(args, chosen), list(declared))
    files = _files(args.directory, rendered_files(resources), _project(chosen.folder))
    subjects = {one: _subject(args, declaration, files, live.get(one), today) for one, declaration in declared.items()}
    return list(beside_each_other(subjects).items())


def _subject(
    args: argparse.Namespace, declaration: Declaration | None, files: Mapping[str, ProjectFile], live: LiveEnvironment | None, today: date
) -> Subject:
    type_ = args.environment_type or (live.environment.type if live is not None else _only_type(files))
    services = declaration.services if declaration is not None else None
    tiers = configurations(files, type_, services or TIERS) if files or args.directory is not None else ()
    return Subject(declaration, tiers, tuple(files.values()), live, today)


def _only_type(files: Mapping[str, ProjectFile]) -> str | None:
    """Return the environment type that the folders name, if all of them name the same."""
    types = {type_in(path.partition("/")[0].split(".")) for path in files}
    return types.pop() if len(types) == 1 else None


def _stated(args: argparse.Namespace, chosen: stack.Stack) -> Resources:
    """Return what the stack has, or, before its first `pulumi up`, what its configuration says; nothing where no stack is meant."""
    if args.program is not None:
        if args.environment is None:
            raise InvalidInput("aem-mail check", [Problem("--environment", "is missing; --program alone names none")])
        return ()
    return stated(chosen)


def _connection(args: argparse.Namespace, chosen: stack.Stack) -> Connection:
    configured = {} if args.program is not None else settings.namespaced(chosen.configuration())
    try:
        return settings.connection(os.environ, configured)
    except InvalidInput as error:
        raise InvalidInput(error.subject, [*error.problems, Problem("", "or ask Cloud Manager nothing, with --offline")]) from None


def _look(connection: Connection, environments: Sequence[EnvironmentId]) -> dict[EnvironmentId, LiveEnvironment]:
    with CloudManager(connection) as api:
        return {environment: _live(api, environment) for environment in environments}


def _live(api: CloudManager, environment: EnvironmentId) -> LiveEnvironment:
    found = api.environments.get(environment)
    return LiveEnvironment(
        found,
        api.programs.get(environment.program_id).sandbox,
        tuple(one for one in api.network_infrastructures.list(environment.program_id) if one.status not in GONE),
        api.advanced_networking.get(environment),
        tuple(one for one in api.variables.list(environment) if one.status not in GONE),
    )


def _files(directory: Path | None, rendered: Sequence[RenderedFile], project: Path) -> dict[str, ProjectFile]:
    """Return the mail's files of the AEM project; what the stack renders stands in where none is written yet."""
    directories = [directory] if directory is not None else sorted({project / one.directory for one in rendered if one.directory})
    files: dict[str, ProjectFile] = {}
    for one in directories:
        if directory is not None or one.is_dir():
            try:
                files |= read_files(one)
            except OsgiError as error:
                raise InvalidInput("--directory", [Problem("", str(error))]) from None
    for new in rendered:
        if new.path not in files:
            files[new.path] = parsed_file(new.path, new.content)
    return files


def _project(folder: Path) -> Path:
    """Return the folder of Pulumi.yaml, as Pulumi looks for it: here or above."""
    here = folder.resolve()
    return next((one for one in (here, *here.parents) if (one / "Pulumi.yaml").is_file()), here)
