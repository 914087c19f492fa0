"""What a stack declares: what its state has, or, where that names no environment yet, what its configuration says."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aem_mail import settings
from aem_mail.adopt.losses import declared_in_file
from aem_mail.checks.component import mail_egress_resources
from aem_mail.checks.declared import Resources, declarations, resources_of
from aem_mail.checks.subject import Declaration
from aem_mail.cli.files import read_text
from aem_mail.errors import InvalidInput, Problem
from aem_mail.model import EnvironmentId, Properties
from aem_mail.model.fingerprint import FINGERPRINT_KEY_VARIABLE, matches
from aem_mail.osgi.errors import VariablesFileError
from aem_mail.osgi.variables_file import GivenVariable, parse_variables
from aem_mail.resources.base.reference import NotReadable, resolve
from aem_mail.settings import EnvironmentSettings, ProgramSettings
from aem_mail.stack.project_folder import project_folder
from aem_mail.stack.recorded import RecordedResource
from aem_mail.stack.stack import Stack


@dataclass(frozen=True, slots=True)
class StackDeclaration:
    """The resources, as a state has them if they are ``recorded``, and the configuration of this package, secrets in plain text."""

    resources: Resources = ()
    recorded: Sequence[RecordedResource] | None = None
    configuration: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def declarations(self) -> Mapping[EnvironmentId, Declaration]:
        """What is declared for each environment."""
        return declarations(self.resources, self.recorded)


NOTHING: Final = StackDeclaration()
FILE: Final = "aem-mail:variablesFile"
LARGEST_FILE: Final = 1 << 20


def stated(chosen: Stack) -> StackDeclaration:
    """Return what a stack declares. Raises InvalidInput and EngineFailed."""
    configuration = settings.namespaced(chosen.configuration())
    state = chosen.recorded()
    recorded = [one for one in (*state.components, *state.resources) if not one.leftover]
    project = project_folder(chosen.folder)
    resources = [(kind, _with_referenced(inputs, project)) for kind, inputs in resources_of(recorded)]
    if declarations(resources) or "programId" not in configuration:
        return StackDeclaration(resources, recorded, configuration)
    # That a secret lies there in plain text is for `pulumi preview` to say, which knows.
    given = settings.environment_settings(configuration, lambda _: True)
    return StackDeclaration(list(_configured(given, project)), configuration=configuration)


def _configured(given: EnvironmentSettings, project: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the resources that a configuration declares."""
    if given.mail is not None:
        resources = mail_egress_resources(_arguments(given.mail))
        yield from ((kind, _with_referenced(inputs, project)) for kind, inputs in resources)
    ids = {"program_id": given.program_id, "environment_id": given.environment_id}
    yield from ((one.kind, {**ids, **one.arguments}) for one in given.beside)
    if given.variables_file is not None:
        yield from ((one.kind, {**ids, **one.arguments}) for one in declared_in_file(_variables_in(project / given.variables_file)))


def _with_referenced(inputs: Properties, project: Path) -> Properties:
    """Return a secret with what its reference says here, where that is, or will be, the value that the environment has."""
    reference, recorded = inputs.get("value_from"), inputs.get("fingerprint")
    if not isinstance(reference, str):
        return inputs
    try:
        value = resolve(reference, project)
    except NotReadable:
        return inputs
    key = os.environ.get(FINGERPRINT_KEY_VARIABLE)
    where = {"environment": inputs["environment_id"], "service": inputs.get("service"), "name": inputs["name"]}
    same = recorded is None or matches(value, str(recorded), **where, key=key)
    return {**inputs, "value": value} if same else inputs


def _variables_in(path: Path) -> Sequence[GivenVariable]:
    try:
        return parse_variables(read_text(path, FILE, LARGEST_FILE))
    except VariablesFileError as error:
        raise InvalidInput(FILE, [Problem("", f"{path}: {error}")]) from None


def _arguments(given: ProgramSettings) -> dict[str, Any]:
    return {name: value for name in given.__slots__ if (value := getattr(given, name)) is not None}
