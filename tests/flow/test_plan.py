"""What `aem-mail plan` says beforehand is what the journal shows afterwards."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import mail_egress, networking, rule
from tests.flow.seeds import enabled, secret, string, with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

ALL = networking(
    rule("a", 30465),
    rule("b", 30466),
    'EnvVar("footer", EnvVarArgs(P, E, "MAIL_FOOTER", "bye"))',
    'EnvVar("extra", EnvVarArgs(P, E, "MAIL_EXTRA", "more", service="preview"))',
    'SecretEnvVar("pass", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"))',
    'EnvVar("stage", EnvVarArgs(P, "20002", "MAIL_FOOTER", "bye"))',
)
PROGRAMS = {
    "created": ALL,
    "unchanged": ALL,
    "all changed": ALL.replace("smtp.example.com", "smtp.sendgrid.com").replace('"bye"', '"ciao"').replace("password123", "password456"),
    "mixed": networking(
        rule("a", 30465),
        rule("c", 30467),
        'SecretEnvVar("pass", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password456"))',
        'SecretEnvVar("extra", SecretEnvVarArgs(P, E, "MAIL_EXTRA", "password456", service="preview"))',
        'EnvVar("stage", EnvVarArgs(P, "20002", "MAIL_FOOTER", "ciao", timeout=90))',
    ),
    "renamed and moved": networking(
        rule("aa", 30465),
        rule("c", 30470),
        'SecretEnvVar("word", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password456"))',
        'EnvVar("stage", EnvVarArgs(P, "20003", "MAIL_FOOTER", "ciao"))',
    ),
    "removed": "\n",
}
OFFLINE = ("created", "mixed")
"""Planned without credentials: from what the stack has recorded alone."""


def plan(stack: Stack, *options: str, env: Mapping[str, str] | None = None, code: int = 0) -> dict[str, Any]:
    """Run the command as a user does, and return its JSON."""
    result = stack.aem_mail("plan", "--output", "json", *options, env=env)
    assert result.code == code, result.output
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def promised(report: dict[str, Any]) -> Counter[str]:
    """Return the mutations that a plan announces, in the words of the journal."""
    cost = report["cost"]
    counts = {"PUT advancedNetworking": cost["puts"], "DELETE advancedNetworking": cost["deletes"], "PATCH variables": cost["patches"]}
    methods = {"POST networkInfrastructures": "posts", "PUT networkInfrastructure": "puts", "DELETE networkInfrastructure": "deletes"}
    for mutation, method in methods.items():
        counts[mutation] = sum(program[method] for program in cost["programs"])
    return +Counter(counts)


def without_credentials(stack: Stack) -> dict[str, str]:
    return {name: value for name, value in stack.env.items() if not name.startswith("CLOUDMANAGER_")}


def test_through_the_life_of_a_stack_every_plan_is_what_up_sends(stack: Stack, simulator: Simulator) -> None:
    stack.watch.add("password456")
    for name, program in PROGRAMS.items():
        stack.program(program)
        simulator.forget_journal()
        report = plan(stack, env=without_credentials(stack) if name in OFFLINE else None)
        assert simulator.mutations() == [], name

        stack.up()

        sent = Counter(simulator.mutations())
        assert promised(report) == sent, name
        assert report["cost"]["atMost"] == (name in OFFLINE), name


def test_what_is_there_already_is_no_cost_once_cloud_manager_is_asked(stack: Stack, simulator: Simulator) -> None:
    stack.program(mail_egress("flexiblePortEgress", more='on_conflict={"secretEnvVar": "keep"}')).up()
    stack.run("state", "delete", "--all", "--yes", "--force")

    offline, report = plan(stack, env=without_credentials(stack)), plan(stack)
    simulator.forget_journal()
    stack.up()

    assert offline["cost"]["minutes"] == 25
    assert offline["cost"]["atMost"]
    assert promised(report) == Counter(simulator.mutations()) == Counter()


def test_what_is_there_as_declared_is_planned_as_adopted_and_up_sends_nothing_for_it(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    rules = enabled((30465, "smtp.example.com", 465))
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=rules, variables=[string("MAIL_FOOTER", "bye")]))
    more = 'EnvVar("new", EnvVarArgs(P, E, "MAIL_NEW", "more"))'
    stack.program(networking(rule("a", 30465), 'EnvVar("footer", EnvVarArgs(P, E, "MAIL_FOOTER", "bye"))', more))

    offline, report = plan(stack, env=without_credentials(stack)), plan(stack)
    stack.up()

    assert {change["name"] for change in report["changes"] if change["adopted"]} == {"infra", "net", "a", "footer"}
    assert not any(change["adopted"] for change in offline["changes"])
    assert promised(report) == Counter(simulator.mutations()) == Counter({"PATCH variables": 1})


def test_a_reference_that_is_not_set_is_a_warning_of_the_preview_a_note_of_the_plan_and_an_error_of_up(
    stack: Stack, simulator: Simulator
) -> None:
    one, another = (f'SecretEnvVar("{name}", SecretEnvVarArgs(P, E, "{name.upper()}", value_from="env:NOT_SET"))' for name in ("aa", "bb"))
    stack.program(f"{one}\n{another}")

    preview, report, up = stack.preview(), plan(stack), stack.up(code=1)

    diagnostics = preview.output.partition("Diagnostics:")[2]
    assert diagnostics.count("the environment variable NOT_SET is not set") == 1
    assert "`pulumi up` needs it as soon as it has something to write" in diagnostics
    assert [note.partition(".")[0] for note in report["notes"]] == ["References that cannot be read here: env:NOT_SET"]
    assert report["warnings"] == []
    assert promised(report) == Counter({"PATCH variables": 1})
    assert "value_from: the environment variable NOT_SET is not set; set it where Pulumi runs" in up.output
    assert simulator.mutations() == []


def test_with_refresh_drift_is_part_of_the_plan(stack: Stack, simulator: Simulator) -> None:
    stack.program(ALL).up()
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=None))

    assert plan(stack)["changes"] == []
    report = plan(stack, "--refresh", "--max-restarts", "0")
    simulator.forget_journal()
    stack.up("--refresh")

    assert promised(report) == Counter(simulator.mutations()) == Counter({"PUT advancedNetworking": 1})
    assert {change["name"] for change in report["changes"]} == {"net", "a", "b"}


def test_what_destroy_takes_away_is_planned_too_and_what_others_hold_stays(stack: Stack, simulator: Simulator) -> None:
    stack.program(mail_egress("flexiblePortEgress")).up()
    foreign = {"name": "ldap.foreign.example", "portDest": 636, "portOrig": 30636}
    simulator.edit_environment(lambda environment: environment["advancedNetworking"]["portForwards"].append(foreign))
    simulator.forget_journal()

    report = plan(stack, "--destroy", code=2)
    assert simulator.mutations() == []
    stack.destroy(code=1)

    assert promised(report) == Counter(simulator.mutations()) == Counter({"PUT advancedNetworking": 1, "PATCH variables": 1})
    assert report["destroys"]
    assert "stays: advanced networking is still enabled on environment 20001" in report["problems"][0]["message"]
    assert any("still holds port forward 30636" in note for note in report["notes"]), report["notes"]


def test_a_dependency_between_siblings_is_counted_and_named(stack: Stack, simulator: Simulator) -> None:
    first = "first = " + rule("a", 30465)
    stack.program(networking(first, rule("b", 30466, options=", later(first)")))
    report = plan(stack)
    stack.up()
    created = Counter(simulator.mutations())

    stack.program("\n")
    removal = plan(stack)
    simulator.forget_journal()
    stack.up()

    assert promised(report) == created
    assert promised(removal) == Counter(simulator.mutations())
    assert report["cost"]["environments"][0]["waiting"] == ["b"]


def test_rules_that_exchange_their_ports_are_planned_as_up_sends_them(stack: Stack, simulator: Simulator) -> None:
    stack.program(networking(rule("a", 30465), rule("b", 30466, host="smtp.sendgrid.com"))).up()
    stack.program(networking(rule("a", 30466), rule("b", 30465, host="smtp.sendgrid.com")))
    simulator.forget_journal()

    report = plan(stack)
    stack.up()

    assert promised(report) == Counter(simulator.mutations()) == Counter({"PUT advancedNetworking": 1})


def test_what_stands_beside_a_component_is_planned_to_be_deleted_in_a_change_of_its_own(stack: Stack, simulator: Simulator) -> None:
    beside = 'EnvVar("beside", EnvVarArgs(P, E, "BESIDE", "1"))\nPortForward("ldap", PortForwardArgs(P, E, "ldap.example.com", 636))'
    simulator.edit(with_infrastructure)
    stack.program(f"{mail_egress('flexiblePortEgress')}\n{beside}").up()
    simulator.forget_journal()

    report = plan(stack, "--destroy")
    stack.destroy()

    assert promised(report) == Counter(simulator.mutations())
    assert report["cost"]["patches"] == 2
    assert report["cost"]["environments"][0]["waiting"] == ["beside"]


def test_what_is_a_component_s_child_is_destroyed_with_the_others_in_one_change(stack: Stack, simulator: Simulator) -> None:
    beside = """
EnvVar("beside", EnvVarArgs(P, E, "BESIDE", "1"), pulumi.ResourceOptions(parent=mail))
PortForward("ldap", PortForwardArgs(P, E, "ldap.example.com", 636), pulumi.ResourceOptions(parent=mail))
"""
    simulator.edit(with_infrastructure)
    stack.program(mail_egress("flexiblePortEgress") + beside).up()
    simulator.forget_journal()

    report = plan(stack, "--destroy")
    stack.destroy()

    assert promised(report) == Counter(simulator.mutations()) == Counter({"DELETE advancedNetworking": 1, "PATCH variables": 1})
    assert report["cost"]["restarts"] == 1


def test_a_plan_beyond_its_limits_ends_with_two_and_one_that_would_be_refused_too(stack: Stack, simulator: Simulator) -> None:
    stack.program(ALL)

    assert plan(stack, "--max-restarts", "1", "--max-minutes", "25", code=2)["exceeded"] == [
        "The plan needs 2 restarts, and --max-restarts allows 1."
    ]
    simulator.edit(lambda state: state["programs"]["10001"].update(sandbox=True))
    assert "sandbox program" in plan(stack, code=2)["problems"][0]["message"]
    assert simulator.mutations() == []


TAKING = networking(
    'PortForward("a", PortForwardArgs(P, E, "smtp.example.com", 465, 30465, on_conflict="replace"))',
    'PortForward("b", PortForwardArgs(P, E, "smtp.example.com", 465, 30466, on_conflict="replace"))',
    'EnvVar("footer", EnvVarArgs(P, E, "MAIL_FOOTER", "bye", on_conflict="replace"))',
    'EnvVar("equal", EnvVarArgs(P, E, "MAIL_EQUAL", "as it is", on_conflict="replace"))',
    'SecretEnvVar("pass", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123", on_conflict="replace"))',
    'SecretEnvVar("typed", SecretEnvVarArgs(P, E, "MAIL_TYPED", "password123", on_conflict="replace"))',
    'SecretEnvVar("kept", SecretEnvVarArgs(P, E, "EMAIL_USERNAME", on_conflict="keep"))',
    'OsgiConfig("file", OsgiConfigArgs("osgi", "com.example.Mail", {"footer": "bye"}, on_conflict="replace"))',
)


def test_what_up_would_take_over_is_told_beforehand_refused_on_request_and_nothing_once_it_is_this_stacks(
    stack: Stack, simulator: Simulator
) -> None:
    stack.watch.add("their-secret-value", "their-plain-value")
    simulator.edit(with_infrastructure)
    secrets = [secret(name, "their-secret-value") for name in ("EMAIL_PASSWORD", "EMAIL_USERNAME")]
    plain = [string("MAIL_FOOTER", "their-plain-value"), string("MAIL_TYPED", "their-plain-value"), string("MAIL_EQUAL", "as it is")]
    rules = enabled((30465, "theirs.example.com", 465), (30466, "smtp.example.com", 465))
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=rules, variables=[*secrets, *plain]))
    stack.program(TAKING)
    file = stack.folder / "osgi" / "config" / "com.example.Mail.cfg.json"
    file.parent.mkdir(parents=True)
    file.write_text('{"footer": "theirs"}')

    foreseen = plan(stack)
    refused = plan(stack, "--refuse-takeover", code=2)
    offline = plan(stack, "--refuse-takeover", env=without_credentials(stack), code=2)

    assert {one["name"]: one["there"] for one in foreseen["takeovers"]} == {
        "a": "port forward 30465 → theirs.example.com:465",
        "file": "a file of another content",
        "footer": "a string of another value",
        "pass": "a secretString, whose value cannot be read",
        "typed": "a string, which becomes a secretString",
    }
    assert refused["exceeded"] == ["The plan takes over 5 things (footer, a, pass, typed and file), and --refuse-takeover allows none."]
    assert ([one["name"] for one in offline["takeovers"]], "is not known" in offline["exceeded"][-1]) == (["file"], True)
    assert simulator.mutations() == []

    stack.up()
    stack.program(TAKING.replace("password123", "password456").replace('"pass"', '"word"').replace('"bye"', '"ciao"'))
    stack.watch.add("password456")

    assert plan(stack, "--refuse-takeover")["takeovers"] == []


def test_a_component_says_once_that_the_engine_is_narrower_than_its_children(stack: Stack, simulator: Simulator) -> None:
    stack.env["PULUMI_PARALLEL"] = "2"
    stack.program(mail_egress("flexiblePortEgress"))

    report = plan(stack)
    result = stack.up()

    (warning,) = report["warnings"]
    assert warning.startswith("The engine runs 2 operations at a time")
    assert result.output.partition("Diagnostics:")[2].count("PULUMI_PARALLEL=256") == 1
    assert all(promised(report)[mutation] >= number for mutation, number in Counter(simulator.mutations()).items())
    stack.env["PULUMI_PARALLEL"] = "256"
    assert "PULUMI_PARALLEL" not in stack.preview().output
