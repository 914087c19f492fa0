"""The names that Pulumi gives: types of resources, and URNs."""

from collections.abc import Iterable
from typing import Final

from aem_mail.identity import PARTS

TYPE_PREFIX: Final = "pulumi-python:dynamic/aem:"
PROVIDER_TYPE: Final = "pulumi:providers:pulumi-python"
COMPONENT: Final = "MailEgress"
COMPONENT_TYPE: Final = f"aem:mail:{COMPONENT}"


def kind_of(type_: str) -> str | None:
    """Return PortForward, EnvVar, …; None for a resource of somebody else, or of a newer version of this package."""
    kind = type_.removeprefix(TYPE_PREFIX)
    return kind if kind in PARTS and kind != type_ else None


def resource_name(urn: str) -> str:
    """Return the resource's name in the program."""
    return urn.rsplit("::", 1)[-1]


def stack_name(urns: Iterable[str], otherwise: str) -> str:
    """Return the name of the stack, which is part of every URN; ``otherwise`` where there is none."""
    return next((urn.split(":")[2] for urn in urns if urn.count(":") > 2), otherwise)


def component_name(parent: str) -> str | None:
    """Return the name of the MailEgress that a resource with this parent is part of, None if it is of none."""
    return resource_name(parent) if f"{COMPONENT_TYPE}::" in parent else None
