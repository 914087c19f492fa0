from hypothesis import given
from hypothesis import strategies as st

from aem_mail.plan.order import levels

NODES = st.integers(0, 9)


def test_who_waits_comes_after_all_that_it_waits_for() -> None:
    assert levels(["a", "b", "c", "d"], {"b": ["a"], "d": ["b", "c"]}) == [["a", "c"], ["b"], ["d"]]


def test_a_wait_leads_through_what_is_no_member() -> None:
    assert levels(["a", "b"], {"b": ["between"], "between": ["a"]}) == [["a"], ["b"]]


def test_what_is_no_member_costs_no_batch() -> None:
    assert levels(["a", "b"], {"b": ["between"], "between": ["other"]}) == [["a", "b"]]


def test_a_circle_ends() -> None:
    batches = levels(["a", "b"], {"a": ["b"], "b": ["a"]})

    assert sorted(member for batch in batches for member in batch) == ["a", "b"]


def test_a_chain_may_be_longer_than_the_stack_of_python() -> None:
    chain = {place: [place - 1] for place in range(1, 5000)}

    assert levels(range(4999, -1, -1), chain) == [[place] for place in range(5000)]


@given(st.lists(NODES, unique=True), st.dictionaries(NODES, st.lists(NODES)))
def test_every_member_has_its_place_after_those_it_waits_for(members: list[int], waits: dict[int, list[int]]) -> None:
    # Only backward edges, so that there is no circle.
    forward = {node: [one for one in before if one < node] for node, before in waits.items()}

    batches = levels(members, forward)

    place = {member: number for number, batch in enumerate(batches) for member in batch}
    assert sorted(place) == sorted(members)
    assert all(batches)
    for member in members:
        assert all(place[one] < place[member] for one in forward.get(member, ()) if one in place)
