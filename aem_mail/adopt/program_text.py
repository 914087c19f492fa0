"""The text of `__main__.py`: a MailEgress from the stack's configuration, and whatever it cannot say as single resources."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from aem_mail.adopt.adoption import Adoption
from aem_mail.adopt.declarable import Declared
from aem_mail.adopt.mail import Mail
from aem_mail.adopt.source import Call, Expression, Name, imported, literal, statement
from aem_mail.osgi.variables_file import GivenVariable

TYPES: Final = {"EnvVar": "string", "SecretEnvVar": "secretString"}
NAMESPACE: Final = "secrets"
"""The configuration's namespace of the values that are given later."""

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


def program_text(adoption: Adoption, variables_file: str | None = None) -> str:
    """Return the program; with ``variables_file`` the variables are read from there.

    It is the program of the quick start where the stack's configuration says everything.
    """
    in_file = [one for one in adoption.resources if variables_file is not None and is_variable(one)]
    written = [one for one in adoption.resources if one not in in_file]
    blocks = [
        _docstring(adoption),
        "\n".join(_standard_imports(adoption.mail)) or None,
        "import pulumi",
        "\n".join(_imports(adoption.mail, written, reads_file=bool(in_file))) or None,
        *_constants(adoption, written),
        _mail(adoption.mail),
        *_statements(written, adoption.mail),
        statement(_from_file(variables_file)) if variables_file is not None and in_file else None,
        EXPORTS if adoption.mail is not None else None,
    ]
    return "\n\n".join(block for block in blocks if block is not None) + "\n"


def variables_in_file(adoption: Adoption) -> list[GivenVariable]:
    """Return the variables that a file is to hold: all but the mail's; secrets without a value."""
    return [
        GivenVariable(one.arguments["name"], TYPES[one.kind], one.arguments.get("service"), one.arguments.get("value"))
        for one in adoption.resources
        if is_variable(one)
    ]


def is_variable(one: Declared) -> bool:
    """Say whether a resource is a variable, plain or secret."""
    return one.kind in TYPES


def _docstring(adoption: Adoption) -> str:
    if not adoption.resources:
        return DOCSTRING
    return ADOPTED.format(environment=adoption.environment.environment_id, program=adoption.environment.program_id)


def _standard_imports(mail: Mail | None) -> Iterator[str]:
    if mail is not None and mail.own_services() is not None:
        yield imported("dataclasses", ["replace"])


def _imports(mail: Mail | None, written: Sequence[Declared], *, reads_file: bool) -> Iterator[str]:
    kinds = {one.kind for one in written}
    names = {*kinds, *(f"{kind}Args" for kind in kinds), *(["MailEgress"] if mail is not None else [])}
    if names:
        yield imported("aem_mail", sorted(names))
    if mail is not None:
        yield imported("aem_mail.program", ["mail_egress_args"])
    if reads_file:
        yield imported("aem_mail.variables", ["variables_from_file"])


def _constants(adoption: Adoption, written: Sequence[Declared]) -> Iterator[str]:
    if adoption.resources:
        ids = adoption.environment
        yield f"PROGRAM_ID = {literal(ids.program_id)}\nENVIRONMENT_ID = {literal(ids.environment_id)}"
    if any(one.kind == "SecretEnvVar" or "connections" in one.arguments for one in written):
        yield f"{LATER}\nsecrets = pulumi.Config({literal(NAMESPACE)})"


def _mail(mail: Mail | None) -> str | None:
    if mail is None:
        return None
    args = Call("mail_egress_args")
    services = mail.own_services()
    args = args if services is None else Call("replace", [args], {"services": services})
    return statement(Call("MailEgress", ["mail", args]), "mail")


def _statements(written: Sequence[Declared], mail: Mail | None) -> Iterator[str]:
    infrastructures = [one for one in written if one.kind == "NetworkInfrastructure"]
    way_out: Expression | list[Name] = [Name(_identifier(one)) for one in infrastructures]
    if mail is not None and mail.egress["mode"] == "managed":
        way_out = Name("mail.network_infrastructure")
    for one in infrastructures:
        yield statement(_resource(one), _identifier(one))
    for one in written:
        if one not in infrastructures:
            yield statement(_resource(one, None if is_variable(one) else way_out))


def _identifier(infrastructure: Declared) -> str:
    return infrastructure.name.replace("-", "_")


def _resource(one: Declared, depends_on: Expression | list[Name] | None = None) -> Expression:
    args = Call(f"{one.kind}Args", _ids(one), _arguments(one))
    options = [Call("pulumi.ResourceOptions", named={"depends_on": depends_on})] if depends_on else []
    return Call(one.kind, [one.name, args, *options])


def _ids(one: Declared) -> list[Expression]:
    return [PROGRAM] if one.kind == "NetworkInfrastructure" else [PROGRAM, ENVIRONMENT]


def _arguments(one: Declared) -> dict[str, Expression]:
    arguments: dict[str, Any] = dict(one.arguments)
    if one.kind == "SecretEnvVar":
        name = arguments.pop("name")
        return {"name": name, "value": _secret("get_secret", one.name), **arguments, "on_conflict": "keep"}
    if "connections" in arguments:
        keys = [_secret("require_secret", name) for name in shared_key_names(one)]
        arguments["connections"] = list(map(_with_key, arguments["connections"], keys))
    return arguments


def _with_key(connection: Mapping[str, Any], key: Expression) -> dict[str, Expression]:
    return {**connection, "sharedKey": key}


def _secret(method: str, key: str) -> Call:
    return Call(f"secrets.{method}", [key])


def _from_file(path: str) -> Call:
    return Call("variables_from_file", [path, PROGRAM, ENVIRONMENT])
