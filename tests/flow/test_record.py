"""The stack's own entries are known as its own, whatever their resources are called; what is not in its record is foreign."""

import json
import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import mail_egress, networking, rule
from tests.flow.seeds import enabled, secret, with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

WIDTHS = ("1", "64")
AFTER = ", later(mail)"
SECRET = 'SecretEnvVar("pw", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"{0}))'


def by_index(*hosts: str) -> str:
    """Return a program whose rules have ports by their place in a list."""
    rules = [
        f'PortForward("{host}", PortForwardArgs(P, E, "{host}.example.com", 465, {30900 + place}))' for place, host in enumerate(hosts)
    ]
    return networking(*rules)


def hosts_of_changes(simulator: Simulator) -> list[set[str]]:
    """Return a list that takes the hosts of the rules after each change from now on."""
    world, hosts = simulator.running.world, list[set[str]]()
    record = world.record

    def recorded(**entry: Any) -> None:
        record(**entry)
        if entry["applied"]:
            networking = world.to_json()["programs"]["10001"]["environments"]["20001"]["advancedNetworking"]
            hosts.append({one["name"] for one in networking["portForwards"]})

    world.record = recorded  # type: ignore[method-assign]  # the journal has no bodies
    return hosts


def settled(stack: Stack, simulator: Simulator) -> None:
    """Assert that neither a run nor a refresh finds anything to change."""
    simulator.forget_journal()
    stack.up("--refresh", "--expect-no-changes")
    assert simulator.mutations() == []


@pytest.mark.parametrize("width", WIDTHS)
def test_rules_whose_ports_follow_an_index_shift_with_one_up_and_none_goes_off_the_air(
    width: str, stack: Stack, simulator: Simulator
) -> None:
    stack.program(by_index("a", "b", "c")).up()
    hosts = hosts_of_changes(simulator)

    stack.program(by_index("b", "c")).up("--parallel", width)

    assert simulator.rules() == {30900: "b.example.com:465", 30901: "c.example.com:465"}

    stack.program(by_index("z", "b", "c")).up("--parallel", width)

    assert hosts
    assert all({"b.example.com", "c.example.com"} <= there for there in hosts)
    assert simulator.rules() == {30900: "z.example.com:465", 30901: "b.example.com:465", 30902: "c.example.com:465"}
    settled(stack, simulator)


def test_rules_exchange_their_ports_one_by_one_in_one_change(stack: Stack, simulator: Simulator) -> None:
    both = "".join(f'PortForward("{name}", PortForwardArgs(P, E, "{name}.example.com", 465, {{}}))\n' for name in "ab")
    stack.program(networking(both.format(30465, 30587))).up()
    simulator.forget_journal()

    stack.program(networking(both.format(30587, 30465))).up("--parallel", "1")

    assert simulator.mutations() == ["PUT advancedNetworking"]
    assert simulator.rules() == {30465: "b.example.com:465", 30587: "a.example.com:465"}
    settled(stack, simulator)


def test_a_file_of_this_stack_is_its_own_under_another_name_unless_somebody_has_edited_it(stack: Stack) -> None:
    file = 'OsgiConfig("{}", OsgiConfigArgs("osgiconfig", "my.Pid", {{"a": "{}"}}))'
    (stack.folder / "osgiconfig").mkdir()
    path = stack.folder / "osgiconfig" / "config" / "my.Pid.cfg.json"
    stack.program(file.format("one", "first")).up()

    stack.program(file.format("two", "second")).up()
    assert "second" in path.read_text()
    assert stack.resource("two")["outputs"]["origin"] == "created"

    path.write_text(path.read_text().replace("second", "edited"))
    refused = stack.program(file.format("three", "third")).up(code=1)
    assert "a different file is there" in refused.output
    assert "edited" in path.read_text()


def test_what_is_renamed_together_with_another_change_converges_with_one_up_and_stays_created(stack: Stack, simulator: Simulator) -> None:
    footer = (
        'EnvVar("footer", EnvVarArgs(P, E, "MAIL_FOOTER", "bye"))\nSecretEnvVar("note", SecretEnvVarArgs(P, E, "MAIL_NOTE", "password123"))'
    )
    stack.program(mail_egress("flexiblePortEgress") + rule("ldap", 30636, options=AFTER) + "\n" + footer).up()
    simulator.forget_journal()

    renamed = mail_egress("flexiblePortEgress").replace('MailEgress("mail"', 'MailEgress("post"').replace("smtp.example", "smtp2.example")
    other = 'EnvVar("line", EnvVarArgs(P, E, "MAIL_FOOTER", "ciao"))\nEnvVar("note-2", EnvVarArgs(P, E, "MAIL_NOTE", "plain"))'
    result = stack.program(renamed + rule("directory", 30636, "ldap2.example.com", options=AFTER) + "\n" + other).up()

    assert simulator.rules() == {30465: "smtp2.example.com:465", 30636: "ldap2.example.com:465"}
    assert "PUT advancedNetworking" in simulator.mutations()
    assert not [one for one in simulator.mutations() if one.startswith(("DELETE", "POST"))]
    values = {one["name"]: (one["type"], one.get("value")) for one in simulator.environment()["variables"]}
    assert (values["MAIL_FOOTER"], values["MAIL_NOTE"]) == (("string", "ciao"), ("string", "plain"))
    assert "will leave it there" not in result.output
    assert {one["outputs"]["origin"] for one in stack.resources() if one["custom"]} == {"created"}
    simulator.forget_journal()
    stack.up("--expect-no-changes")
    assert simulator.mutations() == []

    stack.destroy()

    assert simulator.state()["programs"]["10001"]["infrastructures"] == []
    assert simulator.environment()["advancedNetworking"] is None
    assert simulator.variable_names() == []


@pytest.mark.parametrize("way", ["replace", "taint"])
def test_what_is_replaced_by_force_stays_created_and_destroy_takes_it(way: str, stack: Stack, simulator: Simulator) -> None:
    stack.program(networking(rule("smtp", 30465), SECRET.format(""))).up()
    urns = [one["urn"] for one in stack.resources()]
    if way == "taint":
        for urn in urns:
            stack.run("state", "taint", "--yes", urn)
    simulator.forget_journal()

    stack.up(*([f"--replace={urn}" for urn in urns] if way == "replace" else []))

    assert [one for one in simulator.mutations() if one != "PATCH variables"] == []
    assert {one["outputs"]["origin"] for one in stack.resources()} == {"created"}
    stack.destroy()
    assert simulator.state()["programs"]["10001"]["infrastructures"] == []
    assert simulator.environment()["advancedNetworking"] is None


def test_two_resources_of_one_name_under_two_parents_are_refused_at_preview_if_they_claim_one_thing(stack: Stack) -> None:
    boxes = """
class Box(pulumi.ComponentResource):
    def __init__(self, kind, variable):
        super().__init__("my:index:" + kind, "box")
        EnvVar("footer", EnvVarArgs(P, E, variable, "bye"), pulumi.ResourceOptions(parent=self))
Box("One", "MAIL_FOOTER")
Box("Two", "{}")
"""
    stack.program(boxes.format("MAIL_HEADER")).preview()

    refused = stack.program(boxes.format("MAIL_FOOTER")).preview(code=1)

    assert "both declare EnvVar 10001/20001/all/MAIL_FOOTER" in refused.output
    assert "my:index:One$" in refused.output
    assert "my:index:Two$" in refused.output
    assert stack.resources() == []


def test_a_foreign_secret_is_replaced_only_if_that_is_declared(stack: Stack, simulator: Simulator) -> None:
    simulator.edit_environment(lambda environment: environment["variables"].append(secret("EMAIL_PASSWORD", "theirs-and-secret")))
    stack.watch.add("theirs-and-secret")

    refused = stack.program(SECRET.format("")).up(code=1)

    assert 'on_conflict="keep"' in refused.output
    assert 'on_conflict="replace"' in refused.output
    assert simulator.mutations() == []

    stack.program(SECRET.format(', on_conflict="replace"')).up()
    assert simulator.mutations() == ["PATCH variables"]


@pytest.mark.time_scale(60)
def test_a_secret_of_a_run_that_was_killed_is_not_foreign_to_the_next_one(stack: Stack, simulator: Simulator) -> None:
    stack.program(SECRET.format(""))
    process = stack.start("up", "--yes", "--skip-preview", "--non-interactive")
    deadline = time.monotonic() + 120
    while not simulator.mutations() and time.monotonic() < deadline:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    stack.run("cancel", "--yes")
    assert simulator.mutations() == ["PATCH variables"]

    stack.env["XDG_CACHE_HOME"] = str(stack.folder / "another machine")
    stack.up()

    assert simulator.variable_names() == ["EMAIL_PASSWORD"]
    stack.up("--expect-no-changes")


GIVER = 'EnvVars("vars", EnvVarsArgs(P, E, {0}))\nPortForwards("ways", PortForwardsArgs(P, E, {1}))\n'
TAKERS = """
EnvVars("others", EnvVarsArgs(P, E, {"MAIL_NOTE": "new"}))
SecretEnvVar("pw", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "another-one"))
PortForward("smtp", PortForwardArgs(P, E, "smtp2.example.com", 465, 30465))
"""


@pytest.mark.parametrize("refreshed", [False, True])
def test_what_a_set_gave_away_in_a_run_that_failed_is_taken_by_the_next_one(refreshed: bool, stack: Stack, simulator: Simulator) -> None:
    stack.watch.add("another-one")
    simulator.edit(with_infrastructure)
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=enabled()))
    whole = '{"MAIL_SIZE": "big", "MAIL_NOTE": "old"}, {"EMAIL_PASSWORD": "password123"}'
    rules = '{"30465": "smtp.example.com:465", "30636": "ldap.example.com:636"}'
    stack.program(GIVER.format(whole, rules)).up()
    for method, path in (("PATCH", "*/variables"), ("PUT", "*/advancedNetworking")):
        simulator.fault(method=method, path=path, nth=1, status=403)
    stack.program(GIVER.format('{"MAIL_SIZE": "big"}', '{"30636": "ldap.example.com:636"}') + TAKERS)

    assert stack.up("--continue-on-error", code=None).code != 0
    assert {one["urn"].rpartition("::")[2] for one in stack.resources()} == {"vars", "ways"}
    if refreshed:
        stack.refresh()
    assert json.loads(stack.aem_mail("plan", "--output", "json").stdout)["problems"] == []
    stack.up()

    assert simulator.rules() == {30465: "smtp2.example.com:465", 30636: "ldap.example.com:636"}
    assert {one["outputs"]["origin"] for one in stack.resources()} == {"created"}
    settled(stack, simulator)
    assert not any("hands_over" in one["inputs"] for one in stack.resources())


def test_where_the_record_cannot_be_read_that_is_said_and_a_refresh_converges(stack: Stack, simulator: Simulator, tmp_path: Path) -> None:
    simulator.edit(with_infrastructure)
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=enabled()))
    stack.program(by_index("a", "b")).up()
    real = shutil.which("pulumi", path=stack.env["PATH"])
    wrapper = tmp_path / "bin" / "pulumi"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\ncase "$*" in *"stack export"*organization*) echo "error: no" >&2; exit 1;; esac\nexec "{real}" "$@"\n')
    wrapper.chmod(0o755)
    stack.env["PATH"] = f"{wrapper.parent}{os.pathsep}{stack.env['PATH']}"
    stack.program(by_index("b"))

    refused = stack.up(code=1)

    assert "its record could not be read" in refused.output
    assert "`pulumi up --refresh`" in refused.output
    stack.up("--refresh")
    assert simulator.rules() == {30900: "b.example.com:465"}
    settled(stack, simulator)
