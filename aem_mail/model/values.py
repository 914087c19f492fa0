"""The values that all parts share, in normal form, in the vocabulary of the Cloud Manager API.

Nothing here reads, writes or decides. Objects of other owners (port forwards and hosts that no stack declares), and fields that
the specification does not know, are kept as the API gave them, so that they can be sent back unchanged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, Final


class Unknown(Enum):
    """The one value that stands for an input which is not known before `pulumi up`."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


def holds_unknown(value: Any) -> bool:
    """Say whether a JSON value is UNKNOWN, or some part of it is."""
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return value is UNKNOWN or any(map(holds_unknown, items))


Properties = Mapping[str, Any]
"""A resource's inputs or outputs: field name → JSON value or UNKNOWN, numbers as int where they are whole."""


class VariableType(StrEnum):
    """Type of an environment variable: in OSGi read by `$[env:…]` and `$[secret:…]`, and never the other way round."""

    STRING = "string"
    SECRET_STRING = "secretString"  # noqa: S105 - the API's name of the type


@dataclass(frozen=True, slots=True, order=True)
class EnvironmentId:
    """A program's id and an environment's id, strings of digits."""

    program_id: str
    environment_id: str

    def __str__(self) -> str:
        return f"program {self.program_id}, environment {self.environment_id}"


@dataclass(frozen=True, slots=True)
class Connection:
    """How Cloud Manager and IMS are reached, and as whom; exactly one of ``client_secret`` and ``access_token`` is given.

    The URLs are bases without a path and without a trailing slash. ``client_id`` is also the api key. ``source`` says in
    words where the credentials came from, so that a 401 can name recorded ones as its likely cause.
    """

    base_url: str
    ims_url: str
    org_id: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    access_token: str | None = field(default=None, repr=False)
    source: str = "environment variables"


@dataclass(frozen=True, slots=True)
class Program:
    """A program. ``sandbox`` is None where the answer does not tell (list answers do not), and so is ``status``."""

    id: str
    name: str
    sandbox: bool | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment; ``type`` is dev, stage, prod, rde or preprod, ``status`` as the specification lists them.

    ``tiers`` are those of author, publish and preview that it links to, None where these are all, or it does not tell.
    """

    id: str
    program_id: str
    name: str
    type: str
    status: str
    region: str | None = None
    tiers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class NetworkInfrastructure:
    """A program's network infrastructure in one region, as read; VPN shared keys are never returned by the API.

    ``dns`` and ``connections`` are as the API gave them, ``other_fields`` what else it gave and the specification does not know.
    """

    id: str
    kind: str
    region: str
    status: str
    is_primary_region: bool = False
    address_space: tuple[str, ...] = ()
    dns: Mapping[str, Any] | None = None
    connections: tuple[Mapping[str, Any], ...] = ()
    status_details: str | None = None
    other_fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class PortForward:
    """One rule: ``AEM_PROXY_HOST:port_orig`` → ``name:port_dest``. Its identity within the environment is ``port_orig``.

    Environments exist in which two rules share one: then neither can be told apart, and nobody acts on that port.
    """

    name: str
    port_dest: int
    port_orig: int

    def __str__(self) -> str:
        return f"{self.port_orig} → {self.name}:{self.port_dest}"


@dataclass(frozen=True, slots=True)
class AdvancedNetworking:
    """An environment's advanced networking document, as read.

    ``port_forwards`` holds the rules as the API gave them (its own field names, whatever else they carry), ``other_fields``
    what the document carries and the specification does not know; a document that is not enabled has none of it.
    """

    enabled: bool
    network_infrastructure_id: str | None = None
    non_proxy_hosts: tuple[str, ...] = ()
    port_forwards: tuple[Mapping[str, Any], ...] = ()
    other_fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class VariableKey:
    """Identity of a variable within its environment; ``service`` None means all services."""

    service: str | None
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.service or 'all services'})"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable as read; ``value`` is None for a secret, whose value the API never returns."""

    key: VariableKey
    type: str
    status: str
    value: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class VariableChange:
    """One entry of a PATCH. An empty value deletes, and then ``type`` must be the variable's own."""

    key: VariableKey
    type: str
    value: str = field(repr=False)


def port_forward_of(entry: Mapping[str, Any]) -> PortForward:
    """Read one rule of the API; a rule without a name (the specification allows it) has the empty name."""
    return PortForward(str(entry.get("name", "")), int(entry["portDest"]), int(entry["portOrig"]))


def port_forward_entry(rule: PortForward) -> dict[str, Any]:
    """Write one rule in the API's field names."""
    return {"name": rule.name, "portDest": rule.port_dest, "portOrig": rule.port_orig}


def keyed(variables: Sequence[Variable]) -> dict[VariableKey, Variable]:
    """Index variables by their identity."""
    return {variable.key: variable for variable in variables}
