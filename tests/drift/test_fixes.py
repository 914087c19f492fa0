"""What fixes cost: as the plan counts them."""

from typing import Any

import pytest

from aem_mail.drift.finding import Impact
from aem_mail.model import AdvancedNetworking

from .build import (
    HERE,
    enabled,
    entry,
    infrastructure,
    live,
    live_secret,
    live_variable,
    networking,
    ready_infrastructure,
    report,
    rule,
    secret,
    stack,
    variable,
)

RESTART = ("author", "publish")
PUT = Impact(puts=1, minutes=10)
PATCH = Impact(patches=1, restarts=(RESTART,), minutes=5)
OFF = AdvancedNetworking(enabled=False)
READY = [ready_infrastructure()]


@pytest.mark.parametrize(
    ("resource", "there", "impact"),
    [
        (rule(), live(enabled(), programs=READY), PUT),
        (rule(), live(OFF, programs=READY), PUT),
        (networking(), live(OFF, programs=READY), PUT),
        (networking(non_proxy_hosts=[]), live(enabled(hosts=["a.example"]), programs=READY), PUT),
        (variable(), live(variables=[live_variable(value="x")]), PATCH),
        (variable(), live(variables=[live_secret("MAIL_FROM")]), Impact(patches=2, restarts=(RESTART, RESTART), minutes=10)),
        (variable(service="preview"), live(variables=[]), Impact(patches=1, restarts=(("preview",),), minutes=5)),
        (secret(), live(variables=[]), PATCH),
        (infrastructure("vpn"), live(programs=[]), Impact(posts=1, minutes=50)),
        (infrastructure(), live(programs=[ready_infrastructure(status="failed")]), Impact(posts=1, deletes=1, minutes=30)),
    ],
)
def test_each_fix_costs_what_its_resource_sends(resource: Any, there: Any, impact: Impact) -> None:
    finding = report(stack(resource), there=there).findings[0]

    assert finding.impact == impact


def test_fixes_of_one_environment_share_their_changes() -> None:
    there = live(OFF, [live_variable(value="x")], programs=READY)

    drifted = report(stack(networking(), rule(), rule(30466)), stack(variable(), secret(), name="other"), there=there)

    assert drifted.cost == Impact(puts=1, patches=1, restarts=(RESTART,), minutes=15)
    assert {one.environment: one.cost for one in drifted.environments} == {HERE: drifted.cost}


def test_networking_waits_for_an_infrastructure_and_environments_are_fixed_side_by_side() -> None:
    building = report(stack(infrastructure(), networking(), rule(), variable()), there=live(OFF, [], programs=[]))

    assert building.cost == Impact(posts=1, puts=1, patches=1, restarts=(RESTART,), minutes=25)


def test_what_nobody_declares_costs_nothing() -> None:
    foreign = report(stack(networking()), there=live(enabled(entry()), [live_variable()], programs=READY))

    assert {finding.impact for finding in foreign.findings} == {None}
    assert foreign.cost == Impact()
