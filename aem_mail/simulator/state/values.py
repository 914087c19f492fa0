"""What Cloud Manager holds, as immutable values.

Stored state is terminal: it says how things are once every change is over. A change in progress is kept beside it with the
moment at which it ends, and the view at a time is derived (transitions.py beside this file).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from aem_mail.kinds.forms import host
from aem_mail.simulator.state.oauth_client import OAuthClient
from aem_mail.simulator.state.secret import Secret

PROFILES = ("Business Owner", "Deployment Manager", "Developer", "Program Manager")
SERVICES = ("author", "publish", "preview")
SET_BY_AEM = re.compile(r"AEM_(?:HTTPS?_)?PROXY_(?:HOST|PORT)|AEM_NON_PROXY_HOSTS|AEM_EXTERNALIZER_.*")
Identity: TypeAlias = tuple[str | None, str]
TlsMode: TypeAlias = Literal["implicit", "starttls", "none"]
BasicAuth: TypeAlias = Literal["accepted", "disabled", "retired"]
PASSWORD_MECHANISMS = ("LOGIN", "PLAIN")

OtherFields: TypeAlias = Mapping[str, Any]
"""Fields that the specification does not know, as they were seeded."""


@dataclass(frozen=True)
class PortForward:
    """`AEM_PROXY_HOST:port_orig` leads to `name:port_dest`."""

    name: str
    port_dest: int
    port_orig: int
    other_fields: OtherFields = field(default_factory=dict)


@dataclass(frozen=True)
class Networking:
    """The advanced networking of an environment where it is enabled; several seeded rules may share a `port_orig`."""

    non_proxy_hosts: tuple[str, ...] = ()
    port_forwards: tuple[PortForward, ...] = ()
    other_fields: OtherFields = field(default_factory=dict)


@dataclass(frozen=True)
class Variable:
    """A variable of an environment; `service` None stands for all services, a secret's value is a `Secret`."""

    name: str
    value: str | Secret = field(repr=False)
    service: str | None = None
    status: str = "ready"

    @property
    def identity(self) -> Identity:
        return self.service, self.name

    @property
    def type(self) -> str:
        return "secretString" if isinstance(self.value, Secret) else "string"

    @property
    def text(self) -> str | None:
        """The value as AEM reads it, None for a secret that is known by its fingerprint only."""
        return self.value.value if isinstance(self.value, Secret) else self.value


@dataclass(frozen=True)
class EnvironmentChange:
    """A change of an environment until the simulated time `until`; what it replaced stays in force until then."""

    until: float
    networking: Networking | None
    variables: tuple[Variable, ...]
    touched: frozenset[Identity] = frozenset()


@dataclass(frozen=True)
class Environment:
    """An environment; `status` is the one it has once `change` is over, `tiers` those of SERVICES that it has."""

    id: str
    name: str
    type: str
    region: str
    status: str = "ready"
    networking: Networking | None = None
    variables: tuple[Variable, ...] = ()
    tiers: tuple[str, ...] = SERVICES
    change: EnvironmentChange | None = None
    is_deploying: bool = False
    """Whether a pipeline deploys to it at the moment of the view; derived, whatever is stored."""


@dataclass(frozen=True)
class VpnConnection:
    """One connection of a VPN; `gateway` and `ipsec_policy` in the API's own field names, with unknown ones where they were seeded."""

    name: str
    gateway: Mapping[str, Any]
    ipsec_policy: Mapping[str, Any]
    shared_key: Secret
    other_fields: OtherFields = field(default_factory=dict)


@dataclass(frozen=True)
class InfrastructureChange:
    """A network infrastructure being created, updated or deleted until the simulated time `until`."""

    status: str
    until: float


@dataclass(frozen=True)
class Infrastructure:
    """A network infrastructure; `status` is the one it has once `change` is over, `dns` in the API's own field names.

    `known_names` are those that its resolvers know, None: the private ones.
    """

    id: str
    kind: str
    region: str
    is_primary_region: bool = False
    status: str = "ready"
    address_space: tuple[str, ...] = ()
    dns: Mapping[str, Any] | None = None
    known_names: tuple[str, ...] | None = None
    connections: tuple[VpnConnection, ...] = ()
    created: float | None = None
    updated: float | None = None
    change: InfrastructureChange | None = None
    other_fields: OtherFields = field(default_factory=dict)


@dataclass(frozen=True)
class Execution:
    """A run of a pipeline since the simulated time `started`; `failing` is the action of the step in which it ends, None: it succeeds."""

    id: str
    started: float
    failing: str | None = None


@dataclass(frozen=True)
class Pipeline:
    """A pipeline that builds `branch` and deploys to one environment; with `failing_step`, each execution fails in that step."""

    id: str
    name: str
    environment_id: str
    branch: str = "main"
    failing_step: str | None = None
    executions: tuple[Execution, ...] = ()


@dataclass(frozen=True)
class Program:
    """A program with its infrastructures, pipelines and, by id, its environments; `status` as in the API."""

    id: str
    name: str
    region: str
    sandbox: bool = False
    infrastructures: tuple[Infrastructure, ...] = ()
    environments: Mapping[str, Environment] = field(default_factory=dict)
    pipelines: tuple[Pipeline, ...] = ()
    status: str = "ready"

    def with_environment(self, environment: Environment) -> Program:
        return replace(self, environments={**self.environments, environment.id: environment})

    def with_infrastructure(self, infrastructure: Infrastructure) -> Program:
        others = {each.id: each for each in self.infrastructures}
        return replace(self, infrastructures=tuple({**others, infrastructure.id: infrastructure}.values()))

    def with_pipeline(self, pipeline: Pipeline) -> Program:
        return replace(self, pipelines=tuple(pipeline if each.id == pipeline.id else each for each in self.pipelines))


@dataclass(frozen=True)
class MailServer:
    """A mail server; with `users` (passwords by name) or `oauth` it requires a login, without both it takes everybody.

    `basic_auth` says what becomes of passwords: `disabled` (the tenant's or the mailbox's choice) and `retired` (the provider's)
    refuse the right ones too. `mechanisms` are those for passwords; XOAUTH2 is there with `oauth`, the application whose users have
    mailboxes here.
    """

    host: str
    port: int
    tls: TlsMode
    users: Mapping[str, Secret] = field(default_factory=dict)
    basic_auth: BasicAuth = "accepted"
    mechanisms: tuple[str, ...] = PASSWORD_MECHANISMS
    oauth: OAuthClient | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port; of a name the form that stands for all spellings of it."""
        return host(self.host), self.port

    @property
    def wants_login(self) -> bool:
        return bool(self.users) or self.oauth is not None

    @property
    def secrets(self) -> list[Secret]:
        return [*self.users.values(), *([] if self.oauth is None else self.oauth.secrets())]


@dataclass(frozen=True)
class SimulatorState:
    """Everything but the clock. `profiles` are the product profiles that the client's credential has."""

    programs: Mapping[str, Program] = field(default_factory=dict)
    smtp: tuple[MailServer, ...] = ()
    profiles: tuple[str, ...] = PROFILES
    last_infrastructure_id: int = 30000

    def with_program(self, program: Program) -> SimulatorState:
        return replace(self, programs={**self.programs, program.id: program})
