"""The text of `__main__.py`: a MailEgress from the stack's configuration, and whatever it cannot say as single resources."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.adopt.adoption import Adoption
from aem_mail.adopt.declarable import Declared
from aem_mail.adopt.mail import Services
from aem_mail.adopt.source import CallExpression, Expression, Name, imported, literal, statement
from aem_mail.kinds import Scope, kind_named
from aem_mail.kinds.mail_egress import MAIL_EGRESS
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.model import EnvironmentId
from aem_mail.osgi.variables_file import GivenVariable

NAMESPACE: Final = "secrets"
"""The configuration's namespace of the values that are given later."""

READS_CONFIGURATION: Final = "mail_egress_args"
"""What a program calls that takes its MailEgress from the stack's configuration."""

FROM_FILE: Final = "variables_from_file"
PROGRAM, ENVIRONMENT = Name("PROGRAM_ID"), Name("ENVIRONMENT_ID")
DOCSTRING: Final = '"""The Pulumi program: one environment that can send mail, as the stack\'s configuration describes it."""'
ADOPTED: Final = '"""Environment {environment} of program {program}, as it was when it was adopted."""'
LATER: Final = "# Secrets keep the value that they have until the stack's configuration gives one."
EXPORTS: Final = "for name, value in mail.outputs().items():\n    pulumi.export(name, value)"


def shared_key_names(vpn: Declared) -> list[str]:
    """Return the key, in NAMESPACE, of the shared key of each connection of a VPN; only several are numbered."""
    connections = vpn.arguments["connections"]
    key = f"shared-key-{vpn.arguments['region']}"
    return [key] if len(connections) == 1 else [f"{key}-{number}" for number, _ in enumerate(connections, 1)]


@dataclass(frozen=True, slots=True)
class WrittenProgram:
    """What a program's text says.

    ``environment`` is None where the stack's configuration says everything. ``services`` are those of the MailEgress that is made from
    that configuration, none where there is none. ``resources`` stand in the text itself; ``waits_for_mail``: those of networking wait
    for the MailEgress's infrastructure. ``variables_file`` is the path of the file that further variables are read from.
    """

    environment: EnvironmentId | None
    services: Services
    resources: tuple[Declared, ...]
    waits_for_mail: bool = False
    variables_file: str | None = None


def program_text(adoption: Adoption, variables_file: str | None = None) -> str:
    """Return the program; with ``variables_file`` the variables are read from there.

    It is the program of the quick start where the stack's configuration says everything.
    """
    return text_of(program_of(adoption, variables_file))


def program_of(adoption: Adoption, variables_file: str | None = None) -> WrittenProgram:
    """Return what the program of an adoption says."""
    mail = adoption.mail
    in_file = [one for one in adoption.resources if variables_file is not None and is_variable(one)]
    written = [one for one in adoption.resources if one not in in_file]
    return WrittenProgram(
        adoption.environment if adoption.resources else None,
        () if mail is None else mail.services,
        tuple(sorted(written, key=lambda one: kind_named(one.kind).scope is not Scope.PROGRAM)),
        mail is not None and mail.egress["mode"] == "managed" and any(map(_is_networking, written)),
        variables_file if in_file else None,
    )


def text_of(program: WrittenProgram) -> str:
    """Return the text that says it; `program_there.read_program` reads the same from it."""
    blocks = [
        _docstring(program.environment),
        "\n".join(_standard_imports(program.services)) or None,
        "import pulumi",
        "\n".join(_imports(program)) or None,
        *_constants(program),
        _mail(program.services),
        *_statements(program),
        None if program.variables_file is None else statement(_from_file(program.variables_file)),
        EXPORTS if program.services else None,
    ]
    return "\n\n".join(block for block in blocks if block is not None) + "\n"


def variables_in_file(adoption: Adoption) -> list[GivenVariable]:
    """Return the variables that a file is to hold: all but the mail's; secrets without a value."""
    return [
        GivenVariable(one.arguments["name"], str(kind_named(one.kind).type), one.arguments.get("service"), one.arguments.get("value"))
        for one in adoption.resources
        if is_variable(one)
    ]


def is_variable(one: Declared) -> bool:
    """Say whether a resource is a variable, plain or secret."""
    return kind_named(one.kind).scope is Scope.VARIABLES


def _is_networking(one: Declared) -> bool:
    return kind_named(one.kind).scope is Scope.NETWORKING


def _docstring(environment: EnvironmentId | None) -> str:
    if environment is None:
        return DOCSTRING
    return ADOPTED.format(environment=environment.environment_id, program=environment.program_id)


def _own(services: Services) -> list[str]:
    return [one for one in services if one is not None]


def _standard_imports(services: Services) -> Iterator[str]:
    if _own(services):
        yield imported("dataclasses", ["replace"])


def _imports(program: WrittenProgram) -> Iterator[str]:
    kinds = {one.kind for one in program.resources}
    names = {*kinds, *(f"{kind}Args" for kind in kinds), *([MAIL_EGRESS.name] if program.services else [])}
    if names:
        yield imported("aem_mail", sorted(names))
    if program.services:
        yield imported("aem_mail.program", [READS_CONFIGURATION])
    if program.variables_file is not None:
        yield imported("aem_mail.variables", [FROM_FILE])


def _constants(program: WrittenProgram) -> Iterator[str]:
    ids = program.environment
    if ids is not None:
        yield f"{PROGRAM.code} = {literal(ids.program_id)}\n{ENVIRONMENT.code} = {literal(ids.environment_id)}"
    if any(one.kind == SECRET_VARIABLE.name or "connections" in one.arguments for one in program.resources):
        yield f"{LATER}\nsecrets = pulumi.Config({literal(NAMESPACE)})"


def _mail(services: Services) -> str | None:
    if not services:
        return None
    args, own = CallExpression(READS_CONFIGURATION), _own(services)
    args = CallExpression("replace", [args], {"services": own}) if own else args
    return statement(CallExpression(MAIL_EGRESS.name, ["mail", args]), "mail")


def _statements(program: WrittenProgram) -> Iterator[str]:
    infrastructures = [one for one in program.resources if kind_named(one.kind).scope is Scope.PROGRAM]
    infrastructure: Expression | list[Name] = [Name(_identifier(one)) for one in infrastructures]
    if program.waits_for_mail:
        infrastructure = Name("mail.network_infrastructure")
    for one in infrastructures:
        yield statement(_resource(one), _identifier(one))
    for one in program.resources:
        if one not in infrastructures:
            yield statement(_resource(one, None if is_variable(one) else infrastructure))


def _identifier(infrastructure: Declared) -> str:
    return infrastructure.name.replace("-", "_")


def _resource(one: Declared, depends_on: Expression | list[Name] | None = None) -> Expression:
    args = CallExpression(f"{one.kind}Args", _ids(one), _arguments(one))
    options = [CallExpression("pulumi.ResourceOptions", named={"depends_on": depends_on})] if depends_on else []
    return CallExpression(one.kind, [one.name, args, *options])


def _ids(one: Declared) -> list[Expression]:
    return [PROGRAM] if kind_named(one.kind).scope is Scope.PROGRAM else [PROGRAM, ENVIRONMENT]


def _arguments(one: Declared) -> dict[str, Expression]:
    arguments: dict[str, Any] = dict(one.arguments)
    if one.kind == SECRET_VARIABLE.name:
        name = arguments.pop("name")
        return {"name": name, "value": _secret("get_secret", one.name), **arguments, "on_conflict": "keep"}
    if "connections" in arguments:
        keys = [_secret("require_secret", name) for name in shared_key_names(one)]
        arguments["connections"] = list(map(_with_key, arguments["connections"], keys))
    return arguments


def _with_key(connection: Mapping[str, Any], key: Expression) -> dict[str, Expression]:
    return {**connection, "sharedKey": key}


def _secret(method: str, key: str) -> CallExpression:
    return CallExpression(f"secrets.{method}", [key])


def _from_file(path: str) -> CallExpression:
    return CallExpression(FROM_FILE, [path, PROGRAM, ENVIRONMENT])
