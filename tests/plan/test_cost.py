"""Restarts and minutes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.model import EnvironmentId, VariableKey
from aem_mail.plan.cost import Cost, cost_of, infrastructure_minutes, tiers
from aem_mail.plan.gates import Gates, exceeded
from aem_mail.plan.rehearsal import EnvironmentWrites, ProgramWrites, Rehearsal
from aem_mail.plan.writes import InfrastructureWrite, Patch, Writes
from tests.plan.recordings import planned

ONE, TWO = EnvironmentId("10001", "20001"), EnvironmentId("10001", "20002")
NOTHING = Writes()
POST, VPN = InfrastructureWrite("POST", "flexiblePortEgress", "va7"), InfrastructureWrite("POST", "vpn", "va7")
DELETE = InfrastructureWrite("DELETE", "flexiblePortEgress", "va7")


def patches(number: int, *services: str | None) -> tuple[Patch, ...]:
    return (Patch(tuple(VariableKey(service, "A") for service in services or (None,))),) * number


def environment(which: EnvironmentId, together: Writes = NOTHING, afterwards: Writes = NOTHING) -> EnvironmentWrites:
    return EnvironmentWrites(which, together, afterwards)


def program(together: tuple[InfrastructureWrite, ...] = (), afterwards: tuple[InfrastructureWrite, ...] = ()) -> ProgramWrites:
    return ProgramWrites("10001", together, afterwards)


def minutes(*environments: EnvironmentWrites, infrastructure: ProgramWrites | None = None) -> int:
    return cost_of(Rehearsal(environments, () if infrastructure is None else (infrastructure,))).minutes


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ((None,), ("author", "publish")),
        (("author",), ("author", "publish")),
        (("preview",), ("preview",)),
        (("preview", "publish"), ("author", "publish", "preview")),
    ],
)
def test_a_patch_restarts_author_and_publish_unless_it_is_about_preview_alone(
    services: tuple[str | None, ...], expected: tuple[str, ...]
) -> None:
    assert tiers(patches(1, *services)[0]) == expected


def test_a_fresh_program_takes_its_infrastructure_or_its_patch_and_then_the_put() -> None:
    fresh = environment(ONE, Writes(("PUT",), patches(1)))

    assert minutes(fresh, infrastructure=program((POST,))) == 15 + 10
    assert minutes(fresh, infrastructure=program((VPN,))) == 50 + 10
    assert minutes(environment(ONE, Writes(("PUT",), patches(4))), infrastructure=program((POST,))) == 20 + 10


def test_without_an_infrastructure_put_and_patch_wait_for_one_another() -> None:
    assert minutes(environment(ONE, Writes(("PUT",), patches(1)))) == 15


def test_variables_alone_do_not_wait_for_an_infrastructure() -> None:
    assert minutes(environment(ONE, Writes((), patches(1))), infrastructure=program((POST,))) == 15


def test_environments_go_side_by_side() -> None:
    assert minutes(environment(ONE, Writes(("PUT",), patches(1))), environment(TWO, Writes(("PUT",)))) == 15


def test_deletions_follow_and_the_infrastructure_goes_last() -> None:
    one = environment(ONE, Writes((), patches(1)), Writes(("DELETE",), patches(1)))

    assert minutes(one, infrastructure=program((), (DELETE,))) == 5 + 15 + 15


def test_a_replaced_infrastructure_takes_its_deletion_and_its_creation() -> None:
    assert infrastructure_minutes([DELETE, POST]) == 30
    assert infrastructure_minutes([POST, InfrastructureWrite("POST", "flexiblePortEgress", "nld2")]) == 15


writes = st.builds(
    Writes,
    st.lists(st.sampled_from(("PUT", "DELETE")), max_size=3).map(tuple),
    st.integers(0, 3).map(patches),
)
environments = st.lists(st.tuples(writes, writes), max_size=4).map(
    lambda drawn: tuple(environment(EnvironmentId("10001", str(number)), *both) for number, both in enumerate(drawn))
)


@given(environments, st.sampled_from(((), (POST,), (VPN,), (DELETE, POST))), st.sampled_from(((), (DELETE,))))
def test_the_whole_lies_between_the_longest_part_and_the_sum_of_all(
    drawn: tuple[EnvironmentWrites, ...], together: tuple[InfrastructureWrite, ...], afterwards: tuple[InfrastructureWrite, ...]
) -> None:
    cost = cost_of(Rehearsal(drawn, (program(together, afterwards),)))

    parts = [*(one.minutes for one in cost.environments), *(one.minutes for one in cost.programs)]
    assert max(parts, default=0) <= cost.minutes <= sum(parts)
    assert cost.restarts == sum(one.patches for one in cost.environments)
    assert cost.nothing == (cost.minutes == 0)


@pytest.mark.parametrize(
    ("gates", "sentences"),
    [
        (Gates(), ()),
        (Gates(1, 15), ()),
        (Gates(0, 15), ("The plan needs 1 restart, and --max-restarts allows 0.",)),
        (
            Gates(0, 14),
            ("The plan needs 1 restart, and --max-restarts allows 0.", "The plan needs 15 minutes, and --max-minutes allows 14."),
        ),
    ],
)
def test_a_limit_is_what_is_still_accepted(gates: Gates, sentences: tuple[str, ...]) -> None:
    cost = cost_of(Rehearsal((environment(ONE, Writes(("PUT",), patches(1))),)))

    assert exceeded(gates, cost) == sentences


def test_nothing_passes_every_limit() -> None:
    assert exceeded(Gates(0, 0), Cost()) == ()


RECORDED = {
    # case: (infrastructure, PUTs, DELETEs, PATCHes, tiers of the restarts, minutes)
    "create": (["POST"], 1, 0, 1, [("author", "publish")], 25),
    "same": ([], 0, 0, 0, [], 0),
    "update": ([], 1, 0, 1, [("author", "publish")], 15),
    "state-only": ([], 0, 0, 0, [], 0),
    "mixed": ([], 1, 0, 1, [("author", "publish")], 15),
    "replace-rule": ([], 2, 0, 0, [], 20),
    "rename": ([], 0, 0, 1, [("author", "publish")], 5),
    "flip": ([], 0, 0, 2, [("author", "publish")] * 2, 10),
    "remove": (["DELETE"], 0, 1, 1, [("author", "publish")], 30),
    "retained": ([], 0, 0, 1, [("author", "publish")], 5),
    "drift": ([], 1, 0, 1, [("author", "publish")], 15),
    "unknown": ([], 1, 0, 1, [("author", "publish")], 10),
    "two-environments": ([], 0, 0, 2, [("preview",)] * 2, 5),
    "replace-infrastructure": ([], 0, 0, 0, [], 0),
}


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_previews_cost_what_their_runs_cost(name: str) -> None:
    cost = planned(name).cost

    assert (
        [write.method for one in cost.programs for write in one.writes],
        sum(one.puts for one in cost.environments),
        sum(one.deletes for one in cost.environments),
        sum(one.patches for one in cost.environments),
        [restart for one in cost.environments for restart in one.restarts],
        cost.minutes,
    ) == RECORDED[name]


def test_a_tier_that_the_environment_lacks_does_not_restart() -> None:
    (patch,) = patches(1)

    assert tiers(Patch(patch.keys, ("author", "preview"))) == ("author",)
