"""What `pulumi up` would take over: what is there, is not what this stack has recorded, and would be overwritten."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aem_mail.kinds import Scope, kind_named, thing
from aem_mail.kinds.requests import Enable, Operation, PutRule, SetVariable
from aem_mail.model import ConflictPolicy, EnvironmentId, Kind, Properties, VariableType, keyed
from aem_mail.model.statuses import DELETED
from aem_mail.plan.changes import Change
from aem_mail.plan.requests import hides_connections, infrastructure_of, request_of, uncertain
from aem_mail.plan.world import World
from aem_mail.rollout.networking_answers import folded, rules_by_port_orig
from aem_mail.text.words import listed


@dataclass(frozen=True, slots=True)
class Takeover:
    """One thing that would be overwritten: the change that does it, and what stands there, in words; never a variable's value."""

    change: Change
    there: str


class Takeovers:
    """The judge of changes: what this stack has ``recorded`` is its own, whatever the resource is called now."""

    def __init__(self, recorded: Iterable[tuple[str, Properties]], world: World) -> None:
        self._world = world
        self._own: set[tuple[str, str]] = set()
        self._hosts: dict[EnvironmentId, set[str]] = {}
        for kind, properties in recorded:
            own = kind_named(kind)
            self._own.update((key, own.type) for key in own.claim_keys(properties))
            environment = EnvironmentId(str(properties.get("program_id")), str(properties.get("environment_id")))
            self._hosts.setdefault(environment, set()).update(folded(own.hosts(properties)))

    def among(self, changes: Iterable[Change]) -> tuple[Takeover, ...]:
        """Return what these changes take over, as far as it was asked for, sorted by environment, kind and name."""
        effective = sorted((one for one in changes if one.operation is not Operation.DELETE and not one.kept), key=_place)
        judged = ((change, self._there(change)) for change in effective)
        return tuple(Takeover(change, there) for change, there in judged if there is not None)

    def unknown(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Return the changes that would overwrite what is there, where nobody asked what is."""
        new = [change for change in changes if _overwrites(change) and not self._was_asked(change)]
        return tuple(change for change in sorted(new, key=_place) if not any(self._is_own(change, type_) for type_ in ("", *VariableType)))

    def _there(self, change: Change) -> str | None:
        match change.scope:
            case Scope.PROGRAM:
                return self._infrastructure(change)
            case Scope.PROJECT:
                return self._file(change)
            case Scope.VARIABLES if change.environment in self._world.asked:
                return self._variable(change, change.environment)
            case Scope.NETWORKING if change.environment in self._world.asked:
                return self._networking(change, change.environment)
            case _:
                return None

    def _was_asked(self, change: Change) -> bool:
        if change.scope is Scope.PROGRAM:
            return change.program_id in self._world.asked
        return change.environment is None or change.environment in self._world.asked

    def _is_own(self, change: Change, type_: str | None = None) -> bool:
        """Say whether this stack has recorded the same thing, of a variable one of the type that is there."""
        kind = kind_named(change.kind)
        own = {(key, kind.type if type_ is None else type_) for key in kind.claim_keys(change.wanted)}
        return bool(own) and own <= self._own

    def _infrastructure(self, change: Change) -> str | None:
        if change.operation is not Operation.CREATE or change.replacement or self._is_own(change):
            return None
        wanted = infrastructure_of(change)
        there = self._world.program(change.program_id).in_region(wanted.region)
        if there is None or not there.kind == wanted.kind == Kind.VPN:
            return None
        if wanted.differs(there):
            return "a vpn that is configured differently"
        return "a vpn, whose connections may be configured differently" if hides_connections(change) else None

    def _file(self, change: Change) -> str | None:
        there = self._world.files.get(thing(change.kind, change.wanted))
        if there is None or not _overwrites(change) or self._is_own(change) or there == change.wanted.get("content"):
            return None
        return "a file of another content"

    def _networking(self, change: Change, environment: EnvironmentId) -> str | None:
        live = self._world.environment(environment)
        match request_of(change, live.variables):
            case PutRule(rule=rule) if _overwrites(change) and not self._is_own(change):
                there = rules_by_port_orig(live.networking).get(rule.port_orig)
                return None if there in (None, rule) else f"port forward {there}"
            case Enable(non_proxy_hosts=tuple(hosts)):
                return self._left_out(hosts, environment)
            case _:
                return None

    def _left_out(self, declared: Sequence[str], environment: EnvironmentId) -> str | None:
        known = folded(declared) | self._hosts.get(environment, set())
        left_out = [host for host in self._world.environment(environment).networking.non_proxy_hosts if host.casefold() not in known]
        return (
            f"non-proxy {'host' if len(left_out) == 1 else 'hosts'} {listed(left_out)}, left out of the declared list" if left_out else None
        )

    def _variable(self, change: Change, environment: EnvironmentId) -> str | None:
        live = self._world.environment(environment).variables
        request = request_of(change, live)
        there = keyed([one for one in live if one.status != DELETED]).get(request.key) if isinstance(request, SetVariable) else None
        if there is None or not isinstance(request, SetVariable) or self._is_own(change, there.type):
            return None
        if there.type != request.type:
            return f"a {there.type}, which becomes a {request.type}"
        if request.owned or request.on_conflict == ConflictPolicy.KEEP:
            return None
        if there.type == VariableType.SECRET_STRING:
            return "a secretString, whose value cannot be read"
        if uncertain(change):
            return "a string, which may have another value"
        return None if there.value == request.value else "a string of another value"


def _place(change: Change) -> tuple[str, ...]:
    environment = change.environment
    return change.program_id, "" if environment is None else environment.environment_id, change.kind, change.name


def _overwrites(change: Change) -> bool:
    """Say whether a resource is new, and would replace what is there."""
    again = change.replacement and change.scope is Scope.PROGRAM
    return change.operation is Operation.CREATE and not change.kept and not again and kind_named(change.kind).wins(change.wanted)


def names_of(changes: Sequence[Change], most: int = 5) -> str:
    """Name the resources, of many the first."""
    names = [change.name for change in changes]
    return listed([*names[:most], *([f"{len(names) - most} more"] if len(names) > most else [])])
