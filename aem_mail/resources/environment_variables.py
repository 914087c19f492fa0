"""EnvVars: several variables and secrets of an environment as one resource."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Unpack, cast, overload

import pulumi
from pulumi.dynamic import Resource

from aem_mail.errors import Problem
from aem_mail.kinds.entries import FINGERPRINTS
from aem_mail.kinds.environment_variable import VariableKind
from aem_mail.kinds.environment_variables import ENVIRONMENT_VARIABLES, type_problems
from aem_mail.kinds.kind import Entry
from aem_mail.kinds.requests import Answer
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.model import ConflictPolicy, Properties, Service
from aem_mail.resources.base.args import to_props
from aem_mail.resources.base.by_keywords import by_keywords
from aem_mail.resources.base.either import Either
from aem_mail.resources.base.entries import SET_OUTPUTS, EntriesProvider, objects
from aem_mail.resources.base.provider import Examination, environment_of
from aem_mail.resources.environment_variable import SecretExamination, referenced_value, variable_outputs

if TYPE_CHECKING:
    from aem_mail.resources.dictionaries import EnvVarsArgsDict


@dataclass
class EnvVarsArgs:
    """Arguments of EnvVars.

    A name of two services is two entries, as ``NAME@author`` and ``NAME@publish``. Instead of a text, an entry may be an object with the
    arguments of an EnvVar or a SecretEnvVar. The mappings are plain ones, whose values may be outputs.
    """

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    environment_id: pulumi.Input[str]
    """The environment's number as digits, such as ``"20001"``."""
    values: Mapping[str, pulumi.Input[str] | Mapping[str, Any]] | None = None
    """Plain variables by name: ``{"MAIL_FROM": "noreply@example.com"}``."""
    secrets: Mapping[str, pulumi.Input[str] | Mapping[str, Any]] | None = None
    """Secrets by name, given by value."""
    secrets_from: Mapping[str, pulumi.Input[str] | Mapping[str, Any]] | None = None
    """Secrets by name, given by reference: ``{"MAIL_TOKEN": "env:MAIL_TOKEN"}``, or ``"file:PATH"``."""
    service: pulumi.Input[Either[Service, str]] | None = None
    """That of all entries which give none: ``"author"``, ``"publish"`` or ``"preview"``; default: all of them."""
    on_conflict: pulumi.Input[Either[ConflictPolicy, str]] = ConflictPolicy.ERROR
    """What to do where a variable of that name is there that this stack has not recorded: ``"error"``, the default, or ``"replace"``.

    A secret's own may also be ``"keep"``.
    """
    _: KW_ONLY
    timeout: pulumi.Input[float] | None = None
    """Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack."""


class _Examination(Examination):
    """Of each secret of the set, as of a secret by itself."""

    def problems(self) -> Sequence[Problem]:
        return [*type_problems(self.recorded, self.wanted), *self._said(SecretExamination.problems)]

    def warnings(self) -> Sequence[Problem]:
        return self._said(SecretExamination.warnings)

    def enriched(self) -> dict[str, Any]:
        """Add the fingerprints, by which a preview shows which values change."""
        found = {entry.name: one.enriched().get("fingerprint") for entry, one in self._secrets}
        known = {name: fingerprint for name, fingerprint in found.items() if fingerprint is not None}
        return {**self.wanted, FINGERPRINTS: known} if known else dict(self.wanted)

    def _said(self, say: Callable[[SecretExamination], Sequence[Problem]]) -> list[Problem]:
        """Return what is said of each secret, under its path in the set."""
        return [Problem(f"{entry.group}.{entry.name}.{one.field}", one.message) for entry, secret in self._secrets for one in say(secret)]

    @cached_property
    def _secrets(self) -> Sequence[tuple[Entry, SecretExamination]]:
        before = {entry.name: entry.properties for entry in ENVIRONMENT_VARIABLES.entries(self.recorded)}
        secrets = [entry for entry in ENVIRONMENT_VARIABLES.entries(self.wanted) if entry.kind is SECRET_VARIABLE]
        return [(entry, SecretExamination(before.get(entry.name, {}), entry.properties, self.run)) for entry in secrets]


class EnvVarsProvider(EntriesProvider):
    """Keeps its variables one by one, and leaves the environment's other variables as they are."""

    kind = ENVIRONMENT_VARIABLES
    examination = _Examination

    def inherent_secrets(self, properties: Properties) -> frozenset[tuple[str, ...]]:
        secrets = properties.get("secrets")
        return frozenset(("secrets", name, "value") for name in secrets) if isinstance(secrets, Mapping) else frozenset()

    def value(self, entry: Entry) -> str | None:
        """Return the value to write; a reference that cannot be read now is an error."""
        if entry.properties.get("value_from") is not None:
            return referenced_value(entry.properties, self.run.project)
        return cast("str | None", entry.properties.get("value"))

    def outputs(self, entry: Entry, answer: Answer) -> Mapping[str, Any]:
        return variable_outputs(cast("VariableKind", entry.kind), answer)

    def read_entries(self, recorded: Properties) -> Any:
        return self.run.rollout().read_variables(environment_of(recorded))


class EnvVars(Resource, module="aem", name="EnvVars"):
    """Environment variables and secrets; the environment's other variables are left alone.

    Its id is ``{program_id}/{environment_id}/variables/{logical name}``. ``in_force`` has an object for each variable that is in
    force, with its ``type``, ``status`` and ``origin``, and ``verified`` for a secret; ``fingerprints`` shows which secrets change.
    """

    program_id: pulumi.Output[str]
    environment_id: pulumi.Output[str]
    values: pulumi.Output[Mapping[str, Any] | None]
    secrets: pulumi.Output[Mapping[str, Any] | None]
    secrets_from: pulumi.Output[Mapping[str, Any] | None]
    service: pulumi.Output[str | None]
    fingerprints: pulumi.Output[Mapping[str, str] | None]
    in_force: pulumi.Output[Mapping[str, Any]]

    @overload
    def __init__(self, name: str, args: EnvVarsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Environment variables and secrets; the environment's other variables are left alone."""

    @overload
    def __init__(self, name: str, /, opts: pulumi.ResourceOptions | None = None, **arguments: "Unpack[EnvVarsArgsDict]") -> None:
        """Environment variables and secrets; the environment's other variables are left alone.

        Its id is ``{program_id}/{environment_id}/variables/{logical name}``. ``in_force`` has an object for each variable that is in force,
        with its ``type``, ``status`` and ``origin``, and ``verified`` for a secret; ``fingerprints`` shows which secrets change.

        :param program_id: The program's number as digits, such as ``"10001"``.
        :param environment_id: The environment's number as digits, such as ``"20001"``.
        :param values: Plain variables by name: ``{"MAIL_FROM": "noreply@example.com"}``.
        :param secrets: Secrets by name, given by value.
        :param secrets_from: Secrets by name, given by reference: ``{"MAIL_TOKEN": "env:MAIL_TOKEN"}``, or ``"file:PATH"``.
        :param service: That of all entries which give none: ``"author"``, ``"publish"`` or ``"preview"``; default: all of them.
        :param on_conflict: What to do where a variable of that name is there that this stack has not recorded: ``"error"``, the default, or
            ``"replace"``. A secret's own may also be ``"keep"``.
        :param timeout: Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack.
        """

    @by_keywords
    def __init__(self, name: str, args: EnvVarsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        def named(argument: str, field: str = "value", *, hidden: bool = False) -> Any:
            given = getattr(args, argument)
            return None if given is None else objects(f"EnvVars {name}: {argument}", given, field, hidden=hidden)

        by_name = {"values": named("values"), "secrets": named("secrets", hidden=True), "secrets_from": named("secrets_from", "value_from")}
        props = to_props(replace(args, **by_name), name, opts, outputs=(FINGERPRINTS, *SET_OUTPUTS))
        super().__init__(EnvVarsProvider(), name, props, opts)
