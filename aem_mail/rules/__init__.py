"""What an input may be: every limit that can be told without asking Cloud Manager, every problem at once.

All functions take properties in normal form (`aem_mail.normal`), skip UNKNOWN values, report wrong types instead of
raising, and never put the value of a secret into a message.
"""

from collections.abc import Sequence

from aem_mail.errors import Problem
from aem_mail.model import Properties


def problems(kind: str, properties: Properties) -> list[Problem]:
    """Return everything that forbids one resource of ``kind`` (the class name: PortForward, SecretEnvVar, …)."""
    raise NotImplementedError


def warnings(kind: str, properties: Properties) -> list[Problem]:
    """Return what is allowed, but will probably not do what was meant."""
    raise NotImplementedError


def duplicate_rules(rules: Sequence[Properties]) -> list[Problem]:
    """Return one problem for each ``port_orig`` that several PortForwards of one environment declare."""
    raise NotImplementedError


def secret_value_problems(value: object, field: str = "value") -> list[Problem]:
    """Return what forbids a secret's value; for values read through ``value_from`` too. The value is never quoted."""
    raise NotImplementedError


def secret_value_warnings(value: object, field: str = "value") -> list[Problem]:
    """Return what is suspicious about a secret's value, without quoting it."""
    raise NotImplementedError


def mail_egress_problems(properties: Properties) -> list[Problem]:
    """Return everything that forbids a MailEgress: its own rules and the limits of the resources it stands for.

    ``properties`` has MailEgress's argument names; ``smtp``, ``egress``, ``osgi``, ``on_conflict`` and ``timeouts`` are
    mappings, the first three with the fields' snake_case names. Fields are named from the component's point of view
    (``smtp.port_orig``).
    """
    raise NotImplementedError


def mail_egress_warnings(properties: Properties) -> list[Problem]:
    """Return what is allowed in a MailEgress, but will probably not do what was meant."""
    raise NotImplementedError
