"""Resources of one stack that change places: none of them loses its place before it has another one."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.errors import AemMailError, Refused
from aem_mail.kinds.requests import (
    Answer,
    NetworkingRequest,
    PutRule,
    RemoveRule,
    RemoveVariable,
    SetVariable,
    VariableRequest,
    as_owner,
    claimed_key,
)
from aem_mail.model import AdvancedNetworking, PortForward, Variable, VariableKey, VariableType, port_forward_entry, port_forward_of
from aem_mail.rollout import networking, variables
from aem_mail.rollout.claims import NOBODY, Holder, Holders
from aem_mail.rollout.networking import NetworkingPlan
from aem_mail.rollout.variables import VariablesPlan

from .harness import HERE, put, text
from .moves import NAMES, PLACES, Moves, moves
from .test_networking_properties import applied

RULES = {place: claimed_key(HERE, put(30900 + place)) for place in PLACES}
VARIABLES = {place: claimed_key(HERE, text(f"NAME_{place}")) for place in PLACES}
SECRETS = frozenset("ace")


def rule_of(name: str, place: int, *, changed: bool = False) -> PortForward:
    return PortForward(f"{name}.example.com", 587 if changed else 465, 30900 + place)


def document_of(stack: Moves) -> AdvancedNetworking:
    own = [rule_of(name, place) for name, place in stack.recorded.items()]
    theirs = [rule_of("foreign", place) for place in stack.foreign]
    return AdvancedNetworking(True, "30001", (), tuple(map(port_forward_entry, [*theirs, *own])))


def rule_requests(stack: Moves) -> dict[str, NetworkingRequest]:
    """Return the requests of the batch by the resource that makes them, removals by a name of their own."""
    asked = {name: place for name, place in stack.requests.items() if name in stack.batch}
    puts: dict[str, NetworkingRequest] = {
        name: PutRule(name, rule_of(name, place, changed=name in stack.changed), stack.policy, stack.recorded.get(name) == place)
        for name, place in asked.items()
    }
    return puts | {f"removal-{place}": RemoveRule(30900 + place) for place in stack.gone}


def rules_merged(stack: Moves, requests: Sequence[NetworkingRequest], holders: Holders) -> NetworkingPlan:
    known = stack.holders(RULES)
    asked = [as_owner(request, lambda one: claimed_key(HERE, one) in known) for request in requests]
    return networking.merge(HERE, document_of(stack), asked, holders=holders)


def key_of(place: int) -> VariableKey:
    return VariableKey(None, f"NAME_{place}")


def type_of(name: str) -> VariableType:
    return VariableType.SECRET_STRING if name in SECRETS else VariableType.STRING


def live_variables(stack: Moves) -> list[Variable]:
    own = [
        Variable(key_of(place), type_of(name), "ready", None if name in SECRETS else f"{name}-value")
        for name, place in stack.recorded.items()
    ]
    return own + [Variable(key_of(place), VariableType.STRING, "ready", "theirs") for place in stack.foreign]


def variable_requests(stack: Moves) -> dict[str, VariableRequest]:
    asked = {name: place for name, place in stack.requests.items() if name in stack.batch}
    sets: dict[str, VariableRequest] = {
        name: SetVariable(
            name,
            key_of(place),
            type_of(name),
            f"{name}-{'new' if name in stack.changed else 'value'}",
            "replace" if name in SECRETS else stack.policy,
            stack.recorded.get(name) == place,
        )
        for name, place in asked.items()
    }
    leaving = {place: name for name, place in stack.recorded.items()}
    return sets | {f"removal-{place}": RemoveVariable(key_of(place), type_of(leaving[place])) for place in stack.gone}


def variables_merged(stack: Moves, requests: Sequence[VariableRequest], holders: Holders) -> VariablesPlan:
    known = stack.holders(VARIABLES)
    asked = [as_owner(request, lambda one: claimed_key(HERE, one) in known) for request in requests]
    return variables.merge(HERE, live_variables(stack), asked, holders=holders)


def served(requests: Mapping[str, Any], answers: Sequence[Any]) -> set[str]:
    return {name for name, answer in zip(requests, answers, strict=True) if isinstance(answer, Answer)}


@given(moves())
def test_no_rule_goes_whose_resource_stays_in_the_program_and_has_no_other_place(stack: Moves) -> None:
    requests = rule_requests(stack)

    plan = rules_merged(stack, list(requests.values()), stack.holders(RULES))

    after = [port_forward_of(entry) for entry in applied(plan, document_of(stack)).port_forwards]
    moved = served(requests, plan.answers)
    for name in stack.recorded.keys() & stack.declared.keys():
        there = rule_of(name, stack.declared[name], changed=name in stack.changed)
        assert (there if name in moved else rule_of(name, stack.recorded[name])) in after


@given(moves())
def test_no_variable_is_overwritten_whose_resource_stays_in_the_program_and_has_no_other_name(stack: Moves) -> None:
    requests = variable_requests(stack)

    plan = variables_merged(stack, list(requests.values()), stack.holders(VARIABLES))

    moved = served(requests, plan.answers)
    staying = {key_of(stack.recorded[name]) for name in (stack.recorded.keys() & stack.declared.keys()) - moved}
    assert not staying & {change.key for change in plan.write or ()}


@given(moves())
def test_rules_that_are_not_kept_out_are_merged_as_if_they_had_come_alone(stack: Moves) -> None:
    requests = rule_requests(stack)
    plan = rules_merged(stack, list(requests.values()), stack.holders(RULES))

    alone = rules_merged(stack, [requests[name] for name in requests if name in served(requests, plan.answers)], NOBODY)

    assert alone.write == plan.write
    assert alone.answers == tuple(answer for answer in plan.answers if isinstance(answer, Answer))
    assert set(plan.held) <= {place for place, answer in enumerate(plan.answers) if isinstance(answer, Refused)}


@given(moves())
def test_variables_that_are_not_kept_out_are_merged_as_if_they_had_come_alone(stack: Moves) -> None:
    requests = variable_requests(stack)
    plan = variables_merged(stack, list(requests.values()), stack.holders(VARIABLES))

    alone = variables_merged(stack, [requests[name] for name in requests if name in served(requests, plan.answers)], NOBODY)

    assert (alone.write, alone.answers) == (plan.write, tuple(answer for answer in plan.answers if isinstance(answer, Answer)))


@given(moves(), st.data())
def test_nobody_is_kept_out_where_all_come_together_and_none_is_refused(stack: Moves, data: st.DataObject) -> None:
    rules, texts = rule_requests(stack), variable_requests(stack)
    if not stack.requests.keys() <= stack.batch:
        return

    for merged, requests, keys in ((rules_merged, rules, RULES), (variables_merged, texts, VARIABLES)):
        shuffled: list[Any] = data.draw(st.permutations(list(requests.values())))
        plain = merged(stack, shuffled, NOBODY)
        if not any(isinstance(answer, AemMailError) for answer in plain.answers):
            assert merged(stack, shuffled, stack.holders(keys)) == plain


def shrunk(*, read: bool) -> Moves:
    """Return three resources whose places follow from an index, of which the first is taken out."""
    recorded, declared = {"a": 0, "b": 1, "c": 2}, {"b": 0, "c": 1}
    return Moves(recorded, declared, frozenset(), frozenset(), frozenset(NAMES), read, frozenset(), "error")


def test_all_that_hang_together_are_refused_together_and_the_others_go_through() -> None:
    stack = shrunk(read=False)
    requests = {**rule_requests(stack), "d": PutRule("d", rule_of("d", 7))}

    plan = rules_merged(stack, list(requests.values()), stack.holders(RULES))

    assert served(requests, plan.answers) == {"d"}
    assert plan.held == ()
    text = str(plan.answers[list(requests).index("c")])
    for part in (
        "PortForward 30901 → c.example.com:465 of program 10001, environment 20001",
        "b keeps 30901, until 30900 is free for it, so c cannot have it",
        "the environment already has 30900 → a.example.com:465",
    ):
        assert part in text


def test_a_variable_that_waits_for_a_refused_one_names_it() -> None:
    stack = Moves({"a": 0, "b": 1, "d": 2}, {"b": 0, "d": 1}, frozenset(), frozenset(), frozenset(NAMES), False, frozenset(), "error")
    requests = variable_requests(stack)

    plan = variables_merged(stack, list(requests.values()), stack.holders(VARIABLES))

    assert plan.write is None
    assert "b keeps all/NAME_1, until all/NAME_0 is free for it, so d cannot have it" in str(plan.answers[1])


def test_what_has_left_the_program_makes_room() -> None:
    stack = shrunk(read=True)

    plan = rules_merged(stack, list(rule_requests(stack).values()), stack.holders(RULES))

    assert all(isinstance(answer, Answer) for answer in plan.answers)


@pytest.mark.parametrize("holder", [Holder("b", RULES[0], arrived=True), Holder("b"), Holder("c", RULES[1])])
def test_a_place_is_free_once_its_holder_has_arrived_or_left_or_is_the_one_that_asks(holder: Holder) -> None:
    live = AdvancedNetworking(True, "30001", (), (port_forward_entry(rule_of("b", 1)),))

    plan = networking.merge(HERE, live, [PutRule("c", rule_of("c", 1), owned=True)], holders=Holders({RULES[1]: holder}))

    assert (plan.held, [type(answer) for answer in plan.answers]) == ((), [Answer])


@pytest.mark.parametrize(
    ("wanted", "held", "said"),
    [
        (RULES[0], (0,), "b did not come with the same change, which would have taken it to 30900"),
        ("PortForward 10001/20002/30465", (0,), "which would have taken it to 10001/20002/30465"),
        (RULES[1], (), "b keeps 30901, so c cannot have it"),
    ],
)
def test_one_whose_partner_may_still_come_is_held(wanted: str, held: tuple[int, ...], said: str) -> None:
    live = AdvancedNetworking(True, "30001", (), (port_forward_entry(rule_of("b", 1)),))
    request = PutRule("c", rule_of("c", 1), "replace")

    plan = networking.merge(HERE, live, [request], holders=Holders({RULES[1]: Holder("b", wanted)}))

    assert plan.write is None
    assert plan.held == held
    assert said in str(plan.answers[0])


def test_who_loses_its_place_comes_along_and_so_does_who_loses_its_own_to_that_one() -> None:
    rules = [rule_of("a", 0), rule_of("b", 1), rule_of("c", 2)]
    live = AdvancedNetworking(True, "30001", (), tuple(map(port_forward_entry, rules)))
    moved = [PutRule("a", rule_of("a", 1)), PutRule("b", rule_of("b", 2)), PutRule("c", rule_of("c", 3))]
    holders = Holders({RULES[place]: Holder(name, RULES[place + 1]) for place, name in enumerate("abc")})

    assert networking.companions(HERE, live, moved[:1], holders, moved) == moved[1:]
    assert networking.companions(HERE, live, moved, holders, moved) == []
    assert networking.companions(HERE, live, moved[:1], NOBODY, moved) == []
    assert networking.companions(HERE, live, moved[:1], holders, [PutRule("another", rule_of("b", 2))]) == []


def test_one_that_finds_its_own_content_there_takes_nothing_from_anybody() -> None:
    live = AdvancedNetworking(True, "30001", (), (port_forward_entry(rule_of("c", 1)),))

    plan = networking.merge(HERE, live, [PutRule("c", rule_of("c", 1))], holders=Holders({RULES[1]: Holder("b", RULES[0])}))

    assert isinstance(plan.answers[0], Answer)
