"""What requests on advanced networking are told: refusals, answers and both sides of a difference, as sentences; pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from aem_mail.errors import Occupied, Refused
from aem_mail.kinds.port_forward import live_rule, rules_on
from aem_mail.kinds.requests import Answer, Disable, Enable, NetworkingRequest, Origin, PutRule, RemoveRule, shown_rule
from aem_mail.model import AdvancedNetworking, ConflictPolicy, EnvironmentId, PortForward, port_forward_of
from aem_mail.rollout.claims import perhaps_ours
from aem_mail.text.confidential import MASK

Entry = Mapping[str, Any]


def rules_by_port_orig(live: AdvancedNetworking) -> dict[int, PortForward]:
    """Index the rules that are there by their identity; one of several on a port stands for none of them."""
    return {rule.port_orig: rule for rule in map(live_rule, live.port_forwards)}


def ambiguous_port(environment: EnvironmentId, request: PutRule | RemoveRule, present: Sequence[PortForward]) -> Occupied:
    """Refuse what would act on a port on which several rules stand, and name them."""
    asked = f"{request.owner} ({shown_rule(request.rule, request.secret)})" if isinstance(request, PutRule) else f"on {request.port_orig}"
    there = _and_list([shown_rule(rule, request.secret) for rule in present])
    return Occupied(
        f"PortForward {asked} of {environment}: the environment has {len(present)} rules with that port_orig, "
        f"{there}. It cannot be told which of them is meant, so none is changed or removed. "
        "Remove all but one of them in Cloud Manager, then run `pulumi up --refresh`."
    )


def folded(hosts: Sequence[str]) -> frozenset[str]:
    """Return hosts as a set in which capitals do not matter."""
    return frozenset(host.casefold() for host in hosts)


def contradicting_hosts(environment: EnvironmentId, enables: Sequence[Enable]) -> Occupied:
    """Refuse enablements that declare different hosts."""
    owners = _and_list(sorted(enable.owner for enable in enables))
    return Occupied(f"AdvancedNetworking of {environment}: {owners} declare different non-proxy hosts; declare them once.")


def rule_refusal(
    environment: EnvironmentId, candidates: Sequence[PutRule], present: PortForward | None, enabled: bool, unread: str = ""
) -> Refused | None:
    """Refuse the requests for one ``port_orig`` if they contradict each other or the rule that is there."""
    rule = candidates[0].rule
    secret = frozenset[str]().union(*(candidate.secret for candidate in candidates))
    if len({candidate.rule for candidate in candidates}) > 1:
        sides = _and_list(sorted(f"{candidate.owner} ({shown_rule(candidate.rule, candidate.secret)})" for candidate in candidates))
        return Occupied(
            f"PortForward on {rule.port_orig} of {environment}: {sides} claim the same port_orig; give one of them another port."
        )
    if not enabled:
        return Refused(
            f"PortForward {shown_rule(rule, secret)} of {environment}: advanced networking is not enabled on this environment; "
            "declare an AdvancedNetworking resource for it in this stack, before this one, or enable it first."
        )
    if present in (None, rule) or any(candidate.owned or candidate.on_conflict == ConflictPolicy.REPLACE for candidate in candidates):
        return None
    owners = _and_list(sorted(candidate.owner for candidate in candidates))
    return Occupied(
        f"PortForward {owners} of {environment}: the stack declares {shown_rule(rule, secret)}, but the environment already has "
        f"{shown_rule(present, secret)}; "
        'choose another port_orig, declare the rule as it is to adopt it, or set on_conflict="replace" to take it over.'
        f"{perhaps_ours(unread)}"
    )


def enable_answer(environment: EnvironmentId, request: Enable, live: AdvancedNetworking, *, begun: bool = False) -> Answer:
    """Tell an adopted enablement so, and which hosts the declared list drops; one that this run has ``begun`` is created."""
    if begun or not live.enabled:
        return Answer(Origin.CREATED)
    kept = live.non_proxy_hosts if request.non_proxy_hosts is None else request.non_proxy_hosts
    dropped = [host for host in live.non_proxy_hosts if host.casefold() not in folded(kept)]
    notes = []
    if not request.owned:
        notes.append(f"Advanced networking of {environment} was enabled already; this stack uses it and will leave it enabled.")
    if dropped:
        hosts = MASK if request.secret else ", ".join(dropped)
        notes.append(f"The non-proxy hosts {hosts} of {environment} are removed: the declared list is the whole list.")
    return Answer(Origin.ADOPTED, " ".join(notes) or None)


def rule_answer(environment: EnvironmentId, request: PutRule, present: PortForward | None) -> Answer:
    """Tell an adopted rule so."""
    if present is None:
        return Answer(Origin.CREATED)
    if request.owned:
        return Answer(Origin.ADOPTED)
    if present == request.rule:
        note = f"PortForward {shown_rule(present, request.secret)} of {environment} was there already; this stack manages it from now on."
    else:
        before, now = shown_rule(present, request.secret), shown_rule(request.rule, request.secret)
        note = f"PortForward {before} of {environment} was taken over and is now {now}."
    return Answer(Origin.ADOPTED, note)


def removal_answer(environment: EnvironmentId, request: RemoveRule, *, declared: bool, last: bool) -> Answer:
    """Tell why a rule stays, or that the last one took the enablement with it."""
    if declared:
        return Answer(note=f"PortForward on {request.port_orig} of {environment} stays: it is still declared.")
    return Answer(
        note=f"Advanced networking of {environment} was disabled with its last entry: this stack had enabled it." if last else None
    )


def disable_answer(
    environment: EnvironmentId, request: Disable, *, declared: bool, forwards: Sequence[Entry], hosts: Sequence[str]
) -> Answer:
    """Tell why advanced networking stays enabled, if it does: ``forwards`` and ``hosts`` are what holds it."""
    if declared:
        return Answer(note=f"Advanced networking of {environment} stays enabled: it is still declared.")
    if not request.created:
        return Answer(note=f"Advanced networking of {environment} stays enabled: this stack found it so, and leaves it so.")
    if not forwards and not hosts:
        return Answer()
    return Answer(note=f"{held(environment, forwards, hosts)} If this run removes the last of it later on, it is disabled then.")


def held(environment: EnvironmentId, forwards: Sequence[Entry], hosts: Sequence[str]) -> str:
    """Say what keeps an enablement that nobody declares any more."""
    return f"Advanced networking of {environment} stays enabled, because it still holds {_contents(forwards, hosts)}."


def difference(request: NetworkingRequest, live: AdvancedNetworking) -> str:
    """Show what a request wants and what is live, for the case that they do not come together."""
    if isinstance(request, PutRule):
        there = _and_list([shown_rule(rule, request.secret) for rule in rules_on(live, request.rule.port_orig)]) or "none"
        return f"{request.owner} wants port forward {shown_rule(request.rule, request.secret)}, and {there} is there"
    if isinstance(request, RemoveRule):
        there = _and_list([shown_rule(rule, request.secret) for rule in rules_on(live, request.port_orig)]) or "none"
        return f"the stack declares no port forward on {request.port_orig}, and {there} is there"
    secret = isinstance(request, Enable) and request.secret
    there_hosts = [MASK] if secret and live.non_proxy_hosts else live.non_proxy_hosts
    state = f"enabled with {_contents(live.port_forwards, there_hosts)}" if live.enabled else "disabled"
    if isinstance(request, Disable):
        return f"the stack declares advanced networking disabled, and it is {state}"
    hosts = request.non_proxy_hosts
    wanted = "" if hosts is None else f" with the non-proxy hosts {MASK if secret else ', '.join(hosts) or '(none)'}"
    return f"{request.owner} wants advanced networking enabled{wanted}, and it is {state}"


def _contents(forwards: Sequence[Entry], hosts: Sequence[str]) -> str:
    rules = [f"port forward {port_forward_of(entry)}" for entry in forwards]
    return _and_list([*rules, *(f"non-proxy host {host}" for host in hosts)]) or "no entry"


def _and_list(names: Sequence[str]) -> str:
    """Join names as a sentence does."""
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"
