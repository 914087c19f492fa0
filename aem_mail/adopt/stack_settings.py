"""The configuration of a stack that declares an environment, by key and without the keys' prefix."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aem_mail.adopt.adoption import Adoption
from aem_mail.adopt.declarable import Declared
from aem_mail.kinds import Scope, kind_named
from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.environment_variables import entry_name
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.model import VariableType
from aem_mail.osgi.variables_file import GivenVariable
from aem_mail.settings.names import camel

MOST: Final = 120_000
"""Bytes of configuration that a program gets; Linux passes no more than 131,071 in one environment variable, and Pulumi passes it so."""


def settings_of(adoption: Adoption, variables_file: str | None = None) -> dict[str, Any]:
    """Return the configuration; with ``variables_file`` the variables are in that file."""
    ids = {"programId": adoption.environment.program_id, "environmentId": adoption.environment.environment_id}
    mail = {} if adoption.mail is None else adoption.mail.settings(adoption.environment)
    variables = variables_of(adoption)
    beside: dict[str, Any] = {
        "networkInfrastructures": [_configured(one) for one in of_kind(adoption, NETWORK_INFRASTRUCTURE.name)],
        "portForwards": dict(map(_rule, of_kind(adoption, PORT_FORWARD.name))),
        "variables": dict(map(_entry, variables)) if variables_file is None else {},
        "variablesFile": variables_file if variables else None,
    }
    enabled = [{"advancedNetworking": _configured(one)} for one in of_kind(adoption, ADVANCED_NETWORKING.name)]
    return {**ids, **mail, **(enabled[0] if enabled else {}), **{key: value for key, value in beside.items() if value}}


def of_kind(adoption: Adoption, kind: str) -> Sequence[Declared]:
    """Return what of a kind is declared besides the mail's."""
    return [one for one in adoption.resources if one.kind == kind]


def variables_of(adoption: Adoption) -> list[GivenVariable]:
    """Return the variables besides the mail's; secrets without a value."""
    return [
        GivenVariable(one.arguments["name"], str(kind_named(one.kind).type), one.arguments.get("service"), one.arguments.get("value"))
        for one in adoption.resources
        if kind_named(one.kind).scope is Scope.VARIABLES
    ]


def _configured(one: Declared) -> dict[str, Any]:
    return {camel(name): value for name, value in one.arguments.items()}


def _rule(one: Declared) -> tuple[str, str]:
    return str(one.arguments["port_orig"]), f"{one.arguments['name']}:{one.arguments['port_dest']}"


def _entry(variable: GivenVariable) -> tuple[str, str | Mapping[str, str] | None]:
    secret = variable.type == VariableType.SECRET_STRING
    return entry_name(variable.name, variable.service), {"type": variable.type} if secret else variable.value
