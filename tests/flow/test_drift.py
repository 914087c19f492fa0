"""`aem-mail drift` finds what was seeded, all of it and nothing else, and says what `pulumi preview --refresh` says."""

import json
import os
import shlex
import subprocess
from collections.abc import Mapping
from typing import Any

import pytest

from aem_mail.stack.preview import parse
from tests.flow.conftest import Simulator
from tests.flow.fleet import EXTRA_PROGRAMS, STACKS, furnish, program_text, seed
from tests.flow.programs import mail_egress, rule
from tests.flow.seeds import with_infrastructure
from tests.flow.stack import Stack
from tools.benchmarks.journal import counts

pytestmark = pytest.mark.flow

FLEET = 100
SEED = int(os.environ.get("AEM_MAIL_DRIFT_SEED", "0")) or int.from_bytes(os.urandom(4))


def drift(stack: Stack, *options: str, code: int | None = 0, env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run the command as a user does, and return its JSON."""
    result = stack.aem_mail("drift", "--output", "json", *options, env=env)
    assert code is None or result.code == code, result.output
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def keys(report: Mapping[str, Any]) -> set[str]:
    return {one["key"] for one in report["findings"] if one["class"] != "unverifiable"}


def changed_by_preview(stack: Stack, name: str) -> set[str]:
    """Return the names of what `pulumi preview --refresh` would change."""
    told = stack.run(
        "preview", "--refresh", "--json", "--non-interactive", "--stack", name, env={"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1"}
    )
    steps = [step for step in parse(told.stdout.splitlines()).steps if step.kind is not None]
    return {step.name for step in steps if step.operation != "same"}


@pytest.mark.time_scale(6000)
def test_a_fleet_is_reported_without_a_miss_or_a_false_alarm_and_as_a_preview_sees_it(stack: Stack, simulator: Simulator) -> None:
    print(f"drift seeded from {SEED}; the same again with AEM_MAIL_DRIFT_SEED={SEED}")
    stack.watch.add("another password")
    simulator.edit(lambda state: furnish(state, FLEET))
    stack.program(program_text(FLEET))
    for name in STACKS[1:]:
        stack.run("stack", "init", name, "--no-select")
    for name in STACKS:
        stack.up("--stack", name)
    simulator.forget_journal()

    clean = drift(stack, "--all")
    read = counts(simulator.journal())
    state = {"clock": 0, **simulator.state()}
    seeded, kinds = seed(state, stack.folder / "osgiconfig", FLEET, SEED)
    simulator.edit(lambda there: there.update(programs=state["programs"]))
    report = drift(stack, "--all", code=2)

    assert (keys(clean), clean["summary"]["unverifiable"]) == (set(), FLEET)
    assert (read.gets, read.tokens, read.mutations) == (3 * FLEET + 1 + len(EXTRA_PROGRAMS), 1, ())
    assert keys(report) == seeded.expected, kinds
    fixed = {one["name"] for one in report["findings"] if one["fixedByUp"]}
    assert fixed == seeded.fixed
    assert fixed == set().union(*(changed_by_preview(stack, name) for name in STACKS))


def test_a_stack_is_clean_drifts_and_is_clean_again_by_the_command_that_the_report_gives(stack: Stack, simulator: Simulator) -> None:
    text = mail_egress("flexiblePortEgress")
    stack.program(text).up()
    assert keys(drift(stack)) == set()

    simulator.edit_environment(lambda environment: environment["advancedNetworking"]["portForwards"][0].update(portDest=587))
    drifted = drift(stack, code=2)
    (finding,) = [one for one in drifted["findings"] if one["class"] != "unverifiable"]
    (command,) = [one["snippet"] for one in finding["remedies"] if one["kind"] == "apply"]
    simulator.forget_journal()
    stack.run(*shlex.split(command)[1:], "--yes", "--skip-preview", "--non-interactive")

    assert [(one["name"], one["declared"], one["live"]) for one in finding["properties"]] == [("port_dest", 465, 587)]
    assert (finding["impact"]["puts"], drifted["cost"]["puts"], simulator.mutations()) == (1, 1, ["PUT advancedNetworking"])
    assert keys(drift(stack)) == set()

    stack.program(text.replace("smtp.example.com", "smtp.sendgrid.com"))
    assert keys(drift(stack)) == set()
    (wanted,) = [one for one in drift(stack, "--program", code=2)["findings"] if one["class"] != "unverifiable"]

    assert wanted["key"] == "drift:undeployed:PortForward:10001/20001/30465"
    assert [(one["name"], one["declared"], one["program"]) for one in wanted["properties"]] == [
        ("name", "smtp.example.com", "smtp.sendgrid.com")
    ]


def test_a_wrong_passphrase_an_unknown_stack_and_a_lock_are_told_for_what_they_are(stack: Stack, simulator: Simulator) -> None:
    stack.program(mail_egress("flexiblePortEgress")).up()
    for key, value in (("orgId", simulator.running.org_id), ("clientId", simulator.running.client_id)):
        stack.set_config(f"aem-mail:{key}", value)
    set_secret = ["pulumi", "--cwd", str(stack.folder), "config", "set", "--secret", "aem-mail:clientSecret"]
    subprocess.run(set_secret, env=stack.env, input=simulator.running.client_secret, text=True, check=True, capture_output=True)
    recorded = {name: value for name, value in stack.env.items() if not name.startswith("CLOUDMANAGER_") or name == "CLOUDMANAGER_BASE_URL"}

    assert keys(drift(stack, env=recorded)) == set()
    both = drift(stack, "--stack", "test", "--stack", "absent", code=3)
    locks = stack.folder / "state" / ".pulumi" / "locks" / "organization" / stack.project / stack.name
    locks.mkdir(parents=True, exist_ok=True)
    (locks / "0.json").write_text('{"pid": 1, "username": "somebody", "hostname": "elsewhere", "timestamp": "2026-01-01T00:00:00Z"}')
    locked = drift(stack)

    assert keys(both) == {"drift:unknown:Stack:absent"}
    assert keys(locked) == set()
    wrong = stack.aem_mail("drift", env={**recorded, "PULUMI_CONFIG_PASSPHRASE": "wrong"})
    assert (wrong.code, wrong.stderr.count("\n")) == (30, 1)
    assert "passphrase" in wrong.stderr


def test_a_rule_that_a_targeted_run_took_from_another_resource_is_missing_and_the_named_remedy_brings_it_back(
    stack: Stack, simulator: Simulator
) -> None:
    urn = "urn:pulumi:test::flow-test::pulumi-python:dynamic/aem:PortForward::"
    simulator.edit(with_infrastructure)
    program = 'AdvancedNetworking("net", AdvancedNetworkingArgs(P, E))\n'
    stack.program(program + rule("old", 30465, options="")).up()
    stack.program(program + rule("new", 30465, options="")).up("--target", f"{urn}new")
    stack.up("--target", f"{urn}old")
    assert simulator.rules() == {}

    (finding,) = [one for one in drift(stack, code=2)["findings"] if one["class"] != "unverifiable"]
    assert (finding["class"], finding["name"]) == ("missing", "new")

    stack.up("--refresh")

    assert simulator.rules() == {30465: "smtp.example.com:465"}
