"""Which resources of a program wait for which without its author's saying so, and that none of them ever waits in a circle."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail import (
    AdvancedNetworking,
    AdvancedNetworkingArgs,
    EnvVar,
    EnvVarArgs,
    NetworkInfrastructure,
    NetworkInfrastructureArgs,
    PortForward,
    PortForwardArgs,
    PortForwards,
    PortForwardsArgs,
)
from aem_mail.resources.base import program_order
from aem_mail.resources.base.program_order import may_wait, reached
from tests.resources.registered import registered_by

P, E = "10001", "20001"
Options = pulumi.ResourceOptions
Waits = dict[str, set[str]]


def waits_of(program: Callable[[], object]) -> Waits:
    """Run a program, and return the dependencies of each of its resources."""

    def without_outputs() -> Mapping[str, object]:
        program()
        return {}

    return {one.name: set(one.depends_on) for one in registered_by(without_outputs)[0]}


def infra(name: str = "infra", opts: Options | None = None, *, program_id: Any = P, **more: Any) -> NetworkInfrastructure:
    arguments = NetworkInfrastructureArgs(program_id, "flexiblePortEgress", more.pop("region", "va7"), **more)
    return NetworkInfrastructure(name, arguments, opts)


def net(name: str = "net", opts: Options | None = None, *, program_id: Any = P) -> AdvancedNetworking:
    return AdvancedNetworking(name, AdvancedNetworkingArgs(program_id, E), opts)


def rule(name: str = "rule", opts: Options | None = None) -> PortForward:
    return PortForward(name, PortForwardArgs(P, E, "smtp.example.com", 465), opts)


def after(*resources: pulumi.Resource) -> Options:
    return Options(depends_on=[*resources])


class Group(pulumi.ComponentResource):
    """A component of a user."""

    def __init__(self, name: str, opts: Options | None = None) -> None:
        super().__init__("users:Group", name, None, opts)


def test_networking_waits_for_the_infrastructure_of_its_program_wherever_that_stands_and_variables_do_not() -> None:
    def program() -> None:
        net()
        rule()
        PortForwards("rules", PortForwardsArgs(P, E, {"30587": "smtp.example.com:587"}))
        EnvVar("text", EnvVarArgs(P, E, "TEXT", "a"))
        net("elsewhere", program_id="10003")
        infra(opts=Options(parent=Group("group")))
        infra("other", program_id=pulumi.Output.from_input("10003"))

    assert waits_of(program) == {
        "net": {"infra"},
        "rule": {"infra"},
        "rules": {"infra"},
        "text": set(),
        "elsewhere": {"other"},
        "infra": set(),
        "other": set(),
    }


def test_what_its_author_declares_stays_declared() -> None:
    def program() -> None:
        text = EnvVar("text", EnvVarArgs(P, E, "TEXT", "a"))
        infra()
        net(opts=after(text))
        rule(opts=Options(depends_on=pulumi.Output.from_input([text])))

    waits = waits_of(program)

    assert (waits["net"], waits["rule"]) == ({"infra", "text"}, {"infra", "text"})


def test_a_further_region_waits_for_the_primary_one() -> None:
    def program() -> None:
        infra("further", region="nld2", is_primary_region=False)
        infra("primary")
        infra("first", is_primary_region=True, program_id="10003")
        infra("second", region="nld2", program_id="10003")
        net()

    waits = waits_of(program)

    assert (waits["further"], waits["second"]) == ({"primary"}, {"first"})
    assert waits["primary"] == waits["first"] == set()
    assert waits["net"] == {"primary", "further"}


def test_two_regions_of_which_nobody_says_which_is_the_primary_one_do_not_wait() -> None:
    def program() -> None:
        infra("one")
        infra("two", region="nld2")

    assert waits_of(program) == {"one": set(), "two": set()}


def declared_before() -> None:
    infra(opts=after(net()))


def before_by_way_of_another_resource() -> None:
    infra(opts=after(EnvVar("text", EnvVarArgs(P, E, "TEXT", "a"), after(net()))))


def before_in_a_component() -> None:
    group = Group("group")
    net(opts=Options(parent=group))
    infra(opts=after(group))


def before_a_component() -> None:
    infra(opts=Options(parent=Group("group", after(net()))))


def before_a_component_of_a_component() -> None:
    outer = Group("outer", after(net()))
    infra(opts=Options(parent=Group("inner", Options(parent=outer))))


def parent() -> None:
    infra(opts=Options(parent=net()))


def output() -> None:
    infra(program_id=net().program_id)


def what_an_output_becomes() -> None:
    infra(program_id=net().environment_id.apply(lambda _: P))


def what_another_resource_makes_of_an_output() -> None:
    text = EnvVar("text", EnvVarArgs(P, E, "TEXT", net().id.apply(str)))
    infra(program_id=pulumi.Output.concat(text.program_id))


def an_output_of_options() -> None:
    infra(opts=Options(depends_on=[net().id.apply(lambda _: EnvVar("late", EnvVarArgs(P, E, "TEXT", "a")))]))


@pytest.mark.parametrize(
    "program",
    [
        *(declared_before, before_by_way_of_another_resource, before_in_a_component, before_a_component, before_a_component_of_a_component),
        *(parent, output, what_an_output_becomes, what_another_resource_makes_of_an_output, an_output_of_options),
    ],
)
def test_what_the_infrastructure_waits_for_does_not_wait_for_it(program: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_order, "MOST_TURNS", 10)

    assert "infra" not in waits_of(program)["net"]


def test_an_output_of_the_infrastructure_is_as_good_as_the_id_itself() -> None:
    def program() -> None:
        net(program_id=infra().program_id)
        rule()

    waits = waits_of(program)

    assert (waits["net"], waits["rule"]) == ({"infra"}, {"infra"})


NODES: Final = range(6)
graphs = st.dictionaries(st.sampled_from(NODES), st.frozensets(st.sampled_from(NODES)))


@given(graphs, st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES))), st.frozensets(st.sampled_from(NODES)))
def test_no_addition_ever_closes_a_circle(own: dict[int, frozenset[int]], wanted: list[tuple[int, int]], unclear: frozenset[int]) -> None:
    waits = {node: {one for one in own.get(node, ()) if one < node} for node in NODES}

    for later, first in wanted:
        may = may_wait(later, first, waits.__getitem__, unclear.__contains__)
        assert (may is False) == (later in reached(first, waits.__getitem__))
        assert may is not True or not reached(first, waits.__getitem__) & unclear
        if may:
            waits[later].add(first)

    assert not any(node in reached(one, waits.__getitem__) for node in NODES for one in waits[node])
