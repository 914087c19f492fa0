"""The kinds of resources: all that is known of one stands in its file, and everybody else asks the registry.

A kind is asked for by the name of its class in a program (PortForward, SecretEnvVar, …). Rules take properties in normal form,
skip UNKNOWN values, report wrong types instead of raising, and never put the value of a secret into a message.
"""

from typing import Any

from aem_mail.errors import Problem
from aem_mail.kinds.kind import ResourceKind, Scope
from aem_mail.kinds.registry import UnknownKind, kind_named, kind_of_token, register, unregister
from aem_mail.kinds.verdict import Verdict
from aem_mail.model import Properties

__all__ = [
    "ResourceKind",
    "Scope",
    "UnknownKind",
    "Verdict",
    "claim_keys",
    "decide",
    "identity",
    "kind_named",
    "kind_of_token",
    "normalise",
    "parse_identity",
    "problems",
    "register",
    "thing",
    "unregister",
    "warnings",
]


def thing(kind: str, properties: Properties) -> str:
    """Say in the words of the API what a resource stands for; never a variable's value."""
    return kind_named(kind).thing(properties)


def normalise(kind: str, properties: Properties) -> dict[str, Any]:
    """Return the properties in normal form; it never raises, and a second time changes nothing.

    None means "not given" and is dropped; whole floats become integers; ids become strings of digits; hosts lose capitals
    and one trailing dot; lists that are sets are sorted and without duplicates (a VPN's resolvers keep their order, since
    the first is asked first); ``port_orig`` gets its default 30000 + ``port_dest`` where that lies in 30000–30999, and is
    UNKNOWN where ``port_dest`` is. Values of the wrong type stay as they are, for the rules to report; UNKNOWN and unlisted
    fields pass.
    """
    return kind_named(kind).normalise(properties)


def identity(kind: str, properties: Properties, project: str | None = None) -> str:
    """Return the id that these inputs stand for.

    An OsgiConfig's id is its path relative to the absolute folder ``project``; without one, ``directory`` is taken as it is.
    Raises ValueError where a part is missing or UNKNOWN, or a directory is no text.
    """
    return kind_named(kind).identity(properties, project)


def parse_identity(kind: str, identity: str) -> dict[str, Any]:
    """Return the inputs that an id tells; the inverse of `identity`. Raises ValueError for what is no id of that kind."""
    return kind_named(kind).parse_identity(identity)


def claim_keys(kind: str, properties: Properties, project: str | None = None) -> tuple[str, ...]:
    """Return the keys that a run claims for the entries that these inputs stand for, none while a part is missing or UNKNOWN.

    EnvVar and SecretEnvVar share one key space; a NetworkInfrastructure's key holds its kind and address space too, so
    that a replacement really deletes.
    """
    return kind_named(kind).claim_keys(properties, project)


def decide(kind: str, recorded: Properties, wanted: Properties, project: str | None = None) -> Verdict:
    """Say which declared inputs changed between two states; both are brought into normal form first.

    Computed outputs, Pulumi's own keys, ``logical_name``, ``on_conflict`` and ``allow_replace`` never count. UNKNOWN counts
    as changed, because a no-op cannot be promised. A part of the id replaces, create first; a network infrastructure's kind,
    region and address space replace, delete first. ``project`` is the folder that an OsgiConfig's directory is relative to.
    """
    return kind_named(kind).decide(recorded, wanted, project)


def problems(kind: str, properties: Properties) -> list[Problem]:
    """Return everything that forbids one resource of ``kind``."""
    return list(kind_named(kind).problems(properties))


def warnings(kind: str, properties: Properties) -> list[Problem]:
    """Return what is allowed, but will probably not do what was meant."""
    return list(kind_named(kind).warnings(properties))
