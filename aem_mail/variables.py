"""Declare the variables of a file in Adobe's own format, a list of `{name, type, value, service}` in YAML or JSON."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pulumi

from aem_mail.files import FileUnusable, read_text
from aem_mail.model.stand_ins import EXPLANATION, is_stand_in
from aem_mail.osgi.errors import VariablesFileError
from aem_mail.osgi.variables_file import GivenVariable, parse_variables
from aem_mail.resources.base.voice import refusal
from aem_mail.resources.environment_variable import EnvVar, EnvVarArgs, SecretEnvVar, SecretEnvVarArgs
from aem_mail.settings.keys import VARIABLES

NAMESPACE: Final = VARIABLES.removesuffix(":")
LARGEST_FILE: Final = 1 << 20
"""Bytes; a variable has about a hundred."""


def variables_from_file(
    path: str,
    program_id: pulumi.Input[str],
    environment_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions | None = None,
    *,
    allow_placeholder: bool = False,
) -> list[EnvVar | SecretEnvVar]:
    """Declare each variable of the file, named like itself and, where it is for one service, with that behind it (`NAME-author`).

    ``path`` is absolute or relative to the folder of Pulumi.yaml. A secret without a value there gets that of the stack's
    configuration, `pulumi config set --secret secrets:NAME`; until there is one, the secret that is live is adopted and kept.
    ``opts`` are given to every resource. Raises pulumi.RunError, which quotes no value, for a file that cannot be understood, and
    for secrets that are masks or unfilled variables, as in a list of Adobe's client, unless ``allow_placeholder`` is set.
    """
    secrets = pulumi.Config(NAMESPACE)
    variables = _read(path)
    if not allow_placeholder:
        _refuse_stand_ins(path, variables)
    meant = allow_placeholder or None
    return [_declared(variable, program_id, environment_id, secrets, opts, allow_placeholder=meant) for variable in variables]


def _declared(
    variable: GivenVariable,
    program_id: pulumi.Input[str],
    environment_id: pulumi.Input[str],
    secrets: pulumi.Config,
    opts: pulumi.ResourceOptions | None,
    *,
    allow_placeholder: bool | None,
) -> EnvVar | SecretEnvVar:
    name = _resource_name(variable)
    if variable.type == "string":
        return EnvVar(name, EnvVarArgs(program_id, environment_id, variable.name, variable.value or "", variable.service), opts)
    value: pulumi.Output[str] | None = secrets.get_secret(name) if variable.value is None else pulumi.Output.secret(variable.value)
    policy = "keep" if variable.value is None else "replace"
    args = SecretEnvVarArgs(
        program_id,
        environment_id,
        variable.name,
        value,
        service=variable.service,
        on_conflict=policy,
        allow_placeholder=allow_placeholder,
    )
    return SecretEnvVar(name, args, opts)


def _resource_name(variable: GivenVariable) -> str:
    return "-".join(filter(None, [variable.name, variable.service]))


def _refuse_stand_ins(path: str, variables: Sequence[GivenVariable]) -> None:
    names = [_resource_name(one) for one in variables if one.type == "secretString" and one.value is not None and is_stand_in(one.value)]
    if names:
        raise refusal(
            f"The variables of {path}: the value of {', '.join(names)} {EXPLANATION}. Remove the value from the file and run "
            f"`pulumi config set --secret {NAMESPACE}:{names[0]}`, or set allow_placeholder=True if this text is meant."
        )


def _read(path: str) -> tuple[GivenVariable, ...]:
    file = Path(pulumi.runtime.get_root_directory() or ".") / path
    try:
        return parse_variables(read_text(file, LARGEST_FILE))
    except (FileUnusable, VariablesFileError) as error:
        reason = f"the file {error.fault}" if isinstance(error, FileUnusable) else error
        raise refusal(f"The variables of {path}: {reason}.") from None
