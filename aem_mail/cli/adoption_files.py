"""The files of an adoption: where each lies in the Pulumi project, and what it is to hold."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

import yaml

from aem_mail.adopt.adoption import Adoption
from aem_mail.adopt.declarable import Declared
from aem_mail.adopt.ignore_text import Terms, ignore_text
from aem_mail.adopt.losses import declared_by, declared_in_file, declared_in_program, lost
from aem_mail.adopt.mail import Mail
from aem_mail.adopt.program_text import WrittenProgram, program_text, variables_in_file
from aem_mail.adopt.program_there import read_program
from aem_mail.adopt.stack_text import is_of_another, loss_of_stack, project_text, read_yaml, stack_text
from aem_mail.checks.ignores import FILE_NAME
from aem_mail.cli.files import read_if_there, read_text
from aem_mail.cli.new_files import NewFile
from aem_mail.errors import InvalidInput, Problem
from aem_mail.model import EnvironmentId
from aem_mail.osgi.errors import VariablesFileError
from aem_mail.osgi.variables_file import GivenVariable, parse_variables, variables_text
from aem_mail.stack.project_folder import project_file
from aem_mail.text.characters import visible
from aem_mail.text.words import listed

COMMAND: Final = "aem-mail adopt"
NAME: Final = "aem-mail"
"""Further names under which Pulumi finds a project's file."""

LONGEST_NAME: Final = 100
LARGEST_FILE: Final = 1 << 20
MOST_NAMED: Final = 5
ELSEWHERE: Final = "name another folder with --output-directory"
OTHER_FILE: Final = "name another one with --variables-file, or change it yourself"
BY_HAND: Final = "change it yourself, or move it away so that it is written again"


@dataclass(frozen=True, slots=True)
class Project:
    """A Pulumi project: its file, Pulumi.yaml or Pulumi.yml, and what that says; None where there is none yet."""

    file: Path
    content: Mapping[str, Any] | None

    @classmethod
    def at(cls, folder: Path) -> Self:
        """Read the project of a folder. Raises InvalidInput for one that cannot hold a program in Python."""
        path = project_file(folder) or folder / "Pulumi.yaml"
        text = read_if_there(path, COMMAND, LARGEST_FILE)
        if text is None:
            return cls(path, None)
        if path.suffix == ".json":
            raise _unusable(path, "is JSON, and what is written beside it is YAML; rename it to Pulumi.yaml, where JSON is understood too")
        try:
            content = read_yaml(text)
        except yaml.YAMLError:
            raise _unusable(path, "is no YAML") from None
        runtime = content.get("runtime") if isinstance(content, dict) else None
        if (runtime.get("name") if isinstance(runtime, dict) else runtime) != "python":
            raise _unusable(path, "is no project whose runtime is python; name another folder with --output-directory")
        return cls(path, content)

    @property
    def folder(self) -> Path:
        return self.file.parent

    @property
    def is_new(self) -> bool:
        return self.content is None

    @property
    def new_name(self) -> str:
        """That of the folder, as `pulumi new` has it: stacks of the same name, of other folders, share no state."""
        return re.sub(r"[^A-Za-z0-9_.-]+", "-", Path(os.path.realpath(self.folder)).name)[:LONGEST_NAME].strip("-.") or NAME

    @property
    def program(self) -> Path:
        return self.folder / self._said("main") / "__main__.py"

    def stack(self, name: str) -> Path:
        return self.folder / self._said("stackConfigDir") / f"Pulumi.{name}{self.file.suffix}"

    def configured_elsewhere(self, stack: str, environment: EnvironmentId) -> list[str]:
        """Name the other stacks whose configuration may be of another environment. Raises InvalidInput for one that is no YAML."""
        own = self.stack(stack)
        files = [path for path in sorted(own.parent.glob(f"Pulumi.*{own.suffix}")) if path != own]
        return [f"stack {visible(path.stem.split('.', 1)[1])}" for path in files if _is_of_another(path, environment)]

    def _said(self, key: str) -> str:
        return str((self.content or {}).get(key) or "")


def is_place_for_variables(path: str) -> bool:
    """Say whether a path lies within a project's folder and is none of its other files."""
    parts = Path(path).parts
    inside = bool(parts) and not Path(path).is_absolute() and ".." not in parts and "\0" not in path
    return inside and parts[-1] not in (FILE_NAME, "__main__.py") and not parts[-1].startswith("Pulumi.")


def adoption_files(
    adoption: Adoption, project: Project, stack: str, variables_file: str | None, terms: Terms
) -> Iterator[tuple[NewFile, str]]:
    """Yield each file with its purpose. Raises InvalidInput for one that is there and cannot be continued."""
    if project.is_new:
        yield NewFile(project.file, project_text(project.new_name)), "the Pulumi project"
    program = _program(adoption, project, stack, variables_file)
    if program is not None:
        yield program, "the program"
    in_file = variables_in_file(adoption) if variables_file is not None else []
    if variables_file is not None and in_file:
        yield _variables(adoption, project.folder / variables_file, in_file), "variables, in Adobe's format"
    if adoption.mail is not None:
        yield _stack(adoption, adoption.mail, project.stack(stack)), "the stack's configuration"
    ignores = _file(project.folder / FILE_NAME, lambda there: ignore_text(adoption.left, terms, there))
    if ignores.text:
        yield ignores, "what a report of drift need not name"


def _program(adoption: Adoption, project: Project, stack: str, variables_file: str | None) -> NewFile | None:
    """Return the program's file; None where the one that is there serves as it is."""
    file = _file(project.program, lambda _: program_text(adoption, variables_file))
    if file.there is None:
        return file
    there = read_program(file.there)
    if there.environment not in (None, adoption.environment):
        return replace(file, loss=f"it declares {_named(there.environment)}; {ELSEWHERE}")
    if there.reads_configuration and not adoption.resources and _serves(there.program, adoption.mail):
        return None
    return replace(file, loss=_loss_of_program(there.program, adoption, project, stack))


def _serves(program: WrittenProgram | None, mail: Mail | None) -> bool:
    """Say whether a program that reads the stack's configuration fits this mail, too; what somebody else wrote is theirs to judge."""
    return program is None or mail is None or program.services == mail.services


def _loss_of_program(program: WrittenProgram | None, adoption: Adoption, project: Project, stack: str) -> str:
    if program is None:
        return f"it is not as {COMMAND} writes it, so that what it declares is not known; {ELSEWHERE}"
    others = project.configured_elsewhere(stack, adoption.environment) if program.services else []
    if others:
        return f"it serves {listed(others)} too; {ELSEWHERE}"
    try:
        in_file = _declared_in_file(project, program.variables_file)
    except (InvalidInput, VariablesFileError):
        file = visible(program.variables_file or "")
        return f"it declares the variables of {file}, which cannot be read here; bring that back, or {ELSEWHERE}"
    return _loss([*declared_in_program(program), *in_file], adoption)


def _stack(adoption: Adoption, mail: Mail, path: Path) -> NewFile:
    settings = mail.settings(adoption.environment)
    file = _file(path, lambda there: stack_text(settings, there))
    return file if file.there is None else replace(file, loss=loss_of_stack(settings, file.there, declared_by(adoption)))


def _variables(adoption: Adoption, path: Path, variables: Sequence[GivenVariable]) -> NewFile:
    as_json = path.name.endswith(".json")
    file = _file(path, lambda _: variables_text(variables, as_json=as_json))
    if file.there is None or not file.differs:
        return file
    try:
        there = parse_variables(file.there)
    except VariablesFileError as error:
        return replace(file, loss=f"it is no file of variables ({visible(str(error))}); name another one with --variables-file")
    if variables_text(there, as_json=as_json) != file.there:
        return replace(file, loss=f"it is not as {COMMAND} writes it, so that something of it would be lost; {OTHER_FILE}")
    return replace(file, loss=_loss(declared_in_file(there), adoption))


def _declared_in_file(project: Project, path: str | None) -> Sequence[Declared]:
    """Return what the file of variables declares that a program reads. Raises InvalidInput and VariablesFileError."""
    return () if path is None else declared_in_file(parse_variables(read_text(project.folder / path, COMMAND, LARGEST_FILE)))


def _loss(there: Sequence[Declared], adoption: Adoption) -> str:
    names = list(map(visible, lost(there, adoption)))
    if not names:
        return ""
    told = [*names[:MOST_NAMED], *([f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else [])]
    return f"it declares {listed(told)}, which {_named(adoption.environment)} does not have, or not so; {BY_HAND}"


def _named(environment: EnvironmentId | None) -> str:
    return "" if environment is None else f"environment {visible(environment.environment_id)} of program {visible(environment.program_id)}"


def _file(path: Path, text: Callable[[str | None], str | None]) -> NewFile:
    there = read_if_there(path, COMMAND, LARGEST_FILE)
    try:
        return NewFile(path, text(there) or "", there)
    except RecursionError:
        raise _unusable(path, "cannot be continued: it is nested too deeply") from None
    except (ValueError, yaml.YAMLError) as error:
        reason = str(error) if isinstance(error, ValueError) else "it is no YAML"
        raise _unusable(path, f"cannot be continued: {reason}") from None


def _is_of_another(path: Path, environment: EnvironmentId) -> bool:
    try:
        return is_of_another(read_text(path, COMMAND, LARGEST_FILE), environment)
    except yaml.YAMLError:
        raise _unusable(path, "is no YAML") from None


def _unusable(path: Path, reason: str) -> InvalidInput:
    return InvalidInput(COMMAND, [Problem(str(path), reason)])
