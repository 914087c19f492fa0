"""How requests on one environment's advanced networking become one document: a pure function.

Rules and hosts that nobody here asked for are taken over unchanged. The order of the requests never matters.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any, Final

from aem_mail.errors import AemMailError
from aem_mail.kinds.port_forward import live_rule, rules_on
from aem_mail.kinds.requests import Answer, Disable, Enable, NetworkingRequest, PutRule, RemoveRule, claimed_key, port_of, shown_rule
from aem_mail.model import AdvancedNetworking, EnvironmentId, PortForward, port_forward_entry
from aem_mail.rollout.claims import NOBODY, Claimant, Holders, KeptOut, kept_out
from aem_mail.rollout.networking_answers import (
    Entry,
    ambiguous_port,
    contradicting_hosts,
    disable_answer,
    enable_answer,
    folded,
    removal_answer,
    rule_answer,
    rule_refusal,
    rules_by_port_orig,
)


@dataclass(frozen=True, slots=True)
class Put:
    """The whole document as it is to be sent; ``other_fields`` as they were read."""

    non_proxy_hosts: tuple[str, ...]
    port_forwards: tuple[Entry, ...]
    other_fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delete:
    """Advanced networking is to be disabled."""


@dataclass(frozen=True, slots=True)
class Enablement:
    """What this run knows of an environment's enablement, besides what is live.

    ``declared``: an AdvancedNetworking of the program asks for it; ``refused``: in vain. ``begun``: rules have enabled it before that
    one came. ``given_up``: this stack gave up an enablement which it had created, and which still stands.
    """

    declared: bool = False
    refused: bool = False
    begun: bool = False
    given_up: bool = False

    @property
    def is_to_come(self) -> bool:
        """Whether rules that come first may count on it."""
        return self.declared and not self.refused


UNDECLARED: Final = Enablement()


@dataclass(frozen=True, slots=True)
class NetworkingPlan:
    """At most one write, an answer or an error for each request (by its place), and those that cannot be decided yet.

    ``enablement`` is what is known of it once the write has been accepted, or all has been answered.
    """

    write: Put | Delete | None
    answers: tuple[Answer | AemMailError, ...]
    held: tuple[int, ...] = ()
    enablement: Enablement = UNDECLARED


def merge(
    environment: EnvironmentId,
    live: AdvancedNetworking,
    requests: Sequence[NetworkingRequest],
    enablement: Enablement = UNDECLARED,
    *,
    holders: Holders = NOBODY,
) -> NetworkingPlan:
    """Merge ``requests`` into the ``live`` document.

    A rule that conflicts with another request, or with a rule that is there, fails alone; so does whatever is asked of a port on
    which several rules stand. One that would overwrite what one of the ``holders`` keeps is refused with it, or held. A disable
    that finds rules or hosts is held too: whether it may go is for the caller to decide. With an enablement that was given up, the
    removal of the last entry disables too. With one that is to come, rules enable, so that it counts as created when it comes.
    """
    asked = _asked(environment, live, requests, holders, enablement)
    merged = _merged(live, requests, asked, enablement)

    def answer(place: int, request: NetworkingRequest) -> Answer | AemMailError:
        return asked.refused.get(place) or _answer(environment, live, request, merged)

    return NetworkingPlan(
        Delete() if merged.ends else _put(live, merged),
        tuple(answer(place, request) for place, request in enumerate(requests)),
        (*asked.held, *(asked.disables if merged.given_up and not merged.ends else ())),
        replace(enablement, given_up=merged.given_up, begun=enablement.begun or (asked.ahead and not live.enabled)),
    )


def companions(
    environment: EnvironmentId,
    live: AdvancedNetworking,
    requests: Sequence[NetworkingRequest],
    holders: Holders,
    declared: Sequence[PutRule],
) -> list[PutRule]:
    """Return those of the rules ``declared`` by the program that have to come with the requests, to be asked for by their owners later.

    They are of the resources whose places the requests take, and that go elsewhere themselves: in a narrow run they would come too late.
    """
    present, known = rules_by_port_orig(live), {claimed_key(environment, one): one for one in declared}
    asked = {claimed_key(environment, one): one for one in requests if isinstance(one, PutRule)}
    open_, found = list(asked.items()), []
    while open_:
        key, request = open_.pop()
        holder = holders.get(key)
        if holder is None or holder.arrived or holder.wanted in {None, *asked} or present.get(port_of(request)) in (None, request.rule):
            continue
        next_ = known.get(holder.wanted or "")
        if next_ is not None and next_.owner == holder.owner:
            asked[claimed_key(environment, next_)] = next_
            open_.append((claimed_key(environment, next_), next_))
            found.append(next_)
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a batch asks for, without what is refused or held (by its place). ``ahead``: rules enable before their enablement comes."""

    refused: Mapping[int, AemMailError]
    held: tuple[int, ...]
    enabled: bool
    ahead: bool
    enables: Sequence[Enable]
    puts: Mapping[int, PortForward]
    removed: AbstractSet[int]
    disables: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Merged:
    """What becomes of the document, and of the enablement: ``begun`` before, and ``given_up`` by now."""

    asked: _Asked
    hosts: tuple[str, ...]
    forwards: tuple[Entry, ...]
    begun: bool
    given_up: bool

    @property
    def ends(self) -> bool:
        """Whether advanced networking is to be disabled."""
        return self.given_up and not self.forwards and not self.hosts


def _merged(live: AdvancedNetworking, requests: Sequence[NetworkingRequest], asked: _Asked, enablement: Enablement) -> _Merged:
    hosts, forwards = _hosts(live, asked.enables, requests), _forwards(live, asked.puts, asked.removed)
    given_up = live.enabled and not asked.enables and (enablement.given_up or bool(asked.disables))
    return _Merged(asked, hosts, forwards, enablement.begun, given_up)


def _answer(environment: EnvironmentId, live: AdvancedNetworking, request: NetworkingRequest, merged: _Merged) -> Answer:
    asked = merged.asked
    match request:
        case Enable():
            return enable_answer(environment, request, live, begun=merged.begun)
        case PutRule():
            return rule_answer(environment, request, rules_by_port_orig(live).get(request.rule.port_orig))
        case RemoveRule():
            return removal_answer(environment, request, declared=request.port_orig in asked.puts, last=merged.ends and not asked.disables)
        case Disable() if asked.enabled:
            return disable_answer(environment, request, declared=bool(asked.enables), forwards=merged.forwards, hosts=merged.hosts)
        case Disable():
            return Answer()


def _asked(
    environment: EnvironmentId, live: AdvancedNetworking, requests: Sequence[NetworkingRequest], holders: Holders, enablement: Enablement
) -> _Asked:
    contradicting = _contradicting_enables(environment, requests)
    enables = [request for place, request in enumerate(requests) if isinstance(request, Enable) and place not in contradicting]
    ahead = enablement.is_to_come and not enables and any(isinstance(request, PutRule) for request in requests)
    enabled = live.enabled or bool(enables) or ahead
    refused = contradicting | _refused_rules(environment, live, requests, enabled, holders.unread) | _ambiguous(environment, live, requests)
    out = _kept_out(environment, live, requests, refused, holders)
    refused |= out.errors
    rules = [request.rule for place, request in enumerate(requests) if isinstance(request, PutRule) and place not in refused]
    puts = {rule.port_orig: rule for rule in rules}
    leaving = {request.port_orig for place, request in enumerate(requests) if isinstance(request, RemoveRule) and place not in refused}
    disables = tuple(place for place, request in enumerate(requests) if isinstance(request, Disable) and request.created)
    return _Asked(refused, out.held, enabled, ahead, enables, puts, leaving - puts.keys(), disables)


def _contradicting_enables(environment: EnvironmentId, requests: Sequence[NetworkingRequest]) -> dict[int, AemMailError]:
    declared = {
        place: request for place, request in enumerate(requests) if isinstance(request, Enable) and request.non_proxy_hosts is not None
    }
    if len({folded(request.non_proxy_hosts or ()) for request in declared.values()}) <= 1:
        return {}
    return dict.fromkeys(declared, contradicting_hosts(environment, list(declared.values())))


def _refused_rules(
    environment: EnvironmentId, live: AdvancedNetworking, requests: Sequence[NetworkingRequest], enabled: bool, unread: str
) -> dict[int, AemMailError]:
    present = rules_by_port_orig(live)
    leaving = {request.port_orig for request in requests if isinstance(request, RemoveRule)}
    wanted: dict[int, dict[int, PutRule]] = {}
    for place, request in enumerate(requests):
        if isinstance(request, PutRule):
            wanted.setdefault(request.rule.port_orig, {})[place] = request
    errors: dict[int, AemMailError] = {}
    for port_orig, candidates in wanted.items():
        in_the_way = None if port_orig in leaving else present.get(port_orig)
        error = rule_refusal(environment, list(candidates.values()), in_the_way, enabled, unread)
        if error is not None:
            errors |= dict.fromkeys(candidates, error)
    return errors


def _kept_out(
    environment: EnvironmentId,
    live: AdvancedNetworking,
    requests: Sequence[NetworkingRequest],
    refused: Mapping[int, AemMailError],
    holders: Holders,
) -> KeptOut:
    present = rules_by_port_orig(live)
    leaving = {request.port_orig for request in requests if isinstance(request, RemoveRule)}
    claimants: dict[int, Claimant] = {}
    for place, request in enumerate(requests):
        if isinstance(request, PutRule):
            rule = request.rule
            overwrites = rule.port_orig not in leaving and present.get(rule.port_orig) not in (None, rule)
            what = f"PortForward {shown_rule(rule, request.secret)} of {environment}"
            claimants[place] = Claimant(claimed_key(environment, request), request.owner, what, overwrites)
    return kept_out(environment, claimants, refused, holders)


def _ambiguous(environment: EnvironmentId, live: AdvancedNetworking, requests: Sequence[NetworkingRequest]) -> dict[int, AemMailError]:
    """Refuse, by place, what would act on a port on which several rules stand: nobody can tell which of them is meant."""
    errors: dict[int, AemMailError] = {}
    for place, request in enumerate(requests):
        if isinstance(request, PutRule | RemoveRule):
            there = rules_on(live, port_of(request))
            errors |= {place: ambiguous_port(environment, request, there)} if len(there) > 1 else {}
    return errors


def _hosts(live: AdvancedNetworking, enables: Sequence[Enable], requests: Sequence[NetworkingRequest]) -> tuple[str, ...]:
    declared = min((enable.non_proxy_hosts for enable in enables if enable.non_proxy_hosts is not None), default=None)
    if declared is not None:
        return live.non_proxy_hosts if folded(declared) == folded(live.non_proxy_hosts) else declared
    given_up = folded([host for request in requests if isinstance(request, Disable) for host in request.non_proxy_hosts])
    return tuple(host for host in live.non_proxy_hosts if enables or host.casefold() not in given_up)


def _forwards(live: AdvancedNetworking, puts: Mapping[int, PortForward], removed: AbstractSet[int]) -> tuple[Entry, ...]:
    there = [(entry, live_rule(entry)) for entry in live.port_forwards]
    kept = [_entry(entry, rule, puts.get(rule.port_orig, rule)) for entry, rule in there if rule.port_orig not in removed]
    new = puts.keys() - {rule.port_orig for _, rule in there}
    return (*kept, *(port_forward_entry(puts[port_orig]) for port_orig in sorted(new)))


def _entry(there: Entry, rule: PortForward, wanted: PortForward) -> Entry:
    """Return an entry unchanged where it is as wanted, else with the wanted destination and whatever else it carries."""
    return there if rule == wanted else {**there, **port_forward_entry(wanted)}


def _put(live: AdvancedNetworking, merged: _Merged) -> Put | None:
    enabled, hosts, forwards = merged.asked.enabled, merged.hosts, merged.forwards
    as_wanted = enabled == live.enabled and hosts == live.non_proxy_hosts and forwards == live.port_forwards
    return Put(hosts, forwards, live.other_fields) if enabled and not as_wanted else None
