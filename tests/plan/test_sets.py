"""A plan of sets of entries: each entry is a change of its own, and the engine's operation is one."""

import json
from collections.abc import Mapping
from typing import Any

from aem_mail.kinds.kind import TYPE_PREFIX
from aem_mail.plan.changes import changes_of, recorded_states
from aem_mail.plan.order import Dependencies, by_entry
from aem_mail.plan.plan import Asked, Findings, Plan, make_plan
from aem_mail.plan.world import recorded_world
from aem_mail.reports import plan as report
from aem_mail.reports.text import to_text
from aem_mail.stack.preview import Preview, parse
from aem_mail.stack.values import MASKED

PLACE: Mapping[str, Any] = {"program_id": "10001", "environment_id": "20001"}
IN_FORCE = {"origin": "created"}
NETWORKING = ("same", "AdvancedNetworking", "net", dict(PLACE), dict(PLACE))

Event = tuple[str, str, str, Mapping[str, Any] | None, Mapping[str, Any] | None]


def preview(*events: Event) -> Preview:
    """Read a preview of such steps: operation, kind, name, what is recorded and what is wanted."""
    lines: list[dict[str, Any]] = [{"preludeEvent": {"config": {}}}]
    for operation, kind, name, old, new in events:
        urn = f"urn:pulumi:dev::p::{TYPE_PREFIX}{kind}::{name}"
        states = {
            side: None if one is None else {"id": f"id-of-{name}", "inputs": {"logical_name": name, **one}, "outputs": outputs}
            for side, one, outputs in (("old", old, None if old is None else {"logical_name": name, **old}), ("new", new, {}))
        }
        lines.append({"resourcePreEvent": {"metadata": {"op": operation, "urn": urn, "type": f"{TYPE_PREFIX}{kind}", **states}}})
    lines.append({"summaryEvent": {"result": "succeeded"}})
    return parse(json.dumps({"sequence": place, **line}) for place, line in enumerate(lines))


def plan(*events: Event, width: int | None = None) -> Plan:
    told = preview(*events)
    changes = changes_of(told.steps)
    world = recorded_world(recorded_states(told.steps), changes)
    return make_plan("dev", told, changes, Findings(world, Asked.NO_CREDENTIALS), width=width)


def ways(**rules: str) -> dict[str, Any]:
    given = {port.removeprefix("p"): {"name": host, "port_dest": 465} for port, host in rules.items()}
    return {**PLACE, "rules": given, "in_force": dict.fromkeys(given, IN_FORCE)}


def test_each_entry_of_an_update_is_a_change_and_all_of_them_are_one_put() -> None:
    before = ways(p30465="smtp.example.com", p30587="smtp.example.com", p30001="smtp.example.com")
    after = ways(p30465="other.example.com", p30636="ldap.example.com", p30001="smtp.example.com")

    made = plan(NETWORKING, ("update", "PortForwards", "ways", before, after), width=1)

    assert {(one.operation, one.name, one.changed) for one in made.changes} == {
        ("update", "ways[30465]", ("name",)),
        ("create", "ways[30636]", ()),
        ("delete", "ways[30587]", ()),
    }
    (cost,) = made.cost.environments
    assert (cost.puts, cost.deletes, cost.patches) == (1, 0, 0)
    shown = to_text(report.to_document(made))
    assert "30465 → other.example.com:465" in shown
    assert "ways[30587]" in shown


def test_a_set_that_comes_or_goes_is_its_entries() -> None:
    whole = ways(p30465="smtp.example.com", p30587="smtp.example.com")

    for operation, old, new in (("create", None, whole), ("delete", whole, None)):
        made = plan(NETWORKING, (operation, "PortForwards", "ways", old, new), width=1)
        assert [(one.operation, one.kind, one.name) for one in made.changes] == [
            (operation, "PortForward", "ways[30465]"),
            (operation, "PortForward", "ways[30587]"),
        ]
        (cost,) = made.cost.environments
        assert cost.puts == 1


def test_a_masked_secret_changes_where_its_fingerprint_does() -> None:
    before = {**PLACE, "secrets": {"A_B": {"value": MASKED}, "C_D": {"value": MASKED}}, "fingerprints": {"A_B": "fp1:0", "C_D": "fp1:1"}}
    after = {**before, "fingerprints": {"A_B": "fp1:0", "C_D": "fp1:2"}}

    made = plan(("update", "EnvVars", "vars", before, after))

    assert [(one.kind, one.name, one.changed) for one in made.changes] == [("SecretEnvVar", "vars[C_D]", ("value",))]
    assert [one.patches for one in made.cost.environments] == [1]


def test_single_resources_that_become_a_set_cost_nothing_and_their_deletions_are_kept() -> None:
    singles: list[Event] = [
        ("delete", "EnvVar", f"v{number}", {**PLACE, "name": f"V_{number}", "value": "x", "type": "string", "status": "ready"}, None)
        for number in range(3)
    ]
    whole = {**PLACE, "values": {f"V_{number}": {"value": "x"} for number in range(3)}}

    made = plan(("create", "EnvVars", "vars", None, whole), *singles)

    assert made.cost.nothing
    assert [one.kept for one in made.changes if one.operation == "delete"] == [True] * 3


def test_an_entry_that_moves_to_a_single_resource_is_kept() -> None:
    before, after = ways(p30465="smtp.example.com", p30587="smtp.example.com"), ways(p30587="smtp.example.com")
    single = {**PLACE, "name": "smtp.example.com", "port_dest": 465, "port_orig": 30465}

    made = plan(NETWORKING, ("update", "PortForwards", "ways", before, after), ("create", "PortForward", "smtp", None, single))

    assert made.cost.nothing
    assert [(one.name, one.kept) for one in made.changes if one.operation == "delete"] == [("ways[30465]", True)]


def test_dependencies_of_a_set_are_those_of_its_entries() -> None:
    told = preview(("create", "PortForwards", "ways", None, ways(p30465="a.example.com", p30587="a.example.com")))
    urns = [step.urn for step in told.steps]
    whole = f"urn:pulumi:dev::p::{TYPE_PREFIX}PortForwards::ways"

    assert by_entry({whole: ["infra"], "other": [whole]}, urns) == {urns[0]: ["infra"], urns[1]: ["infra"], "other": urns}
    assert Dependencies(by_entry({}, urns)).declared == {}
