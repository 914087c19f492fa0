"""Merging requests into one networking document: what holds for any requests and any document."""

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aem_mail.errors import AemMailError, Occupied
from aem_mail.kinds.requests import Answer, Disable, Enable, NetworkingRequest, PutRule, RemoveRule, port_of
from aem_mail.model import AdvancedNetworking, port_forward_of
from aem_mail.rollout.networking import Delete, Enablement, NetworkingPlan, Put, merge

from .documents import documents, networking_requests
from .harness import HERE

OFF = AdvancedNetworking(enabled=False)


def applied(plan: NetworkingPlan, live: AdvancedNetworking) -> AdvancedNetworking:
    """Return what the API makes of a plan's write."""
    match plan.write:
        case None:
            return live
        case Delete():
            return OFF
        case Put(hosts, forwards, other_fields):
            return AdvancedNetworking(True, "30001", hosts, forwards, other_fields)


def shown(plan: NetworkingPlan) -> list[Any]:
    """Return the answers in a form that can be compared: errors by type and text."""
    return [(type(answer), str(answer)) if isinstance(answer, AemMailError) else answer for answer in plan.answers]


@given(documents, networking_requests(), st.builds(Enablement), st.randoms(use_true_random=False))
def test_the_order_of_the_requests_never_matters(
    live: AdvancedNetworking, requests: list[NetworkingRequest], enablement: Enablement, random: Any
) -> None:
    places = list(range(len(requests)))
    random.shuffle(places)

    plan = merge(HERE, live, requests, enablement)
    shuffled = merge(HERE, live, [requests[place] for place in places], enablement)

    assert shuffled.write == plan.write
    assert shuffled.enablement == plan.enablement
    assert [shown(shuffled)[places.index(place)] for place in range(len(requests))] == shown(plan)
    assert {places[place] for place in shuffled.held} == set(plan.held)


@given(documents, networking_requests(), st.builds(Enablement))
def test_no_foreign_entry_changes(live: AdvancedNetworking, requests: list[NetworkingRequest], enablement: Enablement) -> None:
    after = applied(merge(HERE, live, requests, enablement), live)

    ours = {
        request.rule.port_orig if isinstance(request, PutRule) else request.port_orig
        for request in requests
        if isinstance(request, PutRule | RemoveRule)
    }
    ours -= shared_ports(live)
    assert foreign_rules(after, ours) == foreign_rules(live, ours)
    assert after.other_fields == live.other_fields or not after.enabled
    declared = any(isinstance(request, Enable) and request.non_proxy_hosts is not None for request in requests)
    given_back = {host.casefold() for request in requests if isinstance(request, Disable) for host in request.non_proxy_hosts}
    if not declared:
        kept = [host for host in live.non_proxy_hosts if host.casefold() not in given_back]
        assert [host for host in after.non_proxy_hosts if host.casefold() not in given_back] == kept


def shared_ports(document: AdvancedNetworking) -> set[int]:
    """Return the ports on which several rules stand."""
    return {port for port, times in Counter(entry["portOrig"] for entry in document.port_forwards).items() if times > 1}


def foreign_rules(document: AdvancedNetworking, ours: set[int]) -> list[Any]:
    return [dict(entry) for entry in document.port_forwards if entry["portOrig"] not in ours]


@given(documents, networking_requests(), st.builds(Enablement))
def test_networking_is_disabled_only_when_nothing_is_left_and_only_by_whom_it_was_enabled(
    live: AdvancedNetworking, requests: list[NetworkingRequest], enablement: Enablement
) -> None:
    plan = merge(HERE, live, requests, enablement)

    if isinstance(plan.write, Delete):
        assert live.enabled
        assert enablement.given_up or any(isinstance(request, Disable) and request.created for request in requests)
        removed = {request.port_orig for request in requests if isinstance(request, RemoveRule)}
        assert all(entry["portOrig"] in removed for entry in live.port_forwards)


@given(documents, networking_requests(), st.builds(Enablement))
def test_merging_again_after_the_write_sends_nothing(
    live: AdvancedNetworking, requests: list[NetworkingRequest], enablement: Enablement
) -> None:
    plan = merge(HERE, live, requests, enablement)
    after = applied(plan, live)

    again = merge(HERE, after, requests, plan.enablement)

    assert again.write is None
    assert [isinstance(answer, AemMailError) for answer in again.answers] == [isinstance(answer, AemMailError) for answer in plan.answers]
    assert plan.write is None or after != live, "a write that changes nothing costs ten minutes"


@given(documents, networking_requests())
def test_a_request_fails_exactly_if_it_conflicts(live: AdvancedNetworking, requests: list[NetworkingRequest]) -> None:
    plan = merge(HERE, live, requests)

    after = applied(plan, live)
    shared = shared_ports(live)
    present = {entry["portOrig"]: port_forward_of(entry) for entry in live.port_forwards}
    hosts = {
        frozenset(map(str.casefold, one.non_proxy_hosts)) for one in requests if isinstance(one, Enable) and one.non_proxy_hosts is not None
    }
    enabled = live.enabled or any(isinstance(one, Enable) and (one.non_proxy_hosts is None or len(hosts) == 1) for one in requests)
    for request, answer in zip(requests, plan.answers, strict=True):
        if isinstance(request, Enable):
            assert isinstance(answer, Occupied) == (request.non_proxy_hosts is not None and len(hosts) > 1)
        elif isinstance(request, PutRule | RemoveRule) and port_of(request) in shared:
            assert isinstance(answer, Occupied)
            assert all(str(port_forward_of(one)) in str(answer) for one in live.port_forwards if one["portOrig"] == port_of(request))
        elif isinstance(request, PutRule):
            same_port = [one for one in requests if isinstance(one, PutRule) and one.rule.port_orig == request.rule.port_orig]
            there = present.get(request.rule.port_orig)
            ours = any(one.owned or one.on_conflict == "replace" for one in same_port) or RemoveRule(request.rule.port_orig) in requests
            stranger = there not in (None, request.rule) and not ours
            contradicts = any(one.rule != request.rule for one in same_port)
            assert isinstance(answer, AemMailError) == (contradicts or stranger or not enabled)
            if contradicts:
                assert all(one.owner in str(answer) for one in same_port)
            if isinstance(answer, Answer):
                assert Counter(map(port_forward_of, after.port_forwards))[request.rule] == 1
        else:
            assert isinstance(answer, Answer)
