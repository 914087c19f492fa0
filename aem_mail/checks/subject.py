"""What is checked: a declaration, the configuration that each tier of AEM would use, and the live environment; pure values."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from aem_mail.checks.network import NetworkFacts
from aem_mail.checks.place import Place, PlaceKind
from aem_mail.kinds.environment_variable import PRODUCT_PREFIX
from aem_mail.kinds.port_forward import live_rule
from aem_mail.live.model import LiveEnvironment
from aem_mail.model import PortForward, Service, Variable, VariableKey, VariableType
from aem_mail.model.statuses import DELETED
from aem_mail.osgi import MAIL_SERVICE_PID, Lookup, Properties, Resolution, folder_of, resolution, variables_lookup
from aem_mail.osgi.errors import OsgiError
from aem_mail.osgi.values import as_text

PROXY_HOST: Final = "proxy.tunnel"
PROXY_HOST_VARIABLE: Final = "AEM_PROXY_HOST"
VARIABLE_KINDS: Final = ("env", "secret")
TIERS: Final = tuple(map(str, Service))
PROD: Final = "prod"

FOLLOWS: Final = "It follows from the port forward, which is not the declared one (M34): "
OF_A_RECORDED_RULE: Final = f"{FOLLOWS}run `pulumi up --refresh`."
OF_AN_OCCUPIED_PORT: Final = f"{FOLLOWS}fix that, and change nothing here."

_UNKNOWN: Final = "<a value that is not known here>"


@dataclass(frozen=True, slots=True)
class DeclaredVariable:
    """A variable that is declared; ``value`` None where it is not known here, ``expires_at`` as an ISO date.

    ``value_from`` is the reference by which a secret is declared, None where there is none. ``restorable``: `pulumi up` can make it.
    """

    key: VariableKey
    type: str
    value: str | None = field(default=None, repr=False)
    expires_at: str | None = None
    value_from: str | None = None
    restorable: bool = True


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a stack declares for one environment. None means: not declared here.

    ``services`` are the services that are declared to get the credentials, None for all; ``dns`` and ``connections`` are a
    VPN's, in the API's field names. ``expected_connections`` are those of one AEM instance at a time. ``recorded``: a `pulumi up`
    has recorded it; ``manages_infrastructure``: the stack creates the infrastructure, and does not only use it;
    ``unfinished`` are components, each with a kind of resource of it that no `pulumi up` has recorded, while it has recorded others.
    """

    program_id: str
    environment_id: str
    kind: str | None = None
    region: str | None = None
    dns: Mapping[str, Any] | None = None
    connections: Sequence[Mapping[str, Any]] | None = None
    enables_networking: bool = False
    non_proxy_hosts: tuple[str, ...] | None = None
    port_forwards: tuple[PortForward, ...] = ()
    variables: tuple[DeclaredVariable, ...] = ()
    services: tuple[str, ...] | None = None
    requires_fixed_ip: bool = False
    expected_connections: int | None = None
    recorded: bool = False
    manages_infrastructure: bool = False
    unfinished: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A file of the AEM project that has to do with mail: its properties, or why Felix refuses it.

    ``path`` is that below the `osgiconfig` folder, behind the folder's own where there are several. ``source`` is the file's absolute path,
    None where that is not known; ``lines`` are those of the properties, from 1 on, and ``refused_line`` is the one at which Felix stops.
    """

    path: str
    properties: Properties | None
    refusal: str | None = None
    has_comments: bool = False
    source: Path | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    refused_line: int = 1

    @property
    def folder(self) -> str:
        """The name of the folder of configurations that it lies in, such as `config.author`; empty where it lies in none."""
        folder = folder_of(self.path)
        return "" if folder is None else folder.name

    def where(self, *keys: str) -> Place:
        """Name the file, or properties of it, for a finding."""
        return Place(PlaceKind.FILE, (self.path,), keys)

    def line(self, keys: Sequence[str]) -> int:
        """Return the line of the first of these properties, else the one at which Felix stops, else the first."""
        return min((self.lines[key] for key in keys if key in self.lines), default=self.refused_line)


@dataclass(frozen=True, slots=True)
class TierConfiguration:
    """What one tier would use: the winning file per PID, or several where AEM leaves the winner open."""

    tier: str
    run_modes: tuple[str, ...]
    winners: Mapping[str, tuple[ProjectFile, ...]]

    def file(self, pid: str) -> ProjectFile | None:
        """Return the one winning file that can be read, if there is such a one."""
        files = self.winners.get(pid, ())
        return files[0] if len(files) == 1 and files[0].properties is not None else None


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything that the checks look at; what is not known is None or empty.

    What is live is judged as it is; what is declared stands in where nothing is there, or where nothing is known of what is there.
    ``files`` are all of the project, winners or not. ``rendered`` are those that the stack declares for a folder that is there, each
    with the file that is there.
    ``others`` are the program's other environments as far as they are known; those have no others themselves. ``given`` are the variables
    that the environment has as somebody says, where nobody asked; ``assumes_unset``: a variable of which nothing is known is unset.
    """

    declaration: Declaration | None = None
    tiers: tuple[TierConfiguration, ...] = ()
    files: tuple[ProjectFile, ...] = ()
    live: LiveEnvironment | None = None
    today: date = date.min
    network: NetworkFacts | None = None
    others: tuple["Subject", ...] = ()
    rendered: tuple[tuple[ProjectFile, ProjectFile | None], ...] = ()
    given: tuple[DeclaredVariable, ...] | None = None
    assumes_unset: bool = False

    @property
    def environment_type(self) -> str | None:
        """The type of the environment: as Cloud Manager says, else as the project is read; None if unknown."""
        if self.live is not None:
            return self.live.environment.type
        return next((modes[1] for tier in self.tiers if len(modes := tier.run_modes) > 1), None)

    @property
    def there(self) -> tuple[str, ...]:
        """The tiers that the environment links to, all of them where it does not tell."""
        tiers = self.live.environment.tiers if self.live is not None else None
        return TIERS if tiers is None else tiers

    @property
    def production(self) -> tuple["Subject", ...]:
        """The program's production environment, if it is another one and known."""
        return tuple(other for other in self.others if other.environment_type == PROD)

    @property
    def rules(self) -> dict[int, PortForward]:
        """The port forwards by ``port_orig``: those that are there, and on a port without one the declared one.

        Of several that are there on one port the same one stands here whatever their order; `shared_ports` has all of them.
        """
        declared = () if self.declaration is None else self.declaration.port_forwards
        return {rule.port_orig: rule for rule in (*declared, *reversed(self.live_rules))}

    @property
    def live_rules(self) -> tuple[PortForward, ...]:
        """The port forwards that are there, sorted, in normal form as the declared ones; none where that is not known."""
        return () if self.live is None else tuple(sorted(map(live_rule, self.live.networking.port_forwards)))

    def fix_of(self, rule: PortForward, fix: str) -> str:
        """Return the fix of what a rule's destination port brings about: of one that is not declared so, the fix of that alone (M34)."""
        declared = () if self.declaration is None else self.declaration.port_forwards
        wanted = {one.port_dest for one in declared if one.port_orig == rule.port_orig}
        if not wanted or rule.port_dest in wanted or rule.port_orig in self.shared_ports:
            return fix
        return OF_A_RECORDED_RULE if self.declaration is not None and self.declaration.recorded else OF_AN_OCCUPIED_PORT

    @property
    def shared_ports(self) -> dict[int, tuple[PortForward, ...]]:
        """The live rules that share a ``port_orig``, by it."""
        there = self.live_rules
        times = Counter(rule.port_orig for rule in there)
        return {port: tuple(rule for rule in there if rule.port_orig == port) for port in sorted(times) if times[port] > 1}

    @property
    def knows_rules(self) -> bool:
        """Say whether `rules` are all there is: offline, only a declaration with a rule promises that."""
        return self.live is not None or (self.declaration is not None and bool(self.declaration.port_forwards))

    @property
    def knows_variables(self) -> bool:
        """Say whether `variables` are all there is, except for those that AEM sets itself, which nobody lists."""
        return self.live is not None or self.given is not None

    @property
    def variables(self) -> dict[VariableKey, DeclaredVariable]:
        """The variables by identity: those that are there, and those of the declared ones that are not."""
        declared = {} if self.declaration is None else {variable.key: variable for variable in self.declaration.variables}
        live = () if self.live is None else self.live.variables
        given = {variable.key: variable for variable in self.given or ()}
        there = given | {variable.key: _as_it_is(variable, declared.get(variable.key)) for variable in live}
        return there | declared | there

    def is_unknown(self, name: str) -> bool:
        """Say whether nobody can tell if a variable is set: what is unknown is not unset."""
        listed = self.knows_variables and not name.startswith(PRODUCT_PREFIX)
        return not listed and name != PROXY_HOST_VARIABLE and all(key.name != name for key in self.variables)

    @property
    def awaited(self) -> frozenset[VariableKey]:
        """The variables that are declared and not there; none where it is not known what is there."""
        return frozenset() if self.live is None else frozenset(self.variables) - {variable.key for variable in self.live.variables}

    @property
    def kind(self) -> str | None:
        """The kind of the program's network infrastructure: of the one that is there, else the declared one; None if unknown."""
        there = self.live.program.infrastructures if self.live is not None else ()
        declared = None if self.declaration is None else self.declaration.kind
        return next((one.kind for one in there if one.status != DELETED), declared)

    def seen_by(self, tier: str) -> dict[str, DeclaredVariable]:
        """Return the variables that a tier sees by name; one for the tier alone beats one for all, and what is there what is not."""
        awaited = self.awaited
        ordered = sorted(self.variables.values(), key=lambda one: (one.key not in awaited, one.key.service is not None))
        return {one.key.name: one for one in ordered if one.key.service in (None, tier)}

    def mail_services(self) -> Iterator["ResolvedService"]:
        """Yield the mail service of each tier that has one."""
        for tier in self.tiers:
            file = tier.file(MAIL_SERVICE_PID)
            if file is not None and file.properties is not None:
                service = _resolved(tier.tier, file.path, file.properties, self._lookup(tier.tier))
                yield replace(service, secret=self._secret(service))

    def _lookup(self, tier: str, *, hidden: bool = False) -> Lookup:
        """Return AEM's lookup on a tier; ``hidden`` has no secret's value, known or not."""
        seen = self.seen_by(tier).values()
        strings = {one.key.name: _UNKNOWN if one.value is None else one.value for one in seen if one.type == VariableType.STRING}
        secrets = {one.key.name: one for one in seen if one.type == VariableType.SECRET_STRING}
        values = {name: _UNKNOWN if hidden or one.value is None else one.value for name, one in secrets.items()}
        known = variables_lookup({**strings, PROXY_HOST_VARIABLE: PROXY_HOST}, values)

        def lookup(kind: str, name: str) -> str | None:
            unknown = kind in VARIABLE_KINDS and not self.assumes_unset and self.is_unknown(name)
            return _UNKNOWN if unknown else known(kind, name)

        return lookup

    def _secret(self, service: "ResolvedService") -> frozenset[str]:
        """Return the properties whose text would be another one if no secret's value were known."""
        known = any(one.type == VariableType.SECRET_STRING and one.value is not None for one in self.seen_by(service.tier).values())
        if not known:
            return frozenset()
        hidden = _resolved(service.tier, service.path, service.raw, self._lookup(service.tier, hidden=True))
        return frozenset(key for key in service.raw if hidden.text(key) != service.text(key))


@dataclass(frozen=True, slots=True)
class ResolvedService:
    """The mail service of one tier: its properties as written and as AEM receives them.

    ``unresolved`` are the keys whose value is not known here, because a variable's is not, or that AEM leaves standing; ``secret``
    those whose value a secret is part of.
    """

    tier: str
    path: str
    raw: Properties
    resolved: Properties
    unresolved: frozenset[str]
    secret: frozenset[str] = frozenset()

    def text(self, key: str) -> str | None:
        """Return a property as text, "" where it is absent; None where it is not known."""
        if key in self.unresolved:
            return None
        return as_text(self.resolved.get(key, ""))

    def told(self, key: str) -> str | None:
        """Return a property as text that may be shown: of one with a secret in it as it is written."""
        return as_text(self.raw.get(key, "")) if key in self.secret else self.text(key)

    def flag(self, key: str) -> bool | None:
        """Return a property as AEM reads a flag: absent is false; None where it is not known."""
        text = self.text(key)
        return None if text is None else text.lower() == "true"

    def rule(self, subject: Subject) -> PortForward | None:
        """Return the port forward that this service's connections take."""
        port = self.text("smtp.port") or ""
        return subject.rules.get(int(port)) if port.isascii() and port.isdigit() and len(port) <= 5 else None

    def where(self, key: str) -> Place:
        """Name a property for a finding."""
        return Place(PlaceKind.FILE, (self.path,), (key,))


def _as_it_is(variable: Variable, declared: DeclaredVariable | None) -> DeclaredVariable:
    """Return a live variable, with what only the declaration knows of the same one."""
    if declared is None or declared.type != variable.type:
        return DeclaredVariable(variable.key, variable.type, variable.value)
    return replace(declared, value=declared.value if variable.value is None else variable.value)


def _resolved(tier: str, path: str, raw: Properties, lookup: Lookup) -> ResolvedService:
    try:
        found = resolution(raw, lookup)
    except OsgiError:
        found = _each_by_itself(raw, lookup)
    unknown = {key for key, value in found.properties.items() if _UNKNOWN in as_text(value)}
    return ResolvedService(tier, path, raw, found.properties, frozenset(found.unresolved) | unknown)


def _each_by_itself(raw: Properties, lookup: Lookup) -> Resolution:
    """Resolve a file that cannot be resolved whole, such as one in which an unknown value would have to be a number."""
    properties: Properties = dict(raw)
    unresolved: dict[str, tuple[str, ...]] = {}
    for key, value in raw.items():
        try:
            found = resolution({key: value}, lookup)
        except OsgiError:
            unresolved[key] = (as_text(value),)
        else:
            properties |= found.properties
            unresolved |= found.unresolved
    return Resolution(properties, unresolved)
