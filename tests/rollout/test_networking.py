"""Merging requests into one networking document."""

from typing import Any

import pytest

from aem_mail.errors import Occupied, Refused
from aem_mail.kinds.requests import Answer, Disable, NetworkingRequest, Origin, RemoveRule
from aem_mail.model import AdvancedNetworking, PortForward, port_forward_entry
from aem_mail.rollout.networking import Delete, Enablement, NetworkingPlan, Put, merge
from aem_mail.rollout.networking_answers import difference

from .harness import FOREIGN_RULE, HERE, enable, put, rule

OFF = AdvancedNetworking(enabled=False)


def on(*entries: Any, hosts: tuple[str, ...] = ()) -> AdvancedNetworking:
    """Return an enabled document with rules as the API gives them, or as values."""
    forwards = tuple(port_forward_entry(entry) if isinstance(entry, PortForward) else entry for entry in entries)
    return AdvancedNetworking(True, "30001", hosts, forwards)


def answer_in(plan: NetworkingPlan, place: int = 0) -> Answer:
    answer = plan.answers[place]
    assert isinstance(answer, Answer), repr(answer)
    return answer


def note_in(plan: NetworkingPlan, place: int = 0) -> str:
    note = answer_in(plan, place).note
    assert note is not None
    return note


def test_enablement_and_its_rules_are_one_put() -> None:
    plan = merge(HERE, OFF, [put(30587), enable(), put(30465)])

    assert plan.write == Put((), (port_forward_entry(rule(30465)), port_forward_entry(rule(30587))))
    assert [answer_in(plan, place).origin for place in range(3)] == [Origin.CREATED] * 3


def test_enabling_without_a_rule_is_a_put_of_nothing() -> None:
    assert merge(HERE, OFF, [enable()]).write == Put((), ())


def test_giving_up_the_enablement_with_all_own_rules_is_one_delete() -> None:
    plan = merge(HERE, on(rule(30465), rule(30587)), [RemoveRule(30465), Disable(created=True), RemoveRule(30587)])

    assert plan.write == Delete()
    assert plan.held == ()


def test_a_disable_that_finds_a_foreign_rule_is_held_and_names_it() -> None:
    live = on(FOREIGN_RULE, rule(30465), hosts=("*.Foreign.example",))

    plan = merge(HERE, live, [Disable(created=True), RemoveRule(30465)])

    assert plan.write == Put(("*.Foreign.example",), (FOREIGN_RULE,))
    assert plan.held == (0,)
    assert plan.enablement.given_up
    assert "30636 → ldap.foreign.example:636" in note_in(plan)
    assert "*.Foreign.example" in note_in(plan)


def test_what_this_stack_found_enabled_stays_enabled() -> None:
    plan = merge(HERE, on(), [Disable(created=False)])

    assert plan.write is None
    assert (plan.held, plan.enablement.given_up) == ((), False)
    assert "found it so" in note_in(plan)


def test_a_disable_of_what_is_disabled_is_done() -> None:
    for created in (True, False):
        plan = merge(HERE, OFF, [Disable(created)])
        assert (plan.write, plan.held, plan.answers) == (None, (), (Answer(),))


def test_an_enablement_given_up_earlier_ends_with_the_removal_of_its_last_rule() -> None:
    plan = merge(HERE, on(rule(30465)), [RemoveRule(30465)], Enablement(given_up=True))

    assert plan.write == Delete()
    assert "disabled with its last entry" in note_in(plan)


def test_an_enablement_given_up_earlier_stays_while_a_foreign_rule_does() -> None:
    plan = merge(HERE, on(rule(30465), FOREIGN_RULE), [RemoveRule(30465)], Enablement(given_up=True))

    assert plan.write == Put((), (FOREIGN_RULE,))


def test_an_enablement_declared_again_is_not_given_up_any_more() -> None:
    plan = merge(HERE, on(rule(30465)), [RemoveRule(30465), enable()], Enablement(given_up=True))

    assert plan.write == Put((), ())
    assert not plan.enablement.given_up


def test_the_hosts_that_this_stack_declared_go_with_its_enablement() -> None:
    plan = merge(HERE, on(hosts=("ours.example", "theirs.example")), [Disable(True, ("OURS.example",))])

    assert plan.write == Put(("theirs.example",), ())


def test_an_equal_rule_is_adopted_as_it_stands_and_that_is_said() -> None:
    entry = {**port_forward_entry(rule()), "description": "theirs"}

    plan = merge(HERE, on(entry), [put()])

    assert plan.write is None
    assert answer_in(plan).origin is Origin.ADOPTED
    assert "was there already" in note_in(plan)


def test_another_rule_on_the_port_is_an_error_that_shows_both() -> None:
    plan = merge(HERE, on(FOREIGN_RULE), [put(30636), put(30465)])

    error = plan.answers[0]
    assert isinstance(error, Occupied)
    for part in ("rule-30636", "30636 → smtp.example.com:465", "30636 → ldap.foreign.example:636", 'on_conflict="replace"', str(HERE)):
        assert part in str(error)
    assert plan.write == Put((), (FOREIGN_RULE, port_forward_entry(rule(30465))))


def test_another_rule_on_the_port_is_taken_over_where_that_is_wanted() -> None:
    plan = merge(HERE, on(FOREIGN_RULE, rule(30465)), [put(30636, on_conflict="replace")])

    assert plan.write == Put((), (port_forward_entry(rule(30636)), port_forward_entry(rule(30465))))
    assert "was taken over" in note_in(plan)


def test_two_owners_of_one_port_fail_and_their_neighbour_does_not() -> None:
    plan = merge(HERE, on(), [put(30465, "a.example", "first"), put(30587), put(30465, "b.example", "second")])

    assert isinstance(plan.answers[0], Occupied)
    assert str(plan.answers[0]) == str(plan.answers[2])
    assert "first (30465 → a.example:465) and second (30465 → b.example:465)" in str(plan.answers[0])
    assert plan.write == Put((), (port_forward_entry(rule(30587)),))


def test_a_rule_without_enablement_names_the_resource_that_is_missing() -> None:
    plan = merge(HERE, OFF, [put()])

    assert plan.write is None
    assert isinstance(plan.answers[0], Refused)
    assert "AdvancedNetworking" in str(plan.answers[0])


def test_a_rule_that_is_still_declared_is_not_removed() -> None:
    plan = merge(HERE, on(rule()), [RemoveRule(30465), put(owned=True)])

    assert plan.write is None
    assert "still declared" in note_in(plan)


def test_a_rule_takes_the_place_of_one_that_is_being_removed() -> None:
    plan = merge(HERE, on(rule(30465, "old.example")), [RemoveRule(30465), put(30465)])

    assert plan.write == Put((), (port_forward_entry(rule()),))


@pytest.mark.parametrize("request_", [put(30465, "a.example"), put(30465, "c.example", owned=True), RemoveRule(30465)])
@pytest.mark.parametrize("hosts", [("a.example", "b.example"), ("b.example", "a.example"), ("a.example", "a.example")])
def test_nobody_acts_on_a_port_on_which_two_rules_stand_and_both_are_named(hosts: tuple[str, str], request_: NetworkingRequest) -> None:
    first, second = (rule(30465, host) for host in hosts)

    plan = merge(HERE, on(first, FOREIGN_RULE, second), [request_])

    assert plan.write is None
    assert isinstance(plan.answers[0], Occupied)
    assert f"2 rules with that port_orig, {min(first, second)} and {max(first, second)}" in str(plan.answers[0])


def test_two_foreign_rules_on_one_port_go_back_as_they_are_in_their_order() -> None:
    twins = tuple({**port_forward_entry(rule(30465, host)), "description": host} for host in ("b.example", "a.example"))

    plan = merge(HERE, on(twins[0], FOREIGN_RULE, twins[1]), [put(30587)])

    assert plan.write == Put((), (twins[0], FOREIGN_RULE, twins[1], port_forward_entry(rule(30587))))


def test_a_rule_that_changes_keeps_the_fields_that_are_not_known() -> None:
    there = {**port_forward_entry(rule(30465, "old.example")), "protocol": "tcp"}

    plan = merge(HERE, on(there), [put(30465, owned=True)])

    assert plan.write == Put((), ({**port_forward_entry(rule()), "protocol": "tcp"},))


def test_hosts_that_differ_in_capitals_only_are_left_alone() -> None:
    assert merge(HERE, on(hosts=("B.example", "a.example")), [enable(non_proxy_hosts=("a.example", "b.example"))]).write is None


def test_an_enablement_without_hosts_leaves_them_to_others() -> None:
    live = on(hosts=("*.Theirs.example",))

    assert merge(HERE, live, [enable(), put()]).write == Put(("*.Theirs.example",), (port_forward_entry(rule()),))


def test_an_adopted_enablement_is_told_so_and_which_hosts_its_list_drops() -> None:
    plan = merge(HERE, on(hosts=("theirs.example",)), [enable(non_proxy_hosts=())])

    assert plan.write == Put((), ())
    assert answer_in(plan).origin is Origin.ADOPTED
    assert "was enabled already" in note_in(plan)
    assert "theirs.example" in note_in(plan)


def test_an_owned_enablement_is_told_nothing_when_nothing_is_dropped() -> None:
    assert answer_in(merge(HERE, on(), [enable(owned=True)])).note is None


def test_the_hosts_of_an_enablement_that_is_declared_anew_stay() -> None:
    assert merge(HERE, on(hosts=("a.example",)), [Disable(True, ("a.example",)), enable()]).write is None


def test_two_lists_of_hosts_contradict_each_other_and_name_their_owners() -> None:
    plan = merge(HERE, on(), [enable("one", non_proxy_hosts=("a.example",)), enable("two", non_proxy_hosts=()), put()])

    assert isinstance(plan.answers[0], Occupied)
    assert "one and two" in str(plan.answers[1])
    assert plan.write == Put((), (port_forward_entry(rule()),))


@pytest.mark.parametrize(
    ("request_", "live", "text"),
    [
        (
            put(),
            on(rule(30465, "other.example")),
            "rule-30465 wants port forward 30465 → smtp.example.com:465, and 30465 → other.example:465 is there",
        ),
        (put(), on(), "rule-30465 wants port forward 30465 → smtp.example.com:465, and none is there"),
        (RemoveRule(30465), on(rule()), "the stack declares no port forward on 30465, and 30465 → smtp.example.com:465 is there"),
        (enable(), OFF, "net wants advanced networking enabled, and it is disabled"),
        (
            enable(non_proxy_hosts=("a.example",)),
            on(hosts=("b.example",)),
            "net wants advanced networking enabled with the non-proxy hosts a.example, and it is enabled with non-proxy host b.example",
        ),
        (
            Disable(True),
            on(FOREIGN_RULE),
            "the stack declares advanced networking disabled, and it is enabled with port forward 30636 → ldap.foreign.example:636",
        ),
    ],
)
def test_a_difference_shows_both_sides(request_: NetworkingRequest, live: AdvancedNetworking, text: str) -> None:
    assert difference(request_, live) == text


def test_a_rule_that_comes_before_its_declared_enablement_enables_and_the_enablement_then_counts_as_created() -> None:
    first = merge(HERE, OFF, [put(30465)], Enablement(declared=True))
    assert first.write == Put((), (port_forward_entry(rule(30465)),))
    assert first.enablement.begun

    then = merge(HERE, on(rule(30465)), [enable()], Enablement(declared=True, begun=first.enablement.begun))
    assert then.write is None
    assert then.answers == (Answer(Origin.CREATED),)


def test_an_enablement_that_was_there_before_its_rules_is_not_begun_by_them() -> None:
    assert not merge(HERE, on(), [put(30465)], Enablement(declared=True)).enablement.begun
    assert not merge(HERE, OFF, [put(30465), enable()], Enablement(declared=True)).enablement.begun
    assert not merge(HERE, OFF, [RemoveRule(30465)], Enablement(declared=True)).enablement.begun
