"""What an input may be: every limit that can be told without asking Cloud Manager, every problem at once.

The functions for one resource take properties in normal form (`aem_mail.normal`). All skip UNKNOWN values, report wrong types instead
of raising, and never put the value of a secret into a message.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from aem_mail.errors import Problem
from aem_mail.model import Properties
from aem_mail.normal import normalise
from aem_mail.presets import with_preset
from aem_mail.rules import (
    advanced_networking,
    environment_variable,
    mail_egress,
    network_infrastructure,
    osgi_config,
    port_forward,
    secret_variable,
)
from aem_mail.rules.advanced_networking import non_proxy_hosts_problems
from aem_mail.rules.port_forward import duplicate_rules

__all__ = [
    "duplicate_rules",
    "mail_egress_problems",
    "mail_egress_warnings",
    "non_proxy_hosts_problems",
    "problems",
    "secret_value_problems",
    "secret_value_warnings",
    "warnings",
]

Rules = Callable[[Properties], Iterator[Problem]]

PROBLEMS: Final[Mapping[str, Rules]] = {
    "NetworkInfrastructure": network_infrastructure.problems,
    "AdvancedNetworking": advanced_networking.problems,
    "PortForward": port_forward.problems,
    "EnvVar": environment_variable.problems,
    "SecretEnvVar": secret_variable.problems,
    "OsgiConfig": osgi_config.problems,
}
WARNINGS: Final[Mapping[str, Rules]] = {
    "NetworkInfrastructure": network_infrastructure.warnings,
    "AdvancedNetworking": advanced_networking.warnings,
    "PortForward": port_forward.warnings,
    "EnvVar": environment_variable.warnings,
    "SecretEnvVar": secret_variable.warnings,
    "OsgiConfig": osgi_config.warnings,
}


def problems(kind: str, properties: Properties) -> list[Problem]:
    """Return everything that forbids one resource of ``kind`` (the class name: PortForward, SecretEnvVar, …)."""
    return list(PROBLEMS[kind](properties))


def warnings(kind: str, properties: Properties) -> list[Problem]:
    """Return what is allowed, but will probably not do what was meant."""
    return list(WARNINGS[kind](properties))


def secret_value_problems(value: object, field: str = "value", *, allow_placeholder: object = None) -> list[Problem]:
    """Return what forbids a secret's value; for values read through ``value_from`` too. The value is never quoted.

    A stand-in, such as a mask, is refused unless ``allow_placeholder`` is true.
    """
    return [*secret_variable.secret_value(field, value), *secret_variable.stand_in(field, value, allow_placeholder)]


def secret_value_warnings(value: object, field: str = "value") -> list[Problem]:
    """Return what is suspicious about a secret's value, without quoting it."""
    return list(secret_variable.value_warnings(field, value))


def mail_egress_problems(properties: Properties) -> list[Problem]:
    """Return everything that forbids a MailEgress: its own rules and the limits of the resources it stands for.

    ``properties`` has MailEgress's argument names; ``smtp``, ``egress``, ``osgi``, ``oauth``, ``on_conflict`` and ``timeouts``
    are mappings, the first four with the fields' snake_case names. They need not be in normal form. Fields are named from the
    component's point of view (``smtp.port_orig``).
    """
    return list(mail_egress.problems(normalise("MailEgress", with_preset(properties))))


def mail_egress_warnings(properties: Properties) -> list[Problem]:
    """Return what is allowed in a MailEgress, but will probably not do what was meant."""
    return list(mail_egress.warnings(normalise("MailEgress", with_preset(properties))))
