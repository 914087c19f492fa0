"""The files of an adoption: where each lies in the Pulumi project, and what it is to hold."""

from __future__ import annotations

import json
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
from aem_mail.adopt.losses import declared_by, declared_in_file, lost
from aem_mail.adopt.new_project import project_text
from aem_mail.adopt.program_text import DECLARES_ALL, DECLARES_MAIL, PROGRAM, called_in
from aem_mail.adopt.stack_settings import MOST, settings_of, variables_of
from aem_mail.adopt.stack_text import loss_of_stack, read_yaml, stack_text
from aem_mail.checks.ignores import FILE_NAME
from aem_mail.cli.files import read_if_there
from aem_mail.cli.interpreter import virtualenv
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
        yield NewFile(project.file, project_text(project.new_name, virtualenv(os.environ))), "the Pulumi project"
    program = _program(adoption, project)
    if program is not None:
        yield program, "the program, which serves every stack of the project"
    in_file = variables_of(adoption) if variables_file is not None else []
    if variables_file is not None and in_file:
        yield _variables(adoption, project.folder / variables_file, in_file), "variables, in Adobe's format"
    yield _stack(adoption, project.stack(stack), variables_file), "the stack's configuration"
    ignores = _file(project.folder / FILE_NAME, lambda there: ignore_text(adoption.left, terms, there))
    if ignores.text:
        yield ignores, "what a report of drift need not name"


def _program(adoption: Adoption, project: Project) -> NewFile | None:
    """Return the program's file; None where the one that is there declares what the configuration says."""
    file = _file(project.program, lambda _: PROGRAM)
    if file.there is None:
        return file
    called = called_in(file.there)
    if DECLARES_ALL in called or (DECLARES_MAIL in called and not adoption.resources):
        return None
    declares = f"takes no more than its MailEgress from the stack's configuration ({DECLARES_MAIL})"
    reason = declares if DECLARES_MAIL in called else "does not take what it declares from the stack's configuration"
    return replace(file, loss=f"it {reason}; have it call {DECLARES_ALL}() of aem_mail.program, or {ELSEWHERE}")


def _stack(adoption: Adoption, path: Path, variables_file: str | None) -> NewFile:
    settings = settings_of(adoption, variables_file)
    size = len(json.dumps({key: value if isinstance(value, str) else json.dumps(value) for key, value in settings.items()}))
    if size > MOST:
        reason = f"is needed: with the variables in it, the configuration would have {size:,} bytes, and a program gets {MOST:,} at most"
        raise InvalidInput(COMMAND, [Problem("--variables-file", reason)])
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


def _unusable(path: Path, reason: str) -> InvalidInput:
    return InvalidInput(COMMAND, [Problem(str(path), reason)])
