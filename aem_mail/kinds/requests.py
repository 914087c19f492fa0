"""What resources ask of an environment, and what they are answered: values, one per resource and operation."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, TypeVar

from aem_mail.errors import AemMailError
from aem_mail.model import ConflictPolicy, EnvironmentId, PortForward, VariableKey, VariableType
from aem_mail.text.confidential import MASK

ALL_SERVICES: Final = "all"
ENABLEMENT: Final = "AdvancedNetworking"
RULE: Final = "PortForward"
VARIABLE: Final = "EnvVar"
NOWHERE: Final = ""
"""Stands for the place of an entry that the program does not declare any more."""


def enablement_key(environment: EnvironmentId) -> str:
    """Return the key of an environment's enablement."""
    return f"{ENABLEMENT} {environment.program_id}/{environment.environment_id}"


def rule_key(environment: EnvironmentId, port_orig: int) -> str:
    """Return the key of the rule on a port."""
    return f"{RULE} {environment.program_id}/{environment.environment_id}/{port_orig}"


def variable_claim(environment: EnvironmentId, key: VariableKey) -> str:
    """Return the key of a variable, whatever its type."""
    return f"{VARIABLE} {environment.program_id}/{environment.environment_id}/{key.service or ALL_SERVICES}/{key.name}"


Request = TypeVar("Request")


class Operation(StrEnum):
    """What happens to one resource; a replacement is a creation and a deletion."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Origin(StrEnum):
    """Whether a resource's entry was made by this stack or found there; shared switches go only when created here."""

    CREATED = "created"
    ADOPTED = "adopted"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one request.

    ``note`` is a sentence for the user, if there is something to say; ``unready`` is set where the change was accepted
    but was not seen to be in force (a deadline, a failed environment): then the entry belongs to the state anyway.
    """

    origin: Origin = Origin.ADOPTED
    note: str | None = None
    outputs: Mapping[str, Any] = field(default_factory=dict)
    unready: AemMailError | None = None


@dataclass(frozen=True, slots=True)
class EnablementNeeds:
    """What an enablement needs of the program's infrastructure, as far as it is known; the names of its hosts are not in it."""

    has_hosts: bool = False
    kind: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Enable:
    """Advanced networking enabled; ``non_proxy_hosts`` None leaves the hosts to others, a tuple is the whole list.

    ``infrastructure_kind`` and ``infrastructure_region`` must match the program's infrastructure where they are given.
    One that is not ``owned`` yet is told where it was enabled already. Hosts that are ``secret`` are never shown.
    """

    owner: str
    non_proxy_hosts: tuple[str, ...] | None = None
    infrastructure_kind: str | None = None
    infrastructure_region: str | None = None
    owned: bool = False
    secret: bool = False

    @property
    def needs(self) -> EnablementNeeds:
        return EnablementNeeds(bool(self.non_proxy_hosts), self.infrastructure_kind, self.infrastructure_region)


@dataclass(frozen=True, slots=True)
class PutRule:
    """One rule present; ``owned`` rules are overwritten, others only where ``on_conflict`` is ``replace``.

    Of the rule, and of the one that is there, what ``secret`` names is never shown.
    """

    owner: str
    rule: PortForward
    on_conflict: str = ConflictPolicy.ERROR
    owned: bool = False
    secret: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RemoveRule:
    """The rule of that ``port_orig`` gone; of the one that is there, what ``secret`` names is never shown."""

    port_orig: int
    secret: frozenset[str] = frozenset()


def port_of(request: PutRule | RemoveRule) -> int:
    """Return the ``port_orig`` on which a request acts."""
    return request.rule.port_orig if isinstance(request, PutRule) else request.port_orig


@dataclass(frozen=True, slots=True)
class Disable:
    """The enablement given up: the declared hosts gone and, only if it was ``created`` here and nothing is left, disabled."""

    created: bool
    non_proxy_hosts: tuple[str, ...] = ()


NetworkingRequest = Enable | PutRule | RemoveRule | Disable


@dataclass(frozen=True, slots=True)
class SetVariable:
    """One variable present with that type and value.

    ``value`` None means that the secret must be there already (``on_conflict`` keep). ``owned`` variables are overwritten.
    ``rewrite`` tells whether a secret that is there is written anyway, since its value cannot be compared. With ``secret``
    neither the value nor the one that is live is ever shown, whatever the variable's type.
    """

    owner: str
    key: VariableKey
    type: str
    value: str | None = field(repr=False)
    on_conflict: str = ConflictPolicy.ERROR
    owned: bool = False
    rewrite: bool = True
    secret: bool = False

    @property
    def hidden(self) -> bool:
        """Whether a value that is live in its place is not shown."""
        return self.secret or self.type == VariableType.SECRET_STRING


@dataclass(frozen=True, slots=True)
class RemoveVariable:
    """The variable gone, if it has that type; one of another type is not ours. A ``secret`` value that is live is never shown."""

    key: VariableKey
    type: str
    secret: bool = False

    @property
    def hidden(self) -> bool:
        """Whether a value that is live in its place is not shown."""
        return self.secret or self.type == VariableType.SECRET_STRING


VariableRequest = SetVariable | RemoveVariable


def as_owner(request: Request, recorded: Callable[[Any], bool]) -> Request:
    """Return the request as its owner's where this stack has ``recorded`` what stands in its place, as two that change places do.

    Asked only when a batch is merged: the other one may have been heard of a moment later. A secret that is to be kept stays so.
    """
    if not isinstance(request, Enable | PutRule | SetVariable) or request.owned:
        return request
    if isinstance(request, SetVariable) and request.on_conflict == ConflictPolicy.KEEP:
        return request
    return replace(request, owned=True) if recorded(request) else request


def claimed_key(environment: EnvironmentId, request: Enable | PutRule | SetVariable) -> str:
    """Return the key that is claimed for what a request wants to be there."""
    match request:
        case Enable():
            return enablement_key(environment)
        case PutRule():
            return rule_key(environment, request.rule.port_orig)
        case SetVariable():
            return variable_claim(environment, request.key)


def place_of(environment: EnvironmentId, request: object) -> str | None:
    """Return the key of what a request wants to be there, None where it wants something gone."""
    return claimed_key(environment, request) if isinstance(request, Enable | PutRule | SetVariable) else None


def shown_rule(rule: PortForward, secret: AbstractSet[str]) -> str:
    """Return a rule as messages show it, without what is ``secret`` of it."""
    parts = {name: MASK if name in secret else getattr(rule, name) for name in ("port_orig", "name", "port_dest")}
    return "{port_orig} → {name}:{port_dest}".format(**parts)


def takes_away(request: object) -> bool:
    """Say whether a request wants something gone: then nothing that was promised belongs to a state."""
    return isinstance(request, RemoveRule | Disable | RemoveVariable)
