"""The part of an environment that one MailEgress can stand for: the mail's rule, the user and password, and the way out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.adopt.declarable import Declared, variable_name
from aem_mail.checks import Severity, find_mistakes
from aem_mail.checks.component import SAID_BY_RULES, mail_egress_resources
from aem_mail.checks.declared import declarations, rendered_files
from aem_mail.checks.project import MailFiles, subject_of
from aem_mail.checks.subject import TIERS
from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.mail_egress import MAIL_EGRESS
from aem_mail.kinds.mail_secrets import DEFAULT_VARIABLES, LOGIN
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.model import UNKNOWN, EnvironmentId, PortForward, Properties, VariableKey
from aem_mail.settings.names import camel

CREDENTIALS: Final = tuple(DEFAULT_VARIABLES[name] for name in LOGIN)
"""MailEgress's variables, as they are called where the program does not say otherwise."""

NETWORKING_NAME: Final = "advanced-networking"

Services = tuple[str | None, ...]
"""The services whose user and password a MailEgress declares; None is all of them."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What a MailEgress declares; ``services`` is (None,) where its variables are for all, ``from_address`` None where it is not known.

    ``egress`` has the fields' argument names; a VPN's shared keys are not in it.
    """

    rule: PortForward
    services: Services
    egress: Mapping[str, Any]
    from_address: str | None = None

    def own_services(self) -> list[str] | None:
        """Return the argument ``services``."""
        return [one for one in self.services if one is not None] or None

    def settings(self, environment: EnvironmentId) -> dict[str, Any]:
        """Return the stack's configuration by key, without the prefix."""
        sender = {} if self.from_address is None else {"fromAddress": self.from_address}
        services = self.own_services()
        return {
            "programId": environment.program_id,
            "environmentId": environment.environment_id,
            "egress": {camel(name): value for name, value in self.egress.items()},
            "smtp": {"host": self.rule.name, "port": self.rule.port_dest, "portOrig": self.rule.port_orig},
            **sender,
            **({} if services is None else {"services": services}),
            "onConflict": {"secretEnvVar": "keep"},
        }

    def resources(self) -> tuple[Declared, ...]:
        """Return the same things as they would be declared one by one."""
        rule = {"name": self.rule.name, "port_dest": self.rule.port_dest, "port_orig": self.rule.port_orig}
        hosts = self.egress.get("non_proxy_hosts")
        return (
            *_infrastructures(self.egress),
            Declared(ADVANCED_NETWORKING.name, NETWORKING_NAME, {} if hosts is None else {"non_proxy_hosts": hosts}),
            Declared(PORT_FORWARD.name, f"port-forward-{self.rule.port_orig}", rule),
            *credentials_of(self.services),
        )

    def resource_names(self) -> frozenset[str]:
        """Return the names under which the same things would be declared one by one."""
        return frozenset(one.name for one in self.resources())


def credentials_of(services: Services) -> tuple[Declared, ...]:
    """Return the secrets of a MailEgress for these services."""
    keys = [VariableKey(service, name) for service in services for name in CREDENTIALS]
    return tuple(
        Declared(SECRET_VARIABLE.name, variable_name(key), {"name": key.name, **({} if key.service is None else {"service": key.service})})
        for key in keys
    )


def services_of(secrets: Sequence[Declared]) -> Services:
    """Return the services that have both user and password: all of them together, or each by itself, or none."""
    keys = {(one.arguments["name"], one.arguments.get("service")) for one in secrets}

    def complete(service: str | None) -> bool:
        return all((name, service) in keys for name in CREDENTIALS)

    return (None,) if complete(None) else tuple(filter(complete, TIERS))


def hindrances(environment: EnvironmentId, mail: Mail) -> list[str]:
    """Return why `pulumi preview` would refuse this MailEgress; what still has to be set does not count."""
    args = _arguments(environment, mail)
    return [*map(str, MAIL_EGRESS.problems(args)), *_errors(args)]


def _infrastructures(egress: Mapping[str, Any]) -> Iterator[Declared]:
    if egress["mode"] == "managed":
        arguments = {name: value for name, value in egress.items() if name not in ("mode", "non_proxy_hosts")}
        yield Declared(NETWORK_INFRASTRUCTURE.name, f"network-infrastructure-{egress['region']}", arguments)


def _arguments(environment: EnvironmentId, mail: Mail) -> dict[str, Any]:
    connections = mail.egress.get("connections")
    keys = {} if connections is None else {"connections": [{**one, "sharedKey": UNKNOWN} for one in connections]}
    return {
        "program_id": environment.program_id,
        "environment_id": environment.environment_id,
        "smtp": {"host": mail.rule.name, "port": mail.rule.port_dest, "port_orig": mail.rule.port_orig},
        "from_address": UNKNOWN if mail.from_address is None else mail.from_address,
        "egress": {**mail.egress, **keys},
        "services": mail.own_services(),
        "on_conflict": {"secretEnvVar": "keep"},
    }


def _errors(args: Properties) -> Iterator[str]:
    resources = list(mail_egress_resources(args))
    declaration = next(iter(declarations(resources).values()), None)
    for finding in find_mistakes(subject_of(declaration, MailFiles(rendered=rendered_files(resources)), None)):
        if finding.severity is Severity.ERROR and finding.id not in SAID_BY_RULES:
            yield str(finding)
