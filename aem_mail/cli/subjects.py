"""What is checked: the environments that are meant, each with its declaration, its configuration and what is live."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from aem_mail import settings
from aem_mail.checks import Declaration, DeclaredVariable, Subject
from aem_mail.checks.declared import rendered_files
from aem_mail.checks.environments import beside_each_other
from aem_mail.checks.project import NO_FILES, MailFiles, subject_of, subjects_by_type
from aem_mail.cli.declaration import NOTHING, StackDeclaration, stated
from aem_mail.cli.environments import ReadEnvironments, read_all_environments, read_environments
from aem_mail.cli.project import apps_below, mail_files
from aem_mail.errors import AemMailError, InvalidInput, Problem
from aem_mail.kinds.shapes import ENVIRONMENT_ID, PROGRAM_ID
from aem_mail.live.reader import Reader
from aem_mail.model import Connection, EnvironmentId
from aem_mail.settings.surface import Surface, in_program, on_command_line, surface_of, told
from aem_mail.stack.project_folder import project_folder
from aem_mail.stack.stack import Stack

Declarations = Mapping[EnvironmentId, Declaration | None]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which environments a ``command`` is about, and what it wants to know of them.

    Those of the stack, or, with ``program``, those of that program without any stack; ``environment`` is the only one of them.
    ``directory`` is the osgiconfig folder (None: where the stack writes), ``environment_type`` the run mode to read it with (None: as
    Cloud Manager says). ``offline``: Cloud Manager is not asked. ``without_osgi``: no OSGi configuration is read. ``instead`` is what
    to do where the stack declares nothing. ``apps`` is a folder in which every osgiconfig folder is judged, ``alone`` without any
    environment; ``given`` are the variables that the environment has, where Cloud Manager is not asked for them.
    """

    command: str
    program: str | None = None
    environment: str | None = None
    directory: Path | None = None
    environment_type: str | None = None
    offline: bool = False
    without_osgi: bool = False
    instead: str = "name --program and --environment"
    apps: Path | None = None
    alone: bool = False
    given: tuple[DeclaredVariable, ...] | None = None

    def refuse(self, option: str, message: str) -> InvalidInput:
        """Return the error of a selection that cannot be."""
        return InvalidInput(self.command, [Problem(option, message)])


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be checked, each environment with the others of its program beside it, and what could not be read.

    ``project`` is the AEM project that all of them are checked with; ``by_type`` is what it is by itself, by types of environments.
    ``surface`` is where the declaration was given.
    """

    subjects: Mapping[EnvironmentId, Subject] = field(default_factory=dict)
    unread: Mapping[EnvironmentId, AemMailError] = field(default_factory=dict)
    project: MailFiles = NO_FILES
    by_type: Mapping[tuple[str, ...], Subject] = field(default_factory=dict)
    surface: Surface = in_program


def find_subjects(selection: Selection, chosen: Stack, today: date) -> Found:
    """Return the environments that are selected.

    Raises InvalidInput, EngineFailed and Cloud Manager's errors about a program, or about the only environment.
    """
    if selection.alone:
        project = _project(selection, NOTHING, chosen)
        by_type = subjects_by_type(project, today, selection.environment_type)
        return Found(project=project, by_type={types: replace(one, given=selection.given) for types, one in by_type.items()})
    known = NOTHING if selection.program is not None else stated(chosen)
    declared = _meant(selection, known)
    read = {} if selection.offline else _read(selection, known, declared)
    surface = on_command_line if selection.program is not None else surface_of(known.configuration)
    unread = {one: told(error, surface) for one, error in read.items() if isinstance(error, AemMailError)}
    if len(read) == len(unread) == 1:
        raise next(iter(unread.values()))
    project = _project(selection, known, chosen)
    live = {one: there for one, there in read.items() if not isinstance(there, AemMailError)}
    meant = [one for one in read or declared if one not in unread]
    found = {one: subject_of(declared.get(one), project, live.get(one), today, selection.environment_type) for one in meant}
    complete = {one: replace(subject, given=selection.given) for one, subject in found.items()}
    return Found(beside_each_other(complete), unread, project, surface=surface_of(known.configuration))


def _meant(selection: Selection, known: StackDeclaration) -> Declarations:
    """Return the environments that are selected; none where the program's are to be asked for."""
    program, environment = selection.program, selection.environment
    if program is not None:
        wrong = [*PROGRAM_ID("--program", program), *ENVIRONMENT_ID("--environment", environment or "0")]
        if wrong:
            raise InvalidInput(selection.command, wrong)
        if environment is not None:
            return {EnvironmentId(program, environment): None}
        if selection.offline:
            raise selection.refuse(
                "--environment", "is missing; with --offline, Cloud Manager is not asked which environments the program has"
            )
        return {}
    declared = {one: declaration for one, declaration in known.declarations.items() if environment in (None, one.environment_id)}
    if not declared:
        what = "this environment" if environment is not None else "an environment"
        raise selection.refuse("", f"the stack declares nothing for {what}; {selection.instead}")
    return declared


def _project(selection: Selection, known: StackDeclaration, chosen: Stack) -> MailFiles:
    if selection.without_osgi:
        return NO_FILES
    rendered, project = rendered_files(known.resources), project_folder(chosen.folder)
    if selection.apps is not None:
        return apps_below(selection.apps, rendered, project)
    return mail_files(selection.directory, rendered, project)


def _read(selection: Selection, known: StackDeclaration, declared: Declarations) -> ReadEnvironments:
    connection = _connection(known)
    with Reader() as reader:
        at = reader.at(connection)
        return (
            read_environments(at, list(declared)) if selection.program is None or declared else read_all_environments(at, selection.program)
        )


def _connection(known: StackDeclaration) -> Connection:
    try:
        return settings.connection(os.environ, known.configuration)
    except InvalidInput as error:
        raise InvalidInput(error.subject, [*error.problems, Problem("", "or ask Cloud Manager nothing, with --offline")]) from None
