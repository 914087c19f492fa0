"""Declare the variables of a file in Adobe's own format, a list of `{name, type, value, service}` in YAML or JSON."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, overload

import pulumi

from aem_mail.files import FileUnusable, read_text
from aem_mail.kinds.environment_variables import entry_name
from aem_mail.model import ConflictPolicy, VariableType
from aem_mail.model.stand_ins import EXPLANATION, is_stand_in
from aem_mail.osgi.errors import VariablesFileError
from aem_mail.osgi.variables_file import GivenVariable, parse_variables
from aem_mail.resources.base.voice import refusal
from aem_mail.resources.environment_variable import EnvVar, EnvVarArgs, SecretEnvVar, SecretEnvVarArgs
from aem_mail.resources.environment_variables import EnvVars, EnvVarsArgs
from aem_mail.settings.keys import VARIABLES, value_key

NAMESPACE: Final = VARIABLES.removesuffix(":")
LARGEST_FILE: Final = 1 << 20
"""Bytes; a variable has about a hundred."""


@overload
def variables_from_file(
    path: str,
    program_id: pulumi.Input[str],
    environment_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions | None = None,
    *,
    name: str,
    allow_placeholder: bool = False,
) -> EnvVars: ...
@overload
def variables_from_file(
    path: str,
    program_id: pulumi.Input[str],
    environment_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions | None = None,
    *,
    name: None = None,
    allow_placeholder: bool = False,
) -> list[EnvVar | SecretEnvVar]: ...
def variables_from_file(
    path: str,
    program_id: pulumi.Input[str],
    environment_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions | None = None,
    *,
    name: str | None = None,
    allow_placeholder: bool = False,
) -> EnvVars | list[EnvVar | SecretEnvVar]:
    """Declare the variables of the file: with ``name`` as one EnvVars of that name, without as a resource for each.

    A resource for each is named like its variable and, where that is for one service, with that behind it (`NAME-author`).

    ``path`` is absolute or relative to the folder of Pulumi.yaml. A secret without a value there gets that of the stack's
    configuration, `pulumi config set --secret secrets:NAME`; until there is one, the secret that is live is adopted and kept.
    ``opts`` are given to every resource. Raises pulumi.RunError, which quotes no value, for a file that cannot be understood, and
    for secrets that are masks or unfilled variables, as in a list of Adobe's client, unless ``allow_placeholder`` is set.
    """
    variables = _read(path)
    if not allow_placeholder:
        _refuse_stand_ins(path, variables)
    entries = [(one, _entry(one, allow_placeholder=allow_placeholder)) for one in variables]
    if name is not None:
        return EnvVars(name, EnvVarsArgs(program_id, environment_id, **_groups(entries)), opts)
    return [_single(one, program_id, environment_id, entry, opts) for one, entry in entries]


def configured_secret(name: str) -> pulumi.Output[str] | None:
    """Return the value that the stack's configuration gives a secret, as `secrets:NAME` or `secrets:NAME-author`; None without one."""
    return pulumi.Config(NAMESPACE).get_secret(name)


def _entry(variable: GivenVariable, *, allow_placeholder: bool) -> dict[str, Any]:
    """Return the arguments of a variable besides its address; a secret that has no value in the file is kept as it is live."""
    if variable.type == VariableType.STRING:
        return {"value": variable.value or ""}
    meant = {"allow_placeholder": True} if allow_placeholder else {}
    if variable.value is not None:
        return {"value": pulumi.Output.secret(variable.value), **meant}
    value = configured_secret(_resource_name(variable))
    return {"on_conflict": ConflictPolicy.KEEP, **meant, **({} if value is None else {"value": value})}


def _single(
    variable: GivenVariable,
    program_id: pulumi.Input[str],
    environment_id: pulumi.Input[str],
    entry: Mapping[str, Any],
    opts: pulumi.ResourceOptions | None,
) -> EnvVar | SecretEnvVar:
    name, where = _resource_name(variable), (program_id, environment_id, variable.name)
    if variable.type == VariableType.STRING:
        return EnvVar(name, EnvVarArgs(*where, service=variable.service, **entry), opts)
    return SecretEnvVar(name, SecretEnvVarArgs(*where, service=variable.service, **entry), opts)


def _groups(entries: Sequence[tuple[GivenVariable, Mapping[str, Any]]]) -> dict[str, Any]:
    """Return the arguments of a set that hold its entries."""
    groups = {"values": VariableType.STRING, "secrets": VariableType.SECRET_STRING}
    found = {
        group: {entry_name(one.name, one.service): entry for one, entry in entries if one.type == type_} for group, type_ in groups.items()
    }
    return {group: held for group, held in found.items() if held}


def _resource_name(variable: GivenVariable) -> str:
    return value_key(variable.name, variable.service)


def _refuse_stand_ins(path: str, variables: Sequence[GivenVariable]) -> None:
    names = [_resource_name(one) for one in variables if one.type == "secretString" and one.value is not None and is_stand_in(one.value)]
    if names:
        raise refusal(
            f"The variables of {path}: the value of {', '.join(names)} {EXPLANATION}. Remove the value from the file and run "
            f"`pulumi config set --secret {NAMESPACE}:{names[0]}`, or set allow_placeholder=True if this text is meant."
        )


def _read(path: str) -> tuple[GivenVariable, ...]:
    """Return the variables of the file without those that it says are deleted, which nobody declares."""
    file = Path(pulumi.runtime.get_root_directory() or ".") / path
    try:
        return tuple(one for one in parse_variables(read_text(file, LARGEST_FILE)) if not one.is_deleted)
    except (FileUnusable, VariablesFileError) as error:
        reason = f"the file {error.fault}" if isinstance(error, FileUnusable) else error
        raise refusal(f"The variables of {path}: {reason}.") from None
