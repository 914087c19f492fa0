"""What every kind of resource says of itself; where one says nothing, it is as it says here."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Final

from aem_mail.errors import Problem
from aem_mail.kinds.forms import Forms, plain, unchanged
from aem_mail.kinds.requests import ALL_SERVICES, EnablementNeeds, NetworkingRequest, Operation, VariableRequest
from aem_mail.kinds.shapes import Field, object_of
from aem_mail.kinds.verdict import Changes, Verdict, differs
from aem_mail.model import UNKNOWN, ConflictPolicy, PortForward, Properties, Variable
from aem_mail.text.confidential import MASK

Request = NetworkingRequest | VariableRequest
LiveValues = Mapping[str, Any]
"""What is live of a resource, under the names of its inputs and outputs."""

TYPE_PREFIX: Final = "pulumi-python:dynamic/aem:"
"""How the engine's type tokens of dynamic resources of this package begin."""
UNKNOWN_ID: Final = "?"
"""Stands for a part of a name that only `pulumi up` will know, or that is a secret."""


class Scope(Enum):
    """What a kind's resources are part of: what is read for them, and what is sent."""

    PROGRAM = "program"
    """The network infrastructures of a program."""
    NETWORKING = "networking"
    """The advanced networking document of an environment."""
    VARIABLES = "variables"
    """The variables of an environment."""
    PROJECT = "project"
    """The files of an AEM project."""
    STACK = "stack"
    """The Pulumi program alone: a component, which stands for other resources."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the entries that a resource holds: its name, the input that it stands in, and what it is as a resource of its own ``kind``."""

    name: str
    group: str
    kind: "ResourceKind"
    properties: Properties

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are claimed for it, none while a part of its address is not known."""
        return self.kind.claim_keys(self.properties)

    @property
    def id(self) -> str:
        """The id that it would have as a resource of its own, empty while a part of its address is not known."""
        try:
            return self.kind.identity(self.properties)
        except ValueError:
            return ""


@dataclass(frozen=True, slots=True)
class DeclaredInfrastructure:
    """A network infrastructure as far as it is known; ``kind`` None: not known, or it may replace one of another kind."""

    kind: str | None
    region: str | None


class ResourceKind(ABC):
    """One kind of resource; instances hold nothing.

    ``properties`` are always inputs or outputs under their argument names, in normal form unless it says otherwise.
    """

    name: ClassVar[str]
    """The name of its class in a program."""
    scope: ClassVar[Scope]
    parts: ClassVar[tuple[str, ...]] = ()
    """The inputs that an id is made of: a change of one of them makes another thing."""
    optional_parts: ClassVar[frozenset[str]] = frozenset()
    claimed_as: ClassVar[str] = ""
    """The word that begins its claim keys; empty: its name, since no other kind holds the same entries."""
    normal: ClassVar[Forms] = {}
    """Its inputs' normal forms."""
    fields: ClassVar[Mapping[str, Field]] = {}
    """What its inputs may be."""
    compared: ClassVar[tuple[str, ...]] = ()
    """The inputs that count. Policies that only `check` and `create` read (on_conflict, allow_replace) are not among them, since
    the engine hands those the new inputs; what a later `delete` or a report takes from the state (timeout, delete_file,
    expires_at) is."""
    never_sent: ClassVar[frozenset[str]] = frozenset({"timeout"})
    """Inputs that only the state has to record: Cloud Manager and the file know nothing of them."""
    sent_if_declared: ClassVar[frozenset[str]] = frozenset()
    """Inputs whose removal from the declaration means "not managed any more": what is live stays as it is."""
    default_policy: ClassVar[ConflictPolicy] = ConflictPolicy.ERROR
    """What ``on_conflict`` is where nothing is declared."""
    enables: ClassVar[bool] = False
    """Whether it declares that an environment's advanced networking is enabled, which rules need."""
    type: ClassVar[str] = ""
    """The type of the variable that it stands for; empty: it stands for none."""
    readable: ClassVar[tuple[str, ...]] = ()
    """What of it can be read, and so compared if the state did not hide it."""
    never_read: ClassVar[tuple[str, ...]] = ()
    """What the API never returns, so that it is unverifiable wherever it is declared."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """The type tokens under which the engine knows it."""
        return (f"{TYPE_PREFIX}{self.name}",)

    @property
    def in_environment(self) -> bool:
        """Whether it belongs to an environment, of which it asks what `request` says."""
        return self.scope in {Scope.NETWORKING, Scope.VARIABLES}

    @abstractmethod
    def thing(self, properties: Properties) -> str:
        """Say in the words of the API what a resource stands for; never a variable's value."""

    def normalise(self, properties: Properties) -> dict[str, Any]:
        """Return the properties in normal form, as `aem_mail.kinds.normalise` says."""
        return {name: self.normal.get(name, unchanged)(plain(value)) for name, value in properties.items() if value is not None}

    def identity(self, properties: Properties, project: str | None = None) -> str:
        """Return the id that these inputs stand for. Raises ValueError where a part is missing or UNKNOWN."""
        parts = self.known_parts(properties)
        return "/".join(ALL_SERVICES if part is None else str(part) for part in parts.values())

    def known_parts(self, properties: Properties) -> dict[str, Any]:
        """Return what the id is made of. Raises ValueError where a part is missing or UNKNOWN."""
        parts = {name: properties.get(name) for name in self.parts}
        missing = [name for name, part in parts.items() if part is UNKNOWN or (part is None and name not in self.optional_parts)]
        if missing:
            raise ValueError(f"an id of {self.name} needs {', '.join(missing)}")
        return parts

    def parse_identity(self, identity: str) -> dict[str, Any]:
        """Return the inputs that an id tells; the inverse of `identity`. Raises ValueError for what is no id of this kind."""
        texts = identity.split("/")
        if len(texts) != len(self.parts) or not all(texts):
            raise ValueError(f"{identity!r} is no id of {self.name}: expected {'/'.join(self.parts)}")
        return dict(zip(self.parts, texts, strict=True))

    def claim_keys(self, properties: Properties, project: str | None = None) -> tuple[str, ...]:
        """Return the keys that a run claims for what these inputs stand for, none while a part of them is missing or UNKNOWN."""
        try:
            return (f"{self.claimed_as or self.name} {self.identity(properties, project)}",)
        except ValueError:
            return ()

    def entries(self, properties: Properties) -> Sequence[Entry]:
        """Return the entries that one holds, where it holds several that are owned one by one; none of any other kind."""
        return ()

    def handed_over(self, inputs: Properties, outputs: Properties) -> Sequence["Entry"]:
        """Return the recorded entries that one has left to another resource, which may not have them yet. Raises ValueError."""
        return ()

    def held(self, properties: Properties, project: str | None = None) -> Iterator[tuple[str, Properties]]:
        """Yield each claim key with the properties of what stands there."""
        for key in self.claim_keys(properties, project):
            yield key, properties

    def places(self, recorded: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield each recorded key with the place that the program gives its entry, or NOWHERE: its own where that is not known."""
        for key in recorded:
            yield key, key if key in wanted or not wanted else wanted[0]

    def decide(self, recorded: Properties, wanted: Properties, project: str | None = None) -> Verdict:
        """Say which declared inputs changed between two states, as `aem_mail.kinds.decide` says."""
        recorded, wanted = self.normalise(recorded), self.normalise(wanted)
        changes = self.changes(recorded, wanted, project)
        replacing = self.replacing(recorded, wanted)
        replaces = tuple(name for name in changes if name in replacing)
        return Verdict(
            changed=tuple(changes),
            replaces=replaces,
            delete_before_replace=self.deletes_first(replaces),
            state_only=bool(changes) and not replaces and not any(changes.values()),
            reasons=self.reasons(changes, recorded, wanted),
        )

    def changes(self, recorded: Properties, wanted: Properties, project: str | None) -> Changes:
        """Return the inputs that changed."""
        return {name: self.is_sent(name, wanted) for name in self.compared if differs(recorded.get(name), wanted.get(name))}

    def is_sent(self, name: str, wanted: Properties) -> bool:
        """Say whether there is something to send for an input that changed."""
        return name not in self.never_sent and (name not in self.sent_if_declared or wanted.get(name) is not None)

    def replacing(self, recorded: Properties, wanted: Properties) -> frozenset[str]:
        """Return the inputs whose change makes a new resource."""
        return frozenset(self.parts)

    def deletes_first(self, replaces: Sequence[str]) -> bool:
        """Say whether the old one has to go before the new one comes."""
        return False

    def reasons(self, changes: Changes, recorded: Properties, wanted: Properties) -> tuple[str, ...]:
        """Say what the inputs alone do not show."""
        return ()

    def problems(self, properties: Properties) -> Iterator[Problem]:
        """Yield everything that forbids these inputs."""
        yield from object_of(self.fields, closed=False)("", properties)

    def warnings(self, properties: Properties) -> Iterator[Problem]:
        """Yield what is allowed, but will probably not do what was meant."""
        yield from ()

    def live_values(self, recorded: Properties, there: Any) -> LiveValues | None:
        """Return the live values of what is declared, None where the thing is not there; what is not declared is not looked at.

        ``there`` is what was read: a program's NetworkInfrastructures, an environment's AdvancedNetworking or its Variables (both
        None where the environment is not there), a file's text; which of them, ``scope`` says.
        """
        raise NotImplementedError

    def lost_values(self, recorded: Properties) -> LiveValues | None:
        """Return what a refresh records of one that is gone and that `pulumi up` cannot make again; None where its record goes too."""
        return None

    def is_restorable(self, recorded: Properties) -> bool:
        """Say whether `pulumi up` can bring one back as it is recorded."""
        return True

    def drifted(self, outputs: Properties, wanted: Properties) -> tuple[str, ...]:
        """Name the outputs that tell that something is wrong, though every declared input is as wanted."""
        return ()

    def request(self, operation: Operation, recorded: Properties, wanted: Properties, value: str | None = None) -> Request:
        """Return what one asks of its environment; ``value`` is the one of its variable, None for a secret that is only kept.

        A creation has nothing recorded, a deletion wants nothing; ``wanted`` has the ``logical_name`` too.
        """
        raise NotImplementedError

    def with_stand_ins(self, wanted: Properties, text: str, port: int) -> Properties:
        """Return what is wanted with a text or a port in the place of what is UNKNOWN, so that it can be requested on paper."""
        return {name: text if value is UNKNOWN and name in {"name", "service"} else value for name, value in wanted.items()}

    def wins(self, wanted: Properties) -> bool:
        """Say whether a new one would replace what is there."""
        return (wanted.get("on_conflict") or self.default_policy) == ConflictPolicy.REPLACE

    def outlives(self, recorded: Properties) -> bool:
        """Say whether what is live stays where its resource is deleted."""
        return False

    def hosts(self, properties: Properties) -> Sequence[str]:
        """Return the non-proxy hosts that one stands for."""
        return ()

    def infrastructures(self, properties: Properties) -> Sequence[DeclaredInfrastructure]:
        """Return the network infrastructures of a program that one declares."""
        return ()

    def enablements(self, properties: Properties) -> Sequence[EnablementNeeds]:
        """Return what the enablements that one declares need, as far as that is known."""
        return ()

    def rules(self, properties: Properties) -> Sequence[PortForward]:
        """Return the rules that one stands for, as far as they are known."""
        return ()

    def variables(self, properties: Properties) -> Sequence[Variable]:
        """Return the variables that one stands for, as far as they are known; a secret has no value, nor has an unknown one."""
        return ()


def told(value: Any) -> str:
    """Return a part of a thing's name as reports show it."""
    return UNKNOWN_ID if value in (None, UNKNOWN, MASK) else str(value)
