"""The changes of one environment, merged as the rollout merges them: which writes remain, and what would be refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar

from aem_mail.errors import AemMailError
from aem_mail.model import AdvancedNetworking, EnvironmentId, Variable, VariableChange, VariableKey, VariableType, keyed
from aem_mail.plan.changes import Change
from aem_mail.plan.requests import NETWORKING_KINDS, networking_request, variable_request
from aem_mail.plan.world import LiveEnvironment
from aem_mail.rollout import networking, variables
from aem_mail.rollout.networking import Delete, NetworkingPlan, Put
from aem_mail.rollout.places import NOBODY, Holders
from aem_mail.rollout.requests import NetworkingRequest, VariableRequest, as_owner, claimed_key
from aem_mail.rollout.variables import VariablesPlan

Request = TypeVar("Request")
Merged = TypeVar("Merged", NetworkingPlan, VariablesPlan)
Asked = Sequence[tuple[Change, Request]]
"""Changes, each with what it asks."""

MOST_WRITES: Final = 6
"""As many as the rollout would send for one batch."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change that would fail, and why."""

    change: Change
    error: AemMailError


@dataclass(frozen=True, slots=True)
class Patch:
    """One PATCH of variables: their keys, sorted."""

    keys: tuple[VariableKey, ...]


@dataclass(frozen=True, slots=True)
class Writes:
    """What is sent to one environment, in order: methods of networking (PUT, DELETE) and patches of variables."""

    networking: tuple[str, ...] = ()
    patches: tuple[Patch, ...] = ()

    def __add__(self, other: "Writes") -> "Writes":
        return Writes(self.networking + other.networking, self.patches + other.patches)

    def __bool__(self) -> bool:
        return bool(self.networking or self.patches)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a batch sends, what is live after it, and what of it is refused; ``given_up`` as in `networking.merge`."""

    writes: Writes
    live: LiveEnvironment
    refusals: tuple[Refusal, ...] = ()
    given_up: bool = False


def carry_out(
    environment: EnvironmentId, live: LiveEnvironment, batch: Sequence[Change], given_up: bool = False, holders: Holders = NOBODY
) -> Outcome:
    """Merge one batch of changes, which arrive at the same time, into what is live.

    Of the ``holders``, those that come with another batch are taken as having made room.
    """
    together = {change.name for change in batch}
    holders = {key: replace(holder, arrived=holder.owner not in together) for key, holder in holders.items()}
    networked = [(change, networking_request(change)) for change in batch if change.kind in NETWORKING_KINDS]
    others = [(change, variable_request(change, live.variables)) for change in batch if change.kind not in NETWORKING_KINDS]
    first = _networking(environment, live, _owned(environment, networked, holders), given_up, holders)
    second = _variables(environment, first.live, _owned(environment, others, holders), holders)
    return Outcome(first.writes + second.writes, second.live, first.refusals + second.refusals, first.given_up)


def _owned(environment: EnvironmentId, asked: Asked[Request], holders: Holders) -> Asked[Request]:
    return [(change, as_owner(request, lambda one: claimed_key(environment, one) in holders)) for change, request in asked]


def _networking(
    environment: EnvironmentId, live: LiveEnvironment, asked: Asked[NetworkingRequest], given_up: bool, holders: Holders
) -> Outcome:
    methods: list[str] = []
    refusals: list[Refusal] = []
    document = live.networking
    while asked and len(methods) < MOST_WRITES:
        plan, asked, refused = _merged(asked, partial(networking.merge, environment, document, given_up=given_up, holders=holders))
        refusals += refused
        given_up = plan.given_up
        if plan.write is None:
            break
        methods.append("DELETE" if isinstance(plan.write, Delete) else "PUT")
        document = _applied(document, plan.write)
    return Outcome(Writes(tuple(methods)), replace(live, networking=document), tuple(refusals), given_up)


def _variables(environment: EnvironmentId, live: LiveEnvironment, asked: Asked[VariableRequest], holders: Holders) -> Outcome:
    patches: list[Patch] = []
    refusals: list[Refusal] = []
    written: set[VariableKey] = set()
    there = live.variables
    while asked and len(patches) < MOST_WRITES:
        plan, asked, refused = _merged(asked, partial(variables.merge, environment, there, written=written, holders=holders))
        refusals += refused
        if plan.write is None:
            break
        patches.append(Patch(tuple(sorted((change.key for change in plan.write), key=str))))
        written |= {change.key for change in plan.write if change.value and change.type == VariableType.SECRET_STRING}
        there = _patched(there, plan.write)
    return Outcome(Writes((), tuple(patches)), replace(live, variables=there), tuple(refusals))


def _merged(asked: Asked[Request], merge: Callable[[Sequence[Request]], Merged]) -> tuple[Merged, Asked[Request], list[Refusal]]:
    """Merge until nobody is refused; return the plan, whom it serves, and who is refused and why."""
    refusals: list[Refusal] = []
    while True:
        plan = merge([request for _, request in asked])
        refused = [
            Refusal(change, answer) for (change, _), answer in zip(asked, plan.answers, strict=True) if isinstance(answer, AemMailError)
        ]
        if not refused:
            return plan, asked, refusals
        refusals += refused
        asked = [pair for pair, answer in zip(asked, plan.answers, strict=True) if not isinstance(answer, AemMailError)]


def _applied(live: AdvancedNetworking, write: Put | Delete) -> AdvancedNetworking:
    if isinstance(write, Delete):
        return AdvancedNetworking(enabled=False)
    return AdvancedNetworking(True, live.network_infrastructure_id, write.non_proxy_hosts, write.port_forwards, write.other_fields)


def _patched(live: tuple[Variable, ...], write: Sequence[VariableChange]) -> tuple[Variable, ...]:
    there = keyed(live)
    for change in write:
        if not change.value:
            there.pop(change.key, None)
            continue
        value = None if change.type == VariableType.SECRET_STRING else change.value
        there[change.key] = Variable(change.key, change.type, "ready", value)
    return tuple(there.values())
