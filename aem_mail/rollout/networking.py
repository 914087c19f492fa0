"""How requests on one environment's advanced networking become one document: a pure function.

Rules and hosts that nobody here asked for are taken over to the letter. The order of the requests never matters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aem_mail.errors import AemMailError, Occupied, Refused
from aem_mail.model import AdvancedNetworking, EnvironmentId, PortForward, port_forward_entry, port_forward_of
from aem_mail.rollout.requests import REPLACE, Answer, Disable, Enable, NetworkingRequest, Origin, PutRule, RemoveRule

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Put:
    """The whole document as it is to be sent."""

    non_proxy_hosts: tuple[str, ...]
    port_forwards: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Delete:
    """Advanced networking is to be disabled."""


@dataclass(frozen=True, slots=True)
class NetworkingPlan:
    """At most one write, an answer or an error for each request (by its place), and the disables that cannot decide yet."""

    write: Put | Delete | None
    answers: tuple[Answer | AemMailError, ...]
    held: tuple[int, ...] = ()


def merge(environment: EnvironmentId, live: AdvancedNetworking, requests: Sequence[NetworkingRequest]) -> NetworkingPlan:
    """Merge ``requests`` into the ``live`` document.

    A rule that conflicts with another request, or with a rule that is there, fails alone. A disable that finds rules or
    hosts is held (its place is in ``held``): whether it may go is for the caller to decide, after further removals.
    """
    answers: dict[int, Answer | AemMailError] = {}
    enables = _agreed_enables(environment, requests, answers)
    enabled = live.enabled or bool(enables)
    puts = _acceptable_rules(environment, live, requests, enabled, answers)
    removed = {request.port_orig for request in requests if isinstance(request, RemoveRule)} - set(puts)
    hosts = _hosts(live, enables, requests)
    forwards = _forwards(live, puts, removed)
    _answer_the_rest(environment, live, requests, puts, answers)
    held = _held_disables(requests, answers, enables)
    if held and live.enabled and not forwards and not hosts:
        return NetworkingPlan(Delete(), _in_order(requests, answers, {place: Answer() for place in held}))
    left = _what_is_left(environment, forwards, hosts)
    write = Put(hosts, forwards) if enabled and _differs(live, enabled, hosts, forwards) else None
    finished = {place: Answer(note=left if live.enabled else None) for place in held}
    return NetworkingPlan(write, _in_order(requests, answers, finished), held if live.enabled else ())


def _agreed_enables(
    environment: EnvironmentId, requests: Sequence[NetworkingRequest], answers: dict[int, Answer | AemMailError]
) -> list[Enable]:
    enables = {place: request for place, request in enumerate(requests) if isinstance(request, Enable)}
    wanted = {_folded(request.non_proxy_hosts) for request in enables.values() if request.non_proxy_hosts is not None}
    if len(wanted) <= 1:
        return list(enables.values())
    owners = _and_list(sorted(request.owner for request in enables.values() if request.non_proxy_hosts is not None))
    for place, request in enables.items():
        if request.non_proxy_hosts is not None:
            answers[place] = Occupied(
                f"AdvancedNetworking of {environment}: {owners} declare different non-proxy hosts; declare them once."
            )
    return [request for place, request in enables.items() if place not in answers]


def _acceptable_rules(
    environment: EnvironmentId,
    live: AdvancedNetworking,
    requests: Sequence[NetworkingRequest],
    enabled: bool,
    answers: dict[int, Answer | AemMailError],
) -> dict[int, PortForward]:
    present = _by_port_orig(live)
    wanted: dict[int, list[tuple[int, PutRule]]] = {}
    for place, request in enumerate(requests):
        if isinstance(request, PutRule):
            wanted.setdefault(request.rule.port_orig, []).append((place, request))
    accepted: dict[int, PortForward] = {}
    for port_orig, candidates in wanted.items():
        error = _refusal(environment, present.get(port_orig), [request for _, request in candidates], enabled)
        if error is None:
            accepted[port_orig] = candidates[0][1].rule
        else:
            answers.update({place: error for place, _ in candidates})
    return accepted


def _refusal(environment: EnvironmentId, present: PortForward | None, candidates: Sequence[PutRule], enabled: bool) -> AemMailError | None:
    rule = candidates[0].rule
    if not enabled:
        return Refused(
            f"PortForward {rule} of {environment}: advanced networking is not enabled on this environment; "
            "declare an AdvancedNetworking resource for it in this stack, or enable it first."
        )
    if len({candidate.rule for candidate in candidates}) > 1:
        sides = _and_list(sorted(f"{candidate.owner} ({candidate.rule})" for candidate in candidates))
        return Occupied(
            f"PortForward on {rule.port_orig} of {environment}: {sides} claim the same port_orig; give one of them another port."
        )
    welcome = present is None or present == rule or any(candidate.owned or candidate.on_conflict == REPLACE for candidate in candidates)
    if welcome:
        return None
    return Occupied(
        f"PortForward {candidates[0].owner} of {environment}: the stack declares {rule}, but the environment already has {present}; "
        f'choose another port_orig, declare the rule as it is to adopt it, or set on_conflict="replace" to take it over.'
    )


def _hosts(live: AdvancedNetworking, enables: Sequence[Enable], requests: Sequence[NetworkingRequest]) -> tuple[str, ...]:
    for enable in enables:
        if enable.non_proxy_hosts is not None:
            same = _folded(enable.non_proxy_hosts) == _folded(live.non_proxy_hosts)
            return live.non_proxy_hosts if same else enable.non_proxy_hosts
    given_up = {host.casefold() for request in requests if isinstance(request, Disable) for host in request.non_proxy_hosts}
    return tuple(host for host in live.non_proxy_hosts if enables or host.casefold() not in given_up)


def _forwards(live: AdvancedNetworking, puts: Mapping[int, PortForward], removed: set[int]) -> tuple[Entry, ...]:
    kept: list[Entry] = []
    placed: set[int] = set()
    for entry in live.port_forwards:
        rule = port_forward_of(entry)
        wanted = puts.get(rule.port_orig)
        if wanted is not None:
            placed.add(rule.port_orig)
            kept.append(entry if wanted == rule else port_forward_entry(wanted))
        elif rule.port_orig not in removed:
            kept.append(entry)
    return (*kept, *(port_forward_entry(puts[port_orig]) for port_orig in sorted(puts) if port_orig not in placed))


def _answer_the_rest(
    environment: EnvironmentId,
    live: AdvancedNetworking,
    requests: Sequence[NetworkingRequest],
    puts: Mapping[int, PortForward],
    answers: dict[int, Answer | AemMailError],
) -> None:
    present = _by_port_orig(live)
    for place, request in enumerate(requests):
        if place in answers:
            continue
        if isinstance(request, Enable):
            answers[place] = Answer(Origin.ADOPTED if live.enabled else Origin.CREATED)
        elif isinstance(request, PutRule):
            answers[place] = _answer_to_rule(environment, request, present.get(request.rule.port_orig))
        elif isinstance(request, RemoveRule):
            kept = (
                f"PortForward on {request.port_orig} of {environment} stays: it is still declared." if request.port_orig in puts else None
            )
            answers[place] = Answer(note=kept)


def _answer_to_rule(environment: EnvironmentId, request: PutRule, present: PortForward | None) -> Answer:
    if present is None:
        return Answer(Origin.CREATED)
    if request.owned:
        return Answer(Origin.ADOPTED)
    if present == request.rule:
        return Answer(Origin.ADOPTED, f"PortForward {present} of {environment} was there already; this stack manages it from now on.")
    return Answer(Origin.ADOPTED, f"PortForward {present} of {environment} was taken over and is now {request.rule}.")


def _held_disables(
    requests: Sequence[NetworkingRequest], answers: dict[int, Answer | AemMailError], enables: Sequence[Enable]
) -> tuple[int, ...]:
    disables = {place: request for place, request in enumerate(requests) if isinstance(request, Disable)}
    for place, request in disables.items():
        if enables:
            answers[place] = Answer(note="Advanced networking stays enabled: it is still declared.")
        elif not request.created:
            answers[place] = Answer(note="Advanced networking stays enabled: this stack found it enabled, and gives it back so.")
    return tuple(place for place in disables if place not in answers)


def _what_is_left(environment: EnvironmentId, forwards: Sequence[Entry], hosts: Sequence[str]) -> str:
    rules = [str(port_forward_of(entry)) for entry in forwards]
    held_by = _and_list([*(f"port forward {rule}" for rule in rules), *(f"non-proxy host {host}" for host in hosts)])
    return f"Advanced networking of {environment} stays enabled, because it still holds {held_by}, which this stack does not own."


def _differs(live: AdvancedNetworking, enabled: bool, hosts: tuple[str, ...], forwards: tuple[Entry, ...]) -> bool:
    return enabled != live.enabled or hosts != live.non_proxy_hosts or forwards != live.port_forwards


def _by_port_orig(live: AdvancedNetworking) -> dict[int, PortForward]:
    return {rule.port_orig: rule for rule in map(port_forward_of, live.port_forwards)}


def _folded(hosts: Sequence[str]) -> frozenset[str]:
    return frozenset(host.casefold() for host in hosts)


def _and_list(names: Sequence[str]) -> str:
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"


def _in_order(
    requests: Sequence[NetworkingRequest], answers: Mapping[int, Answer | AemMailError], more: Mapping[int, Answer]
) -> tuple[Answer | AemMailError, ...]:
    return tuple(more[place] if place in more else answers[place] for place in range(len(requests)))
