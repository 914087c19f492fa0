"""What a run would send, from the stack's own record or against another world."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.live.model import LiveEnvironment, LiveProgram
from aem_mail.model import AdvancedNetworking, Environment, EnvironmentId, NetworkInfrastructure, Variable, VariableKey
from aem_mail.plan.cost import cost_of
from aem_mail.plan.rehearsal import Dependencies
from aem_mail.plan.world import World, as_recorded
from aem_mail.plan.writes import Patch, Writes
from aem_mail.stack.preview import PreviewStep
from tests import vpn
from tests.plan.build import (
    INFRASTRUCTURE,
    PLACE,
    E,
    P,
    create,
    delete,
    moved,
    refusals,
    rehearsed,
    rule,
    same,
    secret,
    step,
    update,
    urn,
    variable,
)

ENVIRONMENT = EnvironmentId(P, E)
NETWORKING = same("AdvancedNetworking", "net", **PLACE)
READY = NetworkInfrastructure("30001", "flexiblePortEgress", "va7", "ready")


def writes(*steps: PreviewStep, dependencies: Dependencies | None = None, width: int | None = None) -> tuple[Writes, Writes]:
    (outcome,) = rehearsed(*steps, dependencies=dependencies, width=width).environments
    return outcome.together, outcome.afterwards


def live(networking: AdvancedNetworking | None = None, *variables: Variable, program: LiveProgram | None = None) -> World:
    """Return a world that Cloud Manager showed."""
    environment = LiveEnvironment(as_recorded(ENVIRONMENT), networking or AdvancedNetworking(enabled=False), variables)
    program = LiveProgram((READY,), sandbox=False) if program is None else program
    return World({ENVIRONMENT: environment}, {P: program}, frozenset({ENVIRONMENT, P}))


def patch(*names: str, service: str | None = None) -> Patch:
    return Patch(tuple(VariableKey(service, name) for name in names))


def test_all_that_is_created_together_is_one_put_and_one_patch() -> None:
    together, afterwards = writes(
        create("AdvancedNetworking", "net", **PLACE),
        *(create("PortForward", f"r{port}", **rule(port)) for port in range(30001, 30021)),
        create("EnvVar", "v", **variable("FOOTER")),
        create("SecretEnvVar", "s", **secret("PASS")),
    )

    assert together == Writes(("PUT",), (patch("FOOTER", "PASS"),))
    assert not afterwards


def test_creations_and_deletions_are_two_changes() -> None:
    together, afterwards = writes(
        NETWORKING,
        create("PortForward", "new", **rule(30001)),
        delete("PortForward", "old", **rule(30002)),
        create("EnvVar", "n", **variable("NEW")),
        delete("EnvVar", "o", **variable("OLD")),
    )

    assert together == Writes(("PUT",), (patch("NEW"),))
    assert afterwards == Writes(("PUT",), (patch("OLD"),))


def test_disabling_takes_the_own_rules_with_it_in_one_delete() -> None:
    _, afterwards = writes(delete("AdvancedNetworking", "net", **PLACE), delete("PortForward", "r", **rule(30001)))

    assert afterwards == Writes(("DELETE",))


def test_an_enablement_that_was_found_stays_and_only_the_rules_go() -> None:
    _, afterwards = writes(
        delete("AdvancedNetworking", "net", **PLACE, origin="adopted"), delete("PortForward", "r", **rule(30001, origin="adopted"))
    )

    assert afterwards == Writes(("PUT",))


def test_foreign_rules_keep_an_enablement() -> None:
    foreign = {"name": "else.example.com", "portDest": 25, "portOrig": 30999}
    own = {"name": "smtp.example.com", "portDest": 465, "portOrig": 30001}
    steps = delete("AdvancedNetworking", "net", **PLACE), delete("PortForward", "r", **rule(30001))

    (outcome,) = rehearsed(*steps, world=live(AdvancedNetworking(True, "30001", (), (foreign, own)))).environments

    assert outcome.afterwards == Writes(("PUT",))


def test_what_is_there_as_it_is_wanted_sends_nothing() -> None:
    own = {"name": "smtp.example.com", "portDest": 465, "portOrig": 30001}
    there = live(AdvancedNetworking(True, "30001", (), (own,)), Variable(VariableKey(None, "FOOTER"), "string", "ready", "x"))

    outcome = rehearsed(
        create("NetworkInfrastructure", "infra", **INFRASTRUCTURE),
        create("AdvancedNetworking", "net", **PLACE),
        create("PortForward", "r", **rule(30001)),
        create("EnvVar", "v", **variable("FOOTER")),
        world=there,
    )

    assert cost_of(outcome).nothing
    assert not outcome.refusals


def test_a_secret_is_written_where_one_is_there_if_that_is_declared_and_kept_ones_are_not() -> None:
    there = live(None, *(Variable(VariableKey(None, name), "secretString", "ready") for name in ("PASS", "KEPT")))

    (outcome,) = rehearsed(
        create("SecretEnvVar", "s", **secret("PASS", on_conflict="replace")),
        create("SecretEnvVar", "k", **{**PLACE, "name": "KEPT", "on_conflict": "keep"}),
        world=there,
    ).environments

    assert outcome.together == Writes((), (patch("PASS"),))


def test_a_secret_that_is_there_is_refused_unless_this_stack_has_recorded_it() -> None:
    there = live(None, Variable(VariableKey(None, "PASS"), "secretString", "ready"))
    renamed = (delete("SecretEnvVar", "old", **secret("PASS")), create("SecretEnvVar", "new", **secret("PASS")))

    (foreign,) = refusals(rehearsed(create("SecretEnvVar", "s", **secret("PASS")), world=there))

    assert 'on_conflict="keep"' in foreign
    assert 'on_conflict="replace"' in foreign
    assert refusals(rehearsed(*renamed, world=there)) == []


def test_a_variable_of_the_other_type_costs_two_patches() -> None:
    there = live(None, Variable(VariableKey(None, "PASS"), "string", "ready", "plain"))

    (outcome,) = rehearsed(create("SecretEnvVar", "s", **secret("PASS", on_conflict="replace")), world=there).environments

    assert outcome.together == Writes((), (patch("PASS"), patch("PASS")))


def test_what_only_the_state_has_to_record_sends_nothing() -> None:
    outcome = rehearsed(
        update("AdvancedNetworking", "net", PLACE, timeout=90),
        update("PortForward", "r", rule(30001), timeout=90),
        update("SecretEnvVar", "s", secret("PASS"), expires_at="2030-01-01"),
        update("EnvVar", "v", variable("FOOTER"), timeout=90),
    )

    assert cost_of(outcome).nothing


def test_a_changed_fingerprint_writes_a_secret() -> None:
    together, _ = writes(update("SecretEnvVar", "s", secret("PASS", "fp1:1"), fingerprint="fp1:2"))

    assert together == Writes((), (patch("PASS"),))


def test_a_referenced_secret_is_written_when_its_fingerprint_changes() -> None:
    by_reference = {**PLACE, "name": "PASS", "value_from": "env:PASS", "fingerprint": "fp1:1"}

    assert writes(update("SecretEnvVar", "s", by_reference, fingerprint="fp1:2"))[0] == Writes((), (patch("PASS"),))
    assert cost_of(rehearsed(update("SecretEnvVar", "s", by_reference, expires_at="2030-01-01"))).nothing


def test_a_plain_variable_whose_value_is_secret_in_the_program_is_uncertain() -> None:
    changed = rehearsed(update("EnvVar", "v", variable("FOOTER", "[secret]")))
    adopted = rehearsed(
        create("EnvVar", "v", **variable("FOOTER", "[secret]")),
        world=live(None, Variable(VariableKey(None, "FOOTER"), "string", "ready", "hidden")),
    )

    assert changed.uncertain
    assert cost_of(changed).restarts == 1
    assert cost_of(adopted).nothing
    assert not adopted.refusals


def test_a_rule_that_is_replaced_first_waits_for_its_own_deletion() -> None:
    old, new = rule(30001), rule(30002)
    first = [
        step("delete-replaced", "PortForward", "r", old),
        step("replace", "PortForward", "r", old, new),
        step("create-replacement", "PortForward", "r", old, new),
    ]

    together, afterwards = writes(NETWORKING, *first, create("PortForward", "other", **rule(30003)))

    assert together == Writes(("PUT", "PUT"))
    assert not afterwards


def test_a_sibling_that_waits_for_a_sibling_costs_one_change_more_and_is_named() -> None:
    steps = [NETWORKING, create("PortForward", "a", **rule(30001)), create("PortForward", "b", **rule(30002))]
    waits = Dependencies(declared={urn("PortForward", "b"): [urn("PortForward", "a")]})

    (outcome,) = rehearsed(*steps, dependencies=waits).environments

    assert outcome.together == Writes(("PUT", "PUT"))
    assert outcome.waiting == ("b",)


def test_deletions_go_the_other_way_round() -> None:
    steps = [NETWORKING, delete("PortForward", "a", **rule(30001)), delete("PortForward", "b", **rule(30002))]
    waits = Dependencies(recorded={urn("PortForward", "b"): [urn("PortForward", "a")]})

    assert writes(*steps, dependencies=waits)[1] == Writes(("PUT", "PUT"))


def test_waiting_for_the_infrastructure_costs_no_change() -> None:
    steps = [
        create("NetworkInfrastructure", "infra", **INFRASTRUCTURE),
        create("AdvancedNetworking", "net", **PLACE),
        create("PortForward", "r", **rule(30001)),
    ]
    infra = urn("NetworkInfrastructure", "infra")
    waits = Dependencies(declared={urn("AdvancedNetworking", "net"): [infra], urn("PortForward", "r"): [infra]})

    assert writes(*steps, dependencies=waits)[0] == Writes(("PUT",))


def test_a_narrow_engine_sends_its_operations_in_several_batches() -> None:
    steps = [create("PortForward", f"r{port}", **rule(port)) for port in range(30001, 30020)]

    together, _ = writes(*steps, create("AdvancedNetworking", "net", **PLACE), width=8)

    assert together == Writes(("PUT",) * 3)


def test_what_a_narrow_engine_takes_away_costs_at_most_a_change_for_each_and_the_last_one_disables() -> None:
    steps = [delete("PortForward", f"r{port}", **rule(port)) for port in (30001, 30002)]

    _, afterwards = writes(delete("AdvancedNetworking", "net", **PLACE), *steps, width=1)

    assert afterwards == Writes(("PUT", "PUT", "DELETE"))


def test_a_narrow_engine_with_others_besides_sends_no_more_than_the_others_leave_room_for() -> None:
    elsewhere = {**PLACE, "environment_id": "20002"}
    steps = [create("EnvVar", f"v{number}", **variable(f"V{number}")) for number in range(6)]
    others = [create("EnvVar", f"o{number}", **{**variable(f"O{number}"), **elsewhere}) for number in range(2)]

    most = [len(rehearsed(*steps, *others, width=width).environments[0].together.patches) for width in (8, 7, 6, 4, 3, 1)]

    assert most == [1, 2, 3, 5, 6, 6]


def test_an_occupied_port_is_refused_and_the_others_go_on() -> None:
    taken = {"name": "else.example.com", "portDest": 25, "portOrig": 30001}

    outcome = rehearsed(
        create("PortForward", "taken", **rule(30001)),
        create("PortForward", "free", **rule(30002)),
        world=live(AdvancedNetworking(True, "30001", (), (taken,))),
    )

    assert outcome.environments[0].together == Writes(("PUT",))
    (refusal,) = refusals(outcome)
    assert refusal.startswith("taken: PortForward taken of program 10001, environment 20001: the stack declares 30001")
    assert "else.example.com:25" in refusal


@pytest.mark.parametrize("order", [1, -1])
def test_what_acts_on_a_port_with_two_rules_is_refused_and_both_are_named(order: int) -> None:
    twins = ({"name": "b.example.com", "portDest": 25, "portOrig": 30001}, {"name": "a.example.com", "portDest": 25, "portOrig": 30001})

    outcome = rehearsed(
        create("PortForward", "shared", **{**rule(30001), "on_conflict": "replace"}),
        create("PortForward", "free", **rule(30002)),
        world=live(AdvancedNetworking(True, "30001", (), twins[::order])),
    )

    assert outcome.environments[0].together == Writes(("PUT",))
    (refusal,) = refusals(outcome)
    assert "30001 → a.example.com:25 and 30001 → b.example.com:25" in refusal


def test_an_update_that_drops_another_connection_of_a_vpn_is_refused() -> None:
    connections = (vpn.connection(key=None), {**vpn.connection(key=None), "name": "theirs"})
    there = NetworkInfrastructure("30001", "vpn", "va7", "ready", address_space=(vpn.ADDRESS_SPACE,), connections=connections)
    declared = {**INFRASTRUCTURE, "kind": "vpn", "address_space": [vpn.ADDRESS_SPACE], "connections": [vpn.connection()]}

    outcome = rehearsed(create("NetworkInfrastructure", "infra", **declared), world=live(program=LiveProgram((there,), sandbox=False)))

    (refusal,) = refusals(outcome)
    assert "it has connections office and theirs, and the stack declares connection office" in refusal
    assert outcome.programs[0].together == ()


def test_a_sandbox_program_is_refused_what_needs_networking_but_not_variables() -> None:
    outcome = rehearsed(
        create("NetworkInfrastructure", "infra", **INFRASTRUCTURE),
        create("AdvancedNetworking", "net", **PLACE),
        create("EnvVar", "v", **variable("FOOTER")),
        world=live(program=LiveProgram(sandbox=True)),
    )

    assert [text.split(":")[0] for text in refusals(outcome)] == ["infra", "net"]
    assert all("sandbox program" in text for text in refusals(outcome))
    assert outcome.environments[0].together == Writes((), (patch("FOOTER"),))


def test_another_kind_of_infrastructure_is_refused_and_named() -> None:
    (refusal,) = refusals(rehearsed(create("NetworkInfrastructure", "infra", **{**INFRASTRUCTURE, "kind": "vpn"}), world=live()))

    assert "the program already has network infrastructure 30001 (flexiblePortEgress in va7, ready)" in refusal


def test_no_infrastructure_is_refused_where_none_is_made() -> None:
    none = live(program=LiveProgram(sandbox=False))

    assert "has no network infrastructure" in refusals(rehearsed(create("AdvancedNetworking", "net", **PLACE), world=none))[0]
    made = create("NetworkInfrastructure", "infra", **INFRASTRUCTURE), create("AdvancedNetworking", "net", **PLACE)
    assert not rehearsed(*made, world=none).refusals


def test_an_infrastructure_of_another_kind_than_asked_for_is_refused() -> None:
    asked = create("AdvancedNetworking", "net", **PLACE, infrastructure_kind="vpn", infrastructure_region="nld2")

    (refusal,) = refusals(rehearsed(asked, world=live()))

    assert "ask for the network infrastructure vpn in nld2, and the program has flexiblePortEgress in va7" in refusal


def test_hosts_need_another_infrastructure_than_flexible_ports() -> None:
    hosts = create("AdvancedNetworking", "net", **PLACE, non_proxy_hosts=["example.com"])

    assert "non_proxy_hosts need a dedicatedEgressIp or vpn" in refusals(rehearsed(hosts, world=live()))[0]


def test_an_infrastructure_goes_only_when_nobody_uses_it() -> None:
    gone = delete("NetworkInfrastructure", "infra", **INFRASTRUCTURE)
    used = rehearsed(gone, world=live(program=LiveProgram((READY,), False, (Environment("20002", P, "stage", "stage", "ready"),))))
    unused = rehearsed(gone, world=live())

    assert not used.programs[0].afterwards
    assert refusals(used)[0].startswith(
        "infra: Network infrastructure 30001 (flexiblePortEgress in va7) of program 10001 stays: advanced networking is still enabled on "
        "environment 20002 (stage, stage). This stack created it and keeps its record."
    )
    assert [write.method for write in unused.programs[0].afterwards] == ["DELETE"]


def test_an_infrastructure_that_was_found_stays() -> None:
    outcome = rehearsed(delete("NetworkInfrastructure", "infra", **INFRASTRUCTURE, origin="adopted"))

    assert not outcome.programs[0].afterwards
    assert "this stack found it there" in outcome.notes[0]


def test_a_failed_infrastructure_that_was_made_here_is_made_anew() -> None:
    recorded = {**INFRASTRUCTURE, "status": "failed"}

    (outcome,) = rehearsed(update("NetworkInfrastructure", "infra", recorded)).programs

    assert [write.method for write in outcome.together] == ["DELETE", "POST"]


def test_a_vpn_is_updated_and_its_hidden_keys_make_that_uncertain() -> None:
    hidden = {**INFRASTRUCTURE, "kind": "vpn", "address_space": [vpn.ADDRESS_SPACE], "connections": "[secret]"}

    outcome = rehearsed(update("NetworkInfrastructure", "infra", hidden))

    assert [write.method for write in outcome.programs[0].together] == ["PUT"]
    assert outcome.uncertain
    assert not rehearsed(create("NetworkInfrastructure", "infra", **hidden)).uncertain


def test_other_kinds_are_never_updated() -> None:
    assert cost_of(rehearsed(update("NetworkInfrastructure", "infra", INFRASTRUCTURE, timeout=90))).nothing


changes_of_variables = st.lists(
    st.tuples(st.sampled_from(("create", "delete", "update")), st.sampled_from("ABCDEFGH"), st.sampled_from((None, "author", "preview"))),
    max_size=8,
    unique_by=lambda one: one[1],
)


def steps_of(drawn: list[tuple[str, str, str | None]]) -> list[PreviewStep]:
    made = []
    for operation, letter, service in drawn:
        given = variable(f"MAIL_{letter}", **({} if service is None else {"service": service}))
        if operation == "update":
            made.append(update("EnvVar", letter, given, value="another"))
        else:
            made.append((create if operation == "create" else delete)("EnvVar", letter, **given))
    return made


@given(changes_of_variables, st.randoms(use_true_random=False), st.integers(1, 10))
def test_order_does_not_matter_width_only_costs_and_two_patches_are_the_most(
    drawn: list[tuple[str, str, str | None]], random: Random, width: int
) -> None:
    steps = steps_of(drawn)
    shuffled = random.sample(steps, len(steps))

    cost, narrow = cost_of(rehearsed(*steps)), cost_of(rehearsed(*steps, width=width))

    assert cost_of(rehearsed(*shuffled)) == cost
    assert cost.restarts <= 2
    assert narrow.restarts >= cost.restarts
    assert narrow.minutes >= cost.minutes


@given(st.lists(st.integers(30000, 30020), unique=True, max_size=6), st.lists(st.integers(30000, 30020), unique=True, max_size=6))
def test_rules_cost_one_put_for_each_phase_that_has_any(added: list[int], removed: list[int]) -> None:
    gone = set(removed) - set(added)
    steps = [
        NETWORKING,
        *(create("PortForward", f"add{port}", **rule(port)) for port in added),
        *(delete("PortForward", f"del{port}", **rule(port)) for port in gone),
    ]

    environments = rehearsed(*steps).environments

    assert sum(len(one.together.networking) for one in environments) == bool(added)
    assert sum(len(one.afterwards.networking) for one in environments) == bool(gone)


def test_environments_are_apart() -> None:
    other = {"program_id": P, "environment_id": "20002"}

    outcome = rehearsed(create("EnvVar", "a", **variable("A")), create("EnvVar", "b", **{**variable("A"), **other}))

    assert [(one.environment.environment_id, one.together) for one in outcome.environments] == [
        ("20001", Writes((), (patch("A"),))),
        ("20002", Writes((), (patch("A"),))),
    ]
    assert cost_of(outcome).minutes == 5


def test_the_world_that_was_asked_is_not_changed_by_rehearsing() -> None:
    there = live(AdvancedNetworking(enabled=False))
    before = replace(there)

    rehearsed(create("AdvancedNetworking", "net", **PLACE), create("EnvVar", "v", **variable("A")), world=there)

    assert there == before


def test_rules_that_exchange_their_ports_are_one_change() -> None:
    outcome = rehearsed(
        NETWORKING,
        *moved("PortForward", "a", rule(30001, "a.example.com"), rule(30002, "a.example.com")),
        *moved("PortForward", "b", rule(30002, "b.example.com"), rule(30001, "b.example.com")),
    )

    assert not outcome.refusals
    assert [one.together + one.afterwards for one in outcome.environments] == [Writes(("PUT",))]


def test_rules_that_follow_an_index_take_the_places_of_those_that_left_in_one_change() -> None:
    outcome = rehearsed(
        NETWORKING,
        delete("PortForward", "a", **rule(30001, "a.example.com")),
        *moved("PortForward", "b", rule(30002, "b.example.com"), rule(30001, "b.example.com")),
        *moved("PortForward", "c", rule(30003, "c.example.com"), rule(30002, "c.example.com")),
    )

    assert not outcome.refusals
    assert [(one.together, one.afterwards) for one in outcome.environments] == [(Writes(("PUT",)), Writes(("PUT",)))]


def test_two_rules_that_exchange_their_ports_are_one_put_and_nobody_is_refused() -> None:
    one, two = rule(30001, "one.example.com"), rule(30002, "two.example.com")
    steps = [
        NETWORKING,
        step("create-replacement", "PortForward", "a", one, {**one, "port_orig": 30002, "logical_name": "a"}),
        step("create-replacement", "PortForward", "b", two, {**two, "port_orig": 30001, "logical_name": "b"}),
        step("delete-replaced", "PortForward", "a", one),
        step("delete-replaced", "PortForward", "b", two),
    ]

    outcome = rehearsed(*steps)

    assert not outcome.refusals
    assert (outcome.environments[0].together, outcome.environments[0].afterwards) == (Writes(("PUT",)), Writes())


def test_what_is_deleted_goes_by_its_depth_so_a_component_s_children_cost_a_change_of_their_own() -> None:
    mail, child, beside = "urn:mail", urn("EnvVar", "mail-password"), urn("EnvVar", "beside")
    steps = [delete("EnvVar", "mail-password", **variable("PASS")), delete("EnvVar", "beside", **variable("BESIDE"))]

    outcome = rehearsed(*steps, dependencies=Dependencies(recorded={child: [mail], beside: [], mail: []}))

    assert outcome.environments[0].afterwards == Writes((), (patch("PASS"), patch("BESIDE")))
    assert outcome.environments[0].waiting == ("beside",)


def test_an_infrastructure_that_goes_on_the_level_of_its_users_finds_them_there_and_is_refused() -> None:
    infra, net = urn("NetworkInfrastructure", "infra"), urn("AdvancedNetworking", "net")
    steps = [delete("NetworkInfrastructure", "infra", **INFRASTRUCTURE), delete("AdvancedNetworking", "net", **PLACE)]
    there = live(AdvancedNetworking(True, "30001"))

    beside = rehearsed(*steps, world=there, dependencies=Dependencies(recorded={infra: [], net: []}))
    after = rehearsed(*steps, world=there, dependencies=Dependencies(recorded={infra: [], net: [infra]}))

    assert not beside.programs[0].afterwards
    assert "stays: advanced networking is still enabled on environment 20001" in refusals(beside)[0]
    assert [write.method for write in after.programs[0].afterwards] == ["DELETE"]


def test_what_waits_for_a_refused_change_never_begins_and_is_not_refused_by_itself() -> None:
    old, new = {**INFRASTRUCTURE, "id": "30001"}, {**INFRASTRUCTURE, "kind": "dedicatedEgressIp", "allow_replace": True}
    replaced = [
        step("delete-replaced", "NetworkInfrastructure", "infra", old),
        step("create-replacement", "NetworkInfrastructure", "infra", old, {"logical_name": "infra", **new}),
    ]
    waiting = create("AdvancedNetworking", "net", **{**PLACE, "environment_id": "20002"}), create("EnvVar", "v", **variable("FOOTER"))
    waits = Dependencies(declared={urn("AdvancedNetworking", "net"): [urn("NetworkInfrastructure", "infra")]})
    there = live(AdvancedNetworking(enabled=True))

    outcome = rehearsed(*replaced, *waiting, world=there, dependencies=waits)

    (refusal,) = refusals(outcome)
    assert "It has to go before the new one can be created" in refusal
    assert [(one.environment, one.together) for one in outcome.environments] == [(ENVIRONMENT, Writes((), (patch("FOOTER"),)))]
