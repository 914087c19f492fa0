"""The names that Pulumi gives: types of resources, and URNs."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from aem_mail.kinds import Scope, kind_of_token
from aem_mail.kinds.mail_egress import MAIL_EGRESS
from aem_mail.kinds.published_configuration import NAME as PUBLISHED_CONFIGURATION

PROVIDER_TYPE: Final = "pulumi:providers:pulumi-python"
COMPONENT: Final = MAIL_EGRESS.name
(COMPONENT_TYPE,) = MAIL_EGRESS.tokens
COMMAND_OF_PUBLISHING: Final = f"aem:mail:{PUBLISHED_CONFIGURATION}$command:local:Command::"
"""What the URN of such a command holds."""
OF_ENTRY: Final = "::["
"""Ends the URN of a set, and begins the name of one of its entries; no resource's name holds it."""


def kind_of(type_: str) -> str | None:
    """Return PortForward, EnvVar, …; None for a resource of somebody else, or of a newer version of this package."""
    kind = kind_of_token(type_)
    return None if kind is None or kind.scope is Scope.STACK else kind.name


def resource_name(urn: str) -> str:
    """Return the resource's name in the program; an entry's name follows that of its set in brackets."""
    whole, of_entry, entry = urn.partition(OF_ENTRY)
    return whole.rsplit("::", 1)[-1] + (f"[{entry}" if of_entry else "")


def entry_urn(urn: str, entry: str) -> str:
    """Return what stands for the URN of one entry of a set of entries, which the engine knows as a whole."""
    return f"{urn}{OF_ENTRY}{entry}]"


def is_entry(urn: str) -> bool:
    """Say whether what stands for a URN is that of one entry of a set."""
    return OF_ENTRY in urn


def whole_urn(urn: str) -> str:
    """Return the URN by which the engine knows a resource, also where an entry of it is meant."""
    return urn.partition(OF_ENTRY)[0]


def stack_name(urns: Iterable[str], otherwise: str) -> str:
    """Return the name of the stack, which is part of every URN; ``otherwise`` where there is none."""
    return next((urn.split(":")[2] for urn in urns if urn.count(":") > 2), otherwise)


def published_by(urn: str, inputs: Mapping[str, Any]) -> str | None:
    """Return what a command of a PublishedConfiguration is told, None where it is none or that is not known."""
    told = inputs.get("stdin")
    return told if COMMAND_OF_PUBLISHING in urn and isinstance(told, str) else None


def component_name(parent: str) -> str | None:
    """Return the name of the MailEgress that a resource with this parent is part of, None if it is of none."""
    return resource_name(parent) if f"{COMPONENT_TYPE}::" in parent else None
