"""What `aem-mail check` checks: the environments that are meant, each with its declaration, its configuration and what is live."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from aem_mail import settings
from aem_mail.checks import Declaration, Subject
from aem_mail.checks.declared import Resources, declarations, rendered_files
from aem_mail.checks.environments import beside_each_other
from aem_mail.checks.project import configurations
from aem_mail.checks.subject import TIERS, ProjectFile
from aem_mail.cli.declaration import stated
from aem_mail.cli.environments import ReadEnvironments, read_all_environments, read_environments
from aem_mail.cli.project import mail_files, only_type
from aem_mail.errors import AemMailError, InvalidInput, Problem
from aem_mail.kinds.shapes import ENVIRONMENT_ID, PROGRAM_ID
from aem_mail.live.model import LiveEnvironment
from aem_mail.live.reader import Reader
from aem_mail.model import Connection, EnvironmentId
from aem_mail.stack.project_folder import project_folder
from aem_mail.stack.stack import Stack

Declarations = Mapping[EnvironmentId, Declaration | None]


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be checked, each environment with the others of its program beside it, and what could not be read."""

    subjects: Mapping[EnvironmentId, Subject]
    unread: Mapping[EnvironmentId, AemMailError] = field(default_factory=dict)


def subjects_of(args: argparse.Namespace, chosen: Stack, today: date) -> dict[EnvironmentId, Subject]:
    """Return what `find_subjects` does. Raises the error of an environment that could not be read too."""
    found = find_subjects(args, chosen, today)
    for error in found.unread.values():
        raise error
    return dict(found.subjects)


def find_subjects(args: argparse.Namespace, chosen: Stack, today: date) -> Found:
    """Return the environments of the stack; with ``--program`` those of the program, or the one named, without any stack.

    Raises InvalidInput, EngineFailed and Cloud Manager's errors about a program, or about the only environment.
    """
    resources: Resources = () if args.program is not None else stated(chosen)
    declared = _meant(args, resources)
    read = {} if args.offline else _read(args, chosen, declared)
    unread = {one: error for one, error in read.items() if isinstance(error, AemMailError)}
    if len(read) == len(unread) == 1:
        raise next(iter(unread.values()))
    files = mail_files(args.directory, rendered_files(resources), project_folder(chosen.folder))
    live = {one: there for one, there in read.items() if not isinstance(there, AemMailError)}
    meant = [one for one in read or declared if one not in unread]
    found = {one: _subject(args, declared.get(one), files, live.get(one), today) for one in meant}
    return Found(beside_each_other(found), unread)


def _meant(args: argparse.Namespace, resources: Resources) -> Declarations:
    """Return the environments that the options name; none where the program's are to be asked for."""
    if args.program is not None:
        wrong = [*PROGRAM_ID("--program", args.program), *ENVIRONMENT_ID("--environment", args.environment or "0")]
        if wrong:
            raise InvalidInput("aem-mail check", wrong)
    if args.program is not None and args.environment is not None:
        return {EnvironmentId(args.program, args.environment): None}
    if args.program is not None:
        if args.offline:
            missing = Problem("--environment", "is missing; with --offline, Cloud Manager is not asked which environments the program has")
            raise InvalidInput("aem-mail check", [missing])
        return {}
    declared = declarations(resources)
    if args.environment is not None:
        declared = {environment: one for environment, one in declared.items() if environment.environment_id == args.environment}
    if not declared:
        what = "this environment" if args.environment is not None else "an environment"
        raise InvalidInput("aem-mail check", [Problem("", f"the stack declares nothing for {what}; name --program and --environment")])
    return declared


def _subject(
    args: argparse.Namespace, declaration: Declaration | None, files: Mapping[str, ProjectFile], live: LiveEnvironment | None, today: date
) -> Subject:
    type_ = args.environment_type or (live.environment.type if live is not None else only_type(files))
    services = declaration.services if declaration is not None else None
    tiers = configurations(files, type_, services or TIERS) if files or args.directory is not None else ()
    return Subject(declaration, tiers, tuple(files.values()), live, today)


def _read(args: argparse.Namespace, chosen: Stack, declared: Declarations) -> ReadEnvironments:
    connection = _connection(args, chosen)
    with Reader() as reader:
        at = reader.at(connection)
        return read_environments(at, list(declared)) if declared else read_all_environments(at, args.program)


def _connection(args: argparse.Namespace, chosen: Stack) -> Connection:
    configured = {} if args.program is not None else settings.namespaced(chosen.configuration())
    try:
        return settings.connection(os.environ, configured)
    except InvalidInput as error:
        raise InvalidInput(error.subject, [*error.problems, Problem("", "or ask Cloud Manager nothing, with --offline")]) from None
