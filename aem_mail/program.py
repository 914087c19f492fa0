"""From the stack's configuration to what it declares: all of it, or the arguments of its MailEgress alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import pulumi
from pulumi.runtime.config import CONFIG

from aem_mail import settings
from aem_mail.errors import AemMailError
from aem_mail.kinds import Scope, kind_named
from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.environment_variables import ENVIRONMENT_VARIABLES
from aem_mail.kinds.mail_secrets import OAUTH
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.kinds.port_forwards import PORT_FORWARDS
from aem_mail.mail_egress import Egress, Former, MailEgress, MailEgressArgs, OAuth, Osgi, Smtp
from aem_mail.publishing.published_configuration import PublishedConfiguration, PublishedConfigurationArgs
from aem_mail.resources.advanced_networking import AdvancedNetworking, AdvancedNetworkingArgs
from aem_mail.resources.base.stack_configuration import is_set_as_secret, without_configured_secrets
from aem_mail.resources.base.voice import refusal
from aem_mail.resources.environment_variables import EnvVars, EnvVarsArgs
from aem_mail.resources.network_infrastructure import NetworkInfrastructure, NetworkInfrastructureArgs
from aem_mail.resources.port_forwards import PortForwards, PortForwardsArgs
from aem_mail.settings.environment import FROM_FILE, DeclaredBeside
from aem_mail.settings.keys import value_key
from aem_mail.settings.program import arguments_of
from aem_mail.settings.publishing import publishing_arguments
from aem_mail.variables import configured_secret, variables_from_file

CLASSES: Final[Mapping[str, tuple[Any, Any]]] = {
    NETWORK_INFRASTRUCTURE.name: (NetworkInfrastructure, NetworkInfrastructureArgs),
    ADVANCED_NETWORKING.name: (AdvancedNetworking, AdvancedNetworkingArgs),
    PORT_FORWARDS.name: (PortForwards, PortForwardsArgs),
    ENVIRONMENT_VARIABLES.name: (EnvVars, EnvVarsArgs),
}
Settings = TypeVar("Settings")


@dataclass(frozen=True, slots=True)
class DeclaredEnvironment:
    """What a stack's configuration declares: its MailEgress, the resources besides it by name, and what is published."""

    mail: MailEgress | None
    beside: Mapping[str, pulumi.Resource]
    published: PublishedConfiguration | None

    def outputs(self) -> dict[str, Any]:
        """Return what a program exports: the port that AEM uses, the host that mail comes from where there is one, and what is published.

        Nothing of it is secret; a MailEgress has more outputs than these.
        """
        mail = {} if self.mail is None else {"proxyPort": self.mail.proxy_port, "egressHost": self.mail.egress_host}
        return mail if self.published is None else {**mail, "published": self.published.outputs()}


VARIABLES: Final = ("username_variable", "password_variable")
"""The names of variables that may be configured."""


def mail_egress_args() -> MailEgressArgs:
    """Read the ``aem-mail:`` keys of the selected stack, whatever the project's name.

    Raises pulumi.RunError that names every missing, wrong and unknown key, each with the command that sets it.
    """
    return _mail_args(_read(settings.program_settings))


def declare_environment() -> DeclaredEnvironment:
    """Declare everything that the ``aem-mail:`` keys of the selected stack say, whatever the project's name.

    That is a MailEgress where one is configured, what is published of it, and what is declared besides it: docs/settings.md. Raises
    pulumi.RunError as `mail_egress_args` does.
    """
    given = _read(settings.environment_settings)
    mail = None if given.mail is None else MailEgress("mail", _mail_args(given.mail))
    infrastructures = [] if mail is None or mail.network_infrastructure is None else [mail.network_infrastructure]
    beside: dict[str, pulumi.Resource] = {}
    for one in given.beside:
        resource = _declared(one, given, infrastructures)
        if isinstance(resource, NetworkInfrastructure) and mail is None:
            infrastructures.append(resource)
        beside[one.name] = resource
    if given.variables_file is not None:
        beside[FROM_FILE] = _variables_in(given.variables_file, given)
    return DeclaredEnvironment(mail, beside, None if mail is None else _published(mail))


def _read(read: Callable[[Mapping[str, Any], Callable[[str], bool]], Settings]) -> Settings:
    """Read the configuration of the selected stack."""
    try:
        return read(settings.namespaced(CONFIG.get()), is_set_as_secret)
    except AemMailError as error:
        raise refusal(without_configured_secrets(str(error))) from None


def _mail_args(given: settings.ProgramSettings) -> MailEgressArgs:
    return MailEgressArgs(
        given.program_id,
        given.environment_id,
        _smtp(given.smtp),
        given.from_address,
        username=_secret(given.username),
        password=_secret(given.password),
        username_from=given.username_from,
        password_from=given.password_from,
        egress=_egress(given.egress),
        osgi=None if given.osgi is None else Osgi(**given.osgi),
        on_conflict=given.on_conflict,
        timeouts=given.timeouts,
        services=given.services,
        allow_placeholder=given.allow_placeholder,
        oauth=None if given.oauth is None else _oauth(given.oauth),
        **{name: value for name in VARIABLES if (value := getattr(given, name)) is not None},
    )


def published_configuration_args(mail: MailEgress) -> PublishedConfigurationArgs | None:
    """Return how to publish what a MailEgress has rendered; None where ``aem-mail:osgi`` of the selected stack has no ``publish``.

    The settings are those that `mail_egress_args` has checked.
    """
    config = settings.namespaced(CONFIG.get())
    publishing = publishing_arguments(config)
    if publishing is None:
        return None
    given = arguments_of(config)
    return PublishedConfigurationArgs(
        program_id=given["program_id"],
        environment_id=given["environment_id"],
        configurations=mail.osgi_config,
        run_mode=(given["osgi"] or {}).get("run_mode"),
        **publishing,
    )


def _declared(one: DeclaredBeside, given: settings.EnvironmentSettings, infrastructures: Sequence[NetworkInfrastructure]) -> Any:
    """Declare a resource; one of networking waits for the infrastructures, and nothing else for anything."""
    make, args = CLASSES[one.kind]
    scope = kind_named(one.kind).scope
    ids = [given.program_id] if scope is Scope.PROGRAM else [given.program_id, given.environment_id]
    after = list(infrastructures) if scope is Scope.NETWORKING else None
    return make(one.name, args(*ids, **_with_secrets(one.arguments)), pulumi.ResourceOptions(depends_on=after))


def _with_secrets(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments in which secrets are such, those with their values that have them in a key of their own."""
    found = dict(arguments)
    if "connections" in found:
        found["connections"] = pulumi.Output.secret(found["connections"])
    if "secrets" in found:
        found["secrets"] = {name: _with_value(name, entry) for name, entry in found["secrets"].items()}
    return found


def _with_value(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    address = ENVIRONMENT_VARIABLES.address(name, entry, {})
    value = configured_secret(value_key(address["name"], address["service"]))
    return {**({} if value is None else {"value": value}), **entry}


def _variables_in(path: str, given: settings.EnvironmentSettings) -> EnvVars:
    return variables_from_file(
        path, given.program_id, given.environment_id, name=FROM_FILE, allow_placeholder=given.allow_placeholder is True
    )


def _published(mail: MailEgress) -> PublishedConfiguration | None:
    args = published_configuration_args(mail)
    return None if args is None else PublishedConfiguration("mail", args, pulumi.ResourceOptions(depends_on=[mail]))


def _secret(value: str | None) -> pulumi.Output[str] | None:
    return None if value is None else pulumi.Output.secret(value)


def _smtp(given: Mapping[str, Any]) -> Smtp:
    former = given.get("former")
    return Smtp(**{**given, "former": None if former is None else Former(**former)})


def _egress(given: Mapping[str, Any]) -> Egress:
    connections = given.get("connections")
    return Egress(**{**given, "connections": None if connections is None else pulumi.Output.secret(connections)})


def _oauth(given: Mapping[str, Any]) -> OAuth:
    return OAuth(**{**given, **{name: _secret(given.get(name)) for name in OAUTH}})
