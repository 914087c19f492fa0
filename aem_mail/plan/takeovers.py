"""What `pulumi up` would take over: what is there, is not what this stack has recorded, and would be overwritten."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from aem_mail.kinds import claim_keys, kind_named
from aem_mail.kinds.requests import KEEP, REPLACE, Enable, Operation, PutRule, SetVariable
from aem_mail.model import AdvancedNetworking, EnvironmentId, Kind, Properties, VariableType, keyed
from aem_mail.model.statuses import DELETED
from aem_mail.plan.changes import Change
from aem_mail.plan.requests import hides_connections, infrastructure_of, networking_request, uncertain, variable_request_of
from aem_mail.plan.rows import thing_of
from aem_mail.plan.world import World
from aem_mail.rollout.networking_answers import folded, rules_by_port_orig
from aem_mail.words import listed

TYPES: Final = {"EnvVar": VariableType.STRING, "SecretEnvVar": VariableType.SECRET_STRING}


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
            self._own.update((key, TYPES.get(kind, "")) for key in claim_keys(kind, properties))
            if kind == "AdvancedNetworking":
                environment = EnvironmentId(str(properties.get("program_id")), str(properties.get("environment_id")))
                self._hosts.setdefault(environment, set()).update(folded(properties.get("non_proxy_hosts") or ()))

    def among(self, changes: Iterable[Change]) -> tuple[Takeover, ...]:
        """Return what these changes take over, as far as it was asked for, sorted by environment, kind and name."""
        effective = sorted((one for one in changes if one.operation is not Operation.DELETE and not one.kept), key=_place)
        judged = ((change, self._there(change)) for change in effective)
        return tuple(Takeover(change, there) for change, there in judged if there is not None)

    def unknown(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Return the changes that would overwrite what is there, where nobody asked what is."""
        new = [change for change in changes if _overwrites(change) and not self._was_asked(change)]
        return tuple(
            change for change in sorted(new, key=_place) if not any(self._is_own(change, type_) for type_ in ("", *TYPES.values()))
        )

    def _there(self, change: Change) -> str | None:
        match change.kind:
            case "NetworkInfrastructure":
                return self._infrastructure(change)
            case "OsgiConfig":
                return self._file(change)
            case _ if change.environment is None or not self._was_asked(change):
                return None
            case "EnvVar" | "SecretEnvVar":
                return self._variable(change, change.environment)
            case "PortForward":
                return self._rule(change, self._world.environment(change.environment).networking)
            case _:
                return self._left_out(change, change.environment)

    def _was_asked(self, change: Change) -> bool:
        if change.kind == "NetworkInfrastructure":
            return change.program_id in self._world.asked
        return change.environment is None or change.environment in self._world.asked

    def _is_own(self, change: Change, type_: str | None = None) -> bool:
        """Say whether this stack has recorded the same thing, of a variable one of the type that is there."""
        own = {(key, TYPES.get(change.kind, "") if type_ is None else type_) for key in claim_keys(change.kind, change.wanted)}
        return bool(own) and own <= self._own

    def _infrastructure(self, change: Change) -> str | None:
        if change.operation is not Operation.CREATE or change.replacement or self._is_own(change):
            return None
        wanted = infrastructure_of(change)
        there = self._world.program(change.program_id).in_region(wanted.region)
        if there is None or not there.kind == wanted.kind == Kind.VPN:
            return None
        if wanted.differs(there):
            return "a vpn that is configured otherwise"
        return "a vpn, whose connections may be configured otherwise" if hides_connections(change) else None

    def _file(self, change: Change) -> str | None:
        there = self._world.files.get(thing_of(change.kind, change.wanted))
        if there is None or not _overwrites(change) or self._is_own(change) or there == change.wanted.get("content"):
            return None
        return "a file of another content"

    def _rule(self, change: Change, live: AdvancedNetworking) -> str | None:
        request = networking_request(change)
        if not isinstance(request, PutRule) or not _overwrites(change) or self._is_own(change):
            return None
        there = rules_by_port_orig(live).get(request.rule.port_orig)
        return None if there in (None, request.rule) else f"port forward {there}"

    def _left_out(self, change: Change, environment: EnvironmentId) -> str | None:
        request, live = networking_request(change), self._world.environment(environment).networking
        if not isinstance(request, Enable) or request.non_proxy_hosts is None:
            return None
        known = folded(request.non_proxy_hosts) | self._hosts.get(environment, set())
        left_out = [host for host in live.non_proxy_hosts if host.casefold() not in known]
        return (
            f"non-proxy {'host' if len(left_out) == 1 else 'hosts'} {listed(left_out)}, left out of the declared list" if left_out else None
        )

    def _variable(self, change: Change, environment: EnvironmentId) -> str | None:
        live = self._world.environment(environment).variables
        request = variable_request_of(change, live)
        there = keyed([one for one in live if one.status != DELETED]).get(request.key)
        if there is None or not isinstance(request, SetVariable) or self._is_own(change, there.type):
            return None
        if there.type != request.type:
            return f"a {there.type}, which becomes a {request.type}"
        if request.owned or request.on_conflict == KEEP:
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
    """Say whether a resource is new, and would have its declaration win over what is there."""
    return change.operation is Operation.CREATE and not change.kept and _wins(change)


def _wins(change: Change) -> bool:
    match change.kind:
        case "AdvancedNetworking":
            return change.wanted.get("non_proxy_hosts") is not None
        case "NetworkInfrastructure":
            return not change.replacement and change.wanted.get("kind") == Kind.VPN
        case _:
            return (change.wanted.get("on_conflict") or kind_named(change.kind).default_policy) == REPLACE


def names_of(changes: Sequence[Change], most: int = 5) -> str:
    """Name the resources, of many the first."""
    names = [change.name for change in changes]
    return listed([*names[:most], *([f"{len(names) - most} more"] if len(names) > most else [])])
