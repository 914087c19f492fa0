"""EnvVars: several variables and secrets of an environment as one resource."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from functools import cached_property
from typing import Any, cast

import pulumi
from pulumi.dynamic import Resource

from aem_mail.errors import Problem
from aem_mail.kinds.entries import FINGERPRINTS
from aem_mail.kinds.environment_variable import VariableKind
from aem_mail.kinds.environment_variables import ENVIRONMENT_VARIABLES, type_problems
from aem_mail.kinds.kind import Entry
from aem_mail.kinds.requests import Answer
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.model import Properties
from aem_mail.resources.base.args import to_props
from aem_mail.resources.base.entries import SET_OUTPUTS, EntriesProvider, objects
from aem_mail.resources.base.provider import Examination, environment_of
from aem_mail.resources.environment_variable import SecretExamination, referenced_value, variable_outputs

Values = Mapping[str, pulumi.Input[str] | Mapping[str, Any]]
"""By name, or by ``NAME@service``: a text, or an object with ``value`` or ``value_from``, ``service`` and ``on_conflict``."""


@dataclass
class EnvVarsArgs:
    """Arguments of EnvVars.

    ``values`` are plain variables, ``secrets`` secrets by value, ``secrets_from`` secrets by reference ("env:NAME" or "file:PATH"),
    each by name; a name of two services is two entries, as ``NAME@author`` and ``NAME@publish``. Instead of a text, an entry may be
    an object with the arguments of an EnvVar or a SecretEnvVar. ``service`` is that of all entries that give none; None is all
    services. ``on_conflict`` is "error" or "replace": what to do where a variable of that name has another value or type, or is a
    secret, that this stack has not recorded; an entry's own may be "keep" for a secret too. ``timeout`` is in seconds.
    """

    program_id: pulumi.Input[str]
    environment_id: pulumi.Input[str]
    values: Values | None = None
    secrets: Values | None = None
    secrets_from: Values | None = None
    service: pulumi.Input[str] | None = None
    on_conflict: pulumi.Input[str] = "error"
    _: KW_ONLY
    timeout: pulumi.Input[float] | None = None


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

    def __init__(self, name: str, args: EnvVarsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        def named(argument: str, field: str = "value", *, hidden: bool = False) -> Any:
            given = getattr(args, argument)
            return None if given is None else objects(f"EnvVars {name}: {argument}", given, field, hidden=hidden)

        by_name = {"values": named("values"), "secrets": named("secrets", hidden=True), "secrets_from": named("secrets_from", "value_from")}
        props = to_props(replace(args, **by_name), name, opts, outputs=(FINGERPRINTS, *SET_OUTPUTS))
        super().__init__(EnvVarsProvider(), name, props, opts)
