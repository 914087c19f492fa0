"""EnvVars: several variables and secrets of an environment as one resource."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from aem_mail.errors import Problem
from aem_mail.kinds.entries import EntriesKind
from aem_mail.kinds.environment_variable import ENVIRONMENT_VARIABLE
from aem_mail.kinds.kind import Entry, ResourceKind, Scope
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.kinds.shapes import CONFLICT_POLICY, ENVIRONMENT, SERVICE, Field, mapping, seconds
from aem_mail.model import ConflictPolicy, Properties, VariableType
from aem_mail.model.limits import ENVIRONMENT_VARIABLES_MAX

AT: Final = "@"
"""Stands between a variable's name and its service in the name of an entry."""


def entry_name(variable: str, service: str | None) -> str:
    """Return the name of an entry, which tells its variable and its service."""
    return variable if service is None else f"{variable}{AT}{service}"


def groups_of(entries: Any, of_secrets: Properties) -> dict[str, Any]:
    """Return entries of all types, each of which may say its ``type``, in the groups of their types.

    A text is a plain variable, and what has a reference a secret. ``of_secrets`` are inputs of secrets that give none. A secret that has
    neither value nor reference is kept as it is live, unless they say otherwise.
    """
    groups: dict[str, Any] = {}
    for name, given in entries.items() if isinstance(entries, Mapping) else ():
        entry = {**given} if isinstance(given, Mapping) else {"value": given}
        secret = entry.pop("type", None) == VariableType.SECRET_STRING or "value_from" in entry
        if secret:
            kept = {} if {"value", "value_from"} & entry.keys() else {"on_conflict": ConflictPolicy.KEEP}
            entry = {**kept, **of_secrets, **entry}
        group = "values" if not secret else "secrets_from" if "value_from" in entry else "secrets"
        groups.setdefault(group, {})[str(name)] = entry
    return groups


class EnvironmentVariablesKind(EntriesKind):
    """Variables by name, or by ``NAME@service``; what an entry does not say of its service, ``service`` says for all."""

    name = "EnvVars"
    scope = Scope.VARIABLES
    word = "variables"
    addressed_by = "name"
    groups: ClassVar[Mapping[str, ResourceKind]] = {
        "values": ENVIRONMENT_VARIABLE,
        "secrets": SECRET_VARIABLE,
        "secrets_from": SECRET_VARIABLE,
    }
    fields: ClassVar[Mapping[str, Field]] = {
        **ENVIRONMENT,
        "values": Field(mapping("values by name")),
        "secrets": Field(mapping("secrets by name")),
        "secrets_from": Field(mapping("references by name")),
        "service": Field(SERVICE),
        "on_conflict": Field(CONFLICT_POLICY),
        "timeout": Field(seconds),
    }

    def short(self, group: str, value: Any) -> Any:
        return {"value_from" if group == "secrets_from" else "value": value}

    def address(self, name: str, given: Properties, shared: Properties) -> Properties:
        variable, at, service = name.partition(AT)
        return {"name": variable, "service": service if at else given.get("service", shared.get("service"))}

    def problems(self, properties: Properties) -> Iterator[Problem]:
        yield from super().problems(properties)
        entries = self.entries(properties)
        if len(entries) > ENVIRONMENT_VARIABLES_MAX:
            reason = f"an environment has at most {ENVIRONMENT_VARIABLES_MAX} variables, and these are {len(entries)}; remove some"
            yield Problem(entries[-1].group, reason)
        for entry in entries:
            given = properties[entry.group][entry.name].get("service")
            if AT in entry.name and given is not None:
                yield Problem(f"{entry.group}.{entry.name}.service", f"is told by the name {entry.name!r} already; leave one of them out")


ENVIRONMENT_VARIABLES: Final = EnvironmentVariablesKind()


def type_problems(recorded: Properties, wanted: Properties) -> Iterator[Problem]:
    """Yield a problem for each variable whose type would change, which takes it away for the time of one change."""
    for change in ENVIRONMENT_VARIABLES.entry_changes(recorded, wanted):
        old, new = change.recorded, change.wanted
        if old is not None and new is not None and old.kind is not new.kind and not _is_meant(new, wanted):
            reason = (
                f"is a {old.kind.type} in this stack and would become a {new.kind.type}, which Cloud Manager does only by deleting it "
                f"first, in two changes; set on_conflict to '{ConflictPolicy.REPLACE}' for this entry if that is meant"
            )
            yield Problem(f"{new.group}.{new.name}", reason)


def _is_meant(entry: Entry, wanted: Properties) -> bool:
    return bool(wanted[entry.group][entry.name].get("on_conflict") == ConflictPolicy.REPLACE)
