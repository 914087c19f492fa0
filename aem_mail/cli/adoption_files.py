"""The files of an adoption: where each lies in the Pulumi project, and what it is to hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import yaml

from aem_mail.adopt.adoption import Adoption
from aem_mail.adopt.ignore_text import Terms, ignore_text
from aem_mail.adopt.program_text import program_text, variables_in_file
from aem_mail.adopt.stack_text import project_text, stack_text
from aem_mail.checks.ignores import FILE_NAME
from aem_mail.cli.files import read_text
from aem_mail.cli.new_files import NewFile
from aem_mail.errors import InvalidInput, Problem
from aem_mail.osgi.variables_file import variables_text

COMMAND: Final = "aem-mail adopt"
NAME: Final = "aem-mail"
LONGEST_NAME: Final = 100
LARGEST_FILE: Final = 1 << 20
READS_CONFIGURATION: Final = "mail_egress_args"
"""What a program calls that takes its MailEgress from the stack's configuration."""


@dataclass(frozen=True, slots=True)
class Project:
    """A Pulumi project in ``folder``, and what its Pulumi.yaml says; None where there is none yet."""

    folder: Path
    content: Mapping[str, Any] | None

    @classmethod
    def at(cls, folder: Path) -> Self:
        """Read the project of a folder. Raises InvalidInput for one that cannot hold a program in Python."""
        path = folder / "Pulumi.yaml"
        if not path.exists():
            return cls(folder, None)
        try:
            content = yaml.safe_load(read_text(path, COMMAND, LARGEST_FILE))
        except yaml.YAMLError:
            raise _unusable(path, "is no YAML") from None
        runtime = content.get("runtime") if isinstance(content, dict) else None
        if (runtime.get("name") if isinstance(runtime, dict) else runtime) != "python":
            raise _unusable(path, "is no project whose runtime is python; name another folder with --output-directory")
        return cls(folder, content)

    @property
    def is_new(self) -> bool:
        return self.content is None

    @property
    def new_name(self) -> str:
        """That of the folder, as `pulumi new` has it: stacks of the same name, of other folders, share no state."""
        return re.sub(r"[^A-Za-z0-9_.-]+", "-", self.folder.resolve().name)[:LONGEST_NAME].strip("-.") or NAME

    @property
    def file(self) -> Path:
        return self.folder / "Pulumi.yaml"

    @property
    def program(self) -> Path:
        return self.folder / self._said("main") / "__main__.py"

    def stack(self, name: str) -> Path:
        return self.folder / self._said("stackConfigDir") / f"Pulumi.{name}.yaml"

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
    program = _file(project.program, lambda _: program_text(adoption, variables_file))
    if adoption.resources or READS_CONFIGURATION not in (program.there or ""):
        yield program, "the program"
    in_file = variables_in_file(adoption) if variables_file is not None else []
    if variables_file is not None and in_file:
        as_json = variables_file.endswith(".json")
        yield _file(project.folder / variables_file, lambda _: variables_text(in_file, as_json=as_json)), "variables, in Adobe's format"
    if adoption.mail is not None:
        given = adoption.mail.settings(adoption.environment)
        yield _file(project.stack(stack), lambda there: stack_text(given, there)), "the stack's configuration"
    ignores = _file(project.folder / FILE_NAME, lambda there: ignore_text(adoption.left, terms, there))
    if ignores.text:
        yield ignores, "what a report of drift need not name"


def _file(path: Path, text: Callable[[str | None], str | None]) -> NewFile:
    there = read_text(path, COMMAND, LARGEST_FILE) if path.exists() else None
    try:
        return NewFile(path, text(there) or "", there)
    except (ValueError, yaml.YAMLError) as error:
        reason = str(error) if isinstance(error, ValueError) else "it is no YAML"
        raise _unusable(path, f"cannot be continued: {reason}") from None


def _unusable(path: Path, reason: str) -> InvalidInput:
    return InvalidInput(COMMAND, [Problem(str(path), reason)])
