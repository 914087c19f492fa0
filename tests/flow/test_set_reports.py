"""What previews and commands say of a stack with sets, which they look into: entries by name with old and new, and no secret."""

import json
from typing import Any, Final

import pytest

from tests.checks.situations import MAIL_FILE, mail_file, write
from tests.flow.conftest import Simulator
from tests.flow.seeds import with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

PASSWORD, ROTATED, THEIRS = "password-of-the-set", "rotated-password-of-the-set", "value-of-somebody-else"
REPORTS: Final = ("check", "plan", "drift")
FORMS: Final = ("text", "json", "markdown", "html", "junit")


def sets(host: str, footer: str, password: str) -> str:
    return f"""
AdvancedNetworking("net", AdvancedNetworkingArgs(P, E))
PortForwards("ways", PortForwardsArgs(P, E, {{"30465": "{host}:465", "30636": "ldap.example.com:636"}}))
EnvVars("vars", EnvVarsArgs(
    P, E, {{"MAIL_FOOTER@author": "{footer}", "MAIL_NOTE": "x"}}, {{"EMAIL_PASSWORD": "{password}"}}, {{"EMAIL_USERNAME": "env:MAIL_USER"}},
))
"""


@pytest.fixture
def declared(stack: Stack, simulator: Simulator) -> Stack:
    """Return a stack whose sets are in force, beside an AEM project that mails by them."""
    stack.watch.add(PASSWORD, ROTATED, THEIRS, "user-of-the-set")
    simulator.edit(with_infrastructure)
    stack.env["MAIL_USER"] = "user-of-the-set"
    write(stack.folder / "osgiconfig", {MAIL_FILE: mail_file(smtp_port="30465")})
    return stack.program(sets("smtp.example.com", "bye", PASSWORD))


def report(stack: Stack, command: str, *options: str) -> dict[str, Any]:
    directory = ("--directory", str(stack.folder / "osgiconfig")) if command == "check" else ()
    found: dict[str, Any] = json.loads(stack.aem_mail(command, "--output", "json", *directory, *options).stdout)
    return found


def changed_by_others(environment: dict[str, Any]) -> None:
    """Give a rule another host, a plain variable another value, and take a secret away."""
    environment["advancedNetworking"]["portForwards"][0]["name"] = "theirs.example.com"
    variables = [one for one in environment["variables"] if one["name"] != "EMAIL_USERNAME"]
    environment["variables"] = [{**one, "value": "of others"} if one["name"] == "MAIL_FOOTER" else one for one in variables]


def test_check_finds_the_mail_path_in_sets_and_what_others_made_of_it(declared: Stack, simulator: Simulator) -> None:
    declared.up()
    (judged,) = report(declared, "check")["environments"]
    assert (judged["findings"], judged["notJudged"]) == ([], [])
    assert [one["label"] for one in judged["mailPaths"][0]["stations"][2:5]] == [
        *("2 of 2 set", "AEM_PROXY_HOST:30465", "30465 → smtp.example.com:465")
    ]

    simulator.edit_environment(changed_by_others)
    told = declared.aem_mail("check", "--directory", str(declared.folder / "osgiconfig"))

    assert told.code == 2
    for words in ("30465", "theirs.example.com", "EMAIL_USERNAME"):
        assert words in told.output


def test_a_preview_and_a_plan_show_each_entry_that_changes_with_old_and_new(declared: Stack, simulator: Simulator) -> None:
    declared.up()
    declared.program(sets("other.example.com", "ciao", ROTATED))

    shown = declared.preview("--diff").output
    planned = report(declared, "plan")

    for words in ('"smtp.example.com" => "other.example.com"', '"bye" => "ciao"', "EMAIL_PASSWORD"):
        assert words in shown
    for words in ("ldap.example.com", "MAIL_NOTE", "EMAIL_USERNAME"):
        assert f'"{words}" =>' not in shown
    assert {(one["name"], one["operation"]) for one in planned["changes"]} == {
        ("ways[30465]", "update"),
        ("vars[MAIL_FOOTER@author]", "update"),
        ("vars[EMAIL_PASSWORD]", "update"),
    }
    told = declared.aem_mail("plan").output
    for words in ("ways[30465]", "30465 → other.example.com:465", "vars[MAIL_FOOTER@author]", "vars[EMAIL_PASSWORD]", "3 changes"):
        assert words in told


def test_drift_names_the_entries_that_differ_and_their_values(declared: Stack, simulator: Simulator) -> None:
    declared.up()
    assert report(declared, "drift")["findings"] == [one for one in report(declared, "drift")["findings"] if one["class"] == "unverifiable"]
    simulator.edit_environment(changed_by_others)

    found = {one["name"]: one for one in report(declared, "drift")["findings"] if one["class"] != "unverifiable"}

    assert {name: one["class"] for name, one in found.items()} == {
        "ways[30465]": "changed",
        "vars[MAIL_FOOTER@author]": "changed",
        "vars[EMAIL_USERNAME]": "missing",
    }
    told = declared.aem_mail("drift").output
    for words in ("smtp.example.com", "theirs.example.com", "bye", "of others"):
        assert words in told

    declared.up("--refresh")
    assert declared.aem_mail("drift").code == 0


def test_every_form_of_every_report_shows_the_entries_and_no_secret(declared: Stack, simulator: Simulator) -> None:
    declared.up()
    simulator.edit_environment(changed_by_others)
    declared.program(sets("other.example.com", "ciao", ROTATED))

    for command in REPORTS:
        directory = ("--directory", str(declared.folder / "osgiconfig")) if command == "check" else ()
        for form in FORMS:
            told = declared.aem_mail(command, "--output", form, *directory)
            if told.code == 3:
                assert "--output" in told.stderr, told.output
                continue
            assert "30465" in told.stdout
            assert "Traceback" not in told.output
