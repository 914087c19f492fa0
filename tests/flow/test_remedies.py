"""What a report of `aem-mail drift` tells to do is done, word by word, and leaves no drift."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.flow.conftest import Simulator
from tests.flow.seeds import enabled, string, with_infrastructure
from tests.flow.stack import REPOSITORY, Stack
from tests.publishing.origin import DIRECTORY, FILE, PID, Origin
from tests.tools.engine.command_plugins import real, stand_in

pytestmark = pytest.mark.flow

Finding = Mapping[str, Any]
CONFIGURED = {
    "programId": "10001",
    "environmentId": "20001",
    "egress": {"mode": "managed", "kind": "dedicatedEgressIp", "region": "va7", "nonProxyHosts": ["a.example.com"]},
    "smtp": {"host": "smtp.example.com", "port": 465, "portOrig": 30465},
    "fromAddress": "noreply@wknd.site",
    "onConflict": {"secretEnvVar": "keep"},
    "portForwards": {"30636": "ldap.example.com:636", "30587": "smtp.example.com:587"},
    "variables": {"MAIL_NOTE": "x", "MAIL_SIZE": "big", "TOKEN_A": {"type": "secretString"}},
    "variablesFile": "variables.yaml",
}
IN_FILE = [{"name": "FILE_NOTE", "value": "x"}, {"name": "FILE_GONE", "value": "x"}, {"name": "FILE_SECRET", "type": "secretString"}]
ADOPTED = ("EMAIL_USERNAME", "EMAIL_PASSWORD", "TOKEN_A", "FILE_SECRET")
NEW_VALUE = "brand new value"


def secret(name: str) -> dict[str, Any]:
    return {"name": name, "type": "secretString", "service": None, "value": "theirs-before"}


def without(environment: dict[str, Any], *names: str) -> None:
    environment["variables"] = [one for one in environment["variables"] if one["name"] not in names]


def value_is(environment: dict[str, Any], name: str, value: str) -> None:
    (found,) = [one for one in environment["variables"] if one["name"] == name]
    found["value"] = value


def drifted(stack: Stack) -> dict[str, Finding]:
    """Return what counts, by kind and id."""
    report = json.loads(stack.aem_mail("drift", "--output", "json").stdout)
    counted = [one for one in report["findings"] if one["class"] in {"changed", "missing", "unmanaged", "unknown"}]
    return {f"{one['class']} {one['id'].removeprefix('10001/20001/')}": one for one in counted}


def told(findings: Mapping[str, Finding], kind: str) -> Iterator[tuple[Finding, Mapping[str, str]]]:
    for one in findings.values():
        yield from ((one, remedy) for remedy in one["remedies"] if remedy["kind"] == kind)


def typed(stack: Stack, lines: Sequence[str]) -> None:
    """Type commands, each once and what restores at the end, as the report has them; a secret is asked for."""
    for line in sorted(dict.fromkeys(lines), key=lambda line: line.startswith("pulumi up")):
        command = shlex.split(line)
        if command[0] == "aem-mail":
            ours = [sys.executable, "-m", "aem_mail.cli.main", *command[1:]]
            subprocess.run(ours, cwd=stack.folder, env={**stack.env, "PYTHONPATH": str(REPOSITORY)}, check=True)
        elif "--secret" in command:
            subprocess.run(["pulumi", "--cwd", str(stack.folder), *command[1:]], env=stack.env, input=NEW_VALUE, text=True, check=True)
        else:
            stack.run(*command[1:], *(["--yes", "--skip-preview", "--non-interactive"] if "up" in command else []))


def configure(stack: Stack, settings: Mapping[str, Any]) -> None:
    file = stack.folder / f"Pulumi.{stack.name}.yaml"
    document = yaml.safe_load(file.read_text())
    document["config"] |= {f"aem-mail:{key}": value for key, value in settings.items()}
    file.write_text(yaml.safe_dump(document))


def configured(stack: Stack, simulator: Simulator) -> Stack:
    """Return a stack that its configuration declares, up, with secrets that were there and have no value here."""
    stack.watch.add("theirs-before", NEW_VALUE)
    simulator.edit(lambda state: with_infrastructure(state, "dedicatedEgressIp"))
    simulator.edit_environment(lambda environment: environment.update(variables=[secret(name) for name in ADOPTED]))
    configure(stack, CONFIGURED)
    (stack.folder / "variables.yaml").write_text(yaml.safe_dump(IN_FILE))
    stack.program("from aem_mail.program import declare_environment\ndeclare_environment()\n").up()
    assert drifted(stack) == {}
    return stack


def test_what_a_configuration_declares_is_restored_by_the_commands_of_the_report(stack: Stack, simulator: Simulator) -> None:
    configured(stack, simulator)

    def break_it(environment: dict[str, Any]) -> None:
        environment["advancedNetworking"] = enabled(
            (30465, "smtp.example.com", 587), (30587, "smtp.example.com", 587), hosts=("a.example.com", "b.example.com")
        )
        value_is(environment, "MAIL_NOTE", "y")
        without(environment, "FILE_NOTE", "TOKEN_A", "EMAIL_PASSWORD", "FILE_SECRET")

    simulator.edit_environment(break_it)
    findings = drifted(stack)
    lost = {f"missing all/{name}" for name in ("TOKEN_A", "EMAIL_PASSWORD", "FILE_SECRET")}
    assert {*findings} == {
        *("changed 30465", "missing 30636", "unmanaged b.example.com", "changed all/MAIL_NOTE", "missing all/FILE_NOTE"),
        *lost,
    }

    stack.up("--refresh", code=1)
    assert {*drifted(stack)} >= lost

    commands = [line for _, remedy in told(findings, "apply") for line in remedy["snippet"].splitlines()]
    assert len([line for line in commands if "--secret" in line]) == len(lost)
    typed(stack, commands)
    assert drifted(stack) == {}


def test_what_is_live_is_adopted_in_the_configuration_by_the_commands_of_the_report(stack: Stack, simulator: Simulator) -> None:
    configured(stack, simulator)

    def change_it(environment: dict[str, Any]) -> None:
        rules = ((30465, "smtp.example.com", 587), (30636, "ldap.example.org", 636), (30999, "new.example.com", 999))
        environment["advancedNetworking"] = enabled(*rules, hosts=("a.example.com", "b.example.com"))
        value_is(environment, "MAIL_NOTE", "true")
        value_is(environment, "FILE_NOTE", "y")
        without(environment, "MAIL_SIZE", "FILE_GONE")
        environment["variables"] += [string("EXTRA_NOTE", "030465", "author"), secret("EXTRA_THING")]

    simulator.edit_environment(change_it)
    simulator.forget_journal()
    findings = drifted(stack)
    assert len(findings) == 11

    remedies = [remedy for _, remedy in told(findings, "adopt")]
    typed(stack, [line for one in remedies if one["language"] == "sh" for line in one["snippet"].splitlines()])
    entries = [entry for one in remedies if one["language"] == "yaml" for entry in yaml.safe_load(one["snippet"])]
    assert [one["name"] for one in entries] == ["FILE_NOTE"]
    assert any(one["text"].startswith("Take FILE_GONE out of the file that aem-mail:variablesFile names") for one in remedies)
    kept = [one for one in IN_FILE if one["name"] not in {"FILE_NOTE", "FILE_GONE"}]
    (stack.folder / "variables.yaml").write_text(yaml.safe_dump([*kept, *entries]))
    stack.up("--refresh")

    assert simulator.mutations() == []
    assert drifted(stack) == {}


PYTHON = {
    "infra": 'NetworkInfrastructure("infra", NetworkInfrastructureArgs(P, "dedicatedEgressIp", "va7"))',
    "net": 'AdvancedNetworking("net", AdvancedNetworkingArgs(P, E, ["a.example.com"]))',
    "single": 'PortForward("single", PortForwardArgs(P, E, "smtp.example.com", 465, 30465))',
    "gone": 'PortForward("gone", PortForwardArgs(P, E, "smtp.example.com", 25, 30025))',
    "note": 'EnvVar("note", EnvVarArgs(P, E, "MAIL_NOTE", "x"))',
    "kept": 'SecretEnvVar("kept", SecretEnvVarArgs(P, E, "TOKEN_A", on_conflict="keep"))',
    "pass": 'SecretEnvVar("pass", SecretEnvVarArgs(P, E, "MAIL_PASS", "password123"))',
    "file": 'OsgiConfig("file", OsgiConfigArgs("osgiconfig", "com.example.Mail", {"a": "x"}))',
}
SETS: dict[str, dict[str, dict[str, Any]]] = {
    "ways": {"rules": {"30636": "ldap.example.com:636", "30587": "smtp.example.com:587"}},
    "vars": {"values": {"SET_NOTE": "x", "SET_GONE": "x"}, "secrets": {"TOKEN_B": {"on_conflict": "keep"}}},
}


def program(resources: Mapping[str, str], sets: Mapping[str, Mapping[str, Any]]) -> str:
    return "\n".join(
        [
            *resources.values(),
            f'PortForwards("ways", PortForwardsArgs(P, E, {sets["ways"]["rules"]!r}))',
            f'EnvVars("vars", EnvVarsArgs(P, E, {sets["vars"]["values"]!r}, {sets["vars"]["secrets"]!r}))',
        ]
    )


def declared_in_python(stack: Stack, simulator: Simulator) -> Stack:
    stack.watch.add("theirs-before", NEW_VALUE)
    simulator.edit(lambda state: with_infrastructure(state, "dedicatedEgressIp"))
    simulator.edit_environment(lambda environment: environment.update(variables=[secret("TOKEN_A"), secret("TOKEN_B")]))
    (stack.folder / "osgiconfig").mkdir()
    stack.program(program(PYTHON, SETS)).up()
    assert drifted(stack) == {}
    return stack


def test_what_a_program_declares_is_restored_as_the_report_says(stack: Stack, simulator: Simulator) -> None:
    declared_in_python(stack, simulator)

    def break_it(environment: dict[str, Any]) -> None:
        environment["advancedNetworking"] = enabled((30465, "other.example.com", 465), (30587, "smtp.example.com", 587))
        value_is(environment, "SET_NOTE", "y")
        without(environment, "MAIL_NOTE", "TOKEN_A", "TOKEN_B", "MAIL_PASS")
        environment["variables"].append(string("MAIL_PASS", "no secret"))

    simulator.edit_environment(break_it)
    (stack.folder / "osgiconfig" / "config" / "com.example.Mail.cfg.json").unlink()
    findings = drifted(stack)
    lost = {"missing all/TOKEN_A", "missing all/TOKEN_B"}
    assert {finding.partition(" ")[0] for finding in findings} == {"changed", "missing"}
    assert len(findings) == 10

    stack.up("--refresh", code=1)
    assert {*drifted(stack)} >= lost

    assert {remedy["text"].partition(":")[2] for one, remedy in told(findings, "apply") if not one["fixedByUp"]} == {
        f" give {name} a value in the program, and restore it." for name in ("kept", "vars[TOKEN_B]")
    }
    with_values = {**PYTHON, "kept": PYTHON["kept"].replace("on_conflict", f'"{NEW_VALUE}", on_conflict')}
    sets = {**SETS, "vars": {**SETS["vars"], "secrets": {"TOKEN_B": {"on_conflict": "keep", "value": NEW_VALUE}}}}
    text = program(with_values, sets).replace(repr(NEW_VALUE), 'open("given").read()').replace(f'"{NEW_VALUE}"', 'open("given").read()')
    (stack.folder.parent / "given").write_text(NEW_VALUE)
    stack.program(text.replace('"given"', repr(str(stack.folder.parent / "given"))))
    typed(stack, [line for _, remedy in told(findings, "apply") for line in remedy["snippet"].splitlines()])
    assert drifted(stack) == {}


def test_what_is_live_is_adopted_in_the_program_as_the_report_says(stack: Stack, simulator: Simulator) -> None:
    declared_in_python(stack, simulator)

    def change_it(environment: dict[str, Any]) -> None:
        rules = ((30465, "other.example.com", 465), (30636, "ldap.example.org", 636), (30999, "new.example.com", 999))
        environment["advancedNetworking"] = enabled(*rules, hosts=("a.example.com", "b.example.com"))
        value_is(environment, "MAIL_NOTE", "y")
        value_is(environment, "SET_NOTE", "y")
        without(environment, "SET_GONE")
        environment["variables"] += [string("EXTRA_NOTE", "z", "author"), secret("EXTRA_THING")]

    simulator.edit_environment(change_it)
    simulator.forget_journal()
    resources, sets = dict(PYTHON), json.loads(json.dumps(SETS))
    groups = {group: name for name, groups in SETS.items() for group in groups}
    for finding, remedy in told(drifted(stack), "adopt"):
        words, snippet = remedy["text"].split(), remedy["snippet"]
        if words[:2] == ["Take", "the"]:
            for group in sets[words[5]].values():
                group.pop(words[3], None)
        elif words[0] == "Take":
            del resources[words[1]]
        elif words[0] == "Let":
            assert groups[words[1]] == words[4]
            sets[words[4]][words[1]] |= json.loads(snippet)
        else:
            assert words[:2] == ["Declare", "it"]
            resources[finding["name"] or "new"] = snippet
    assert {*sets["ways"]["rules"]} == {"30636", "30999"}
    stack.program(program(resources, sets)).up("--refresh")

    assert simulator.mutations() == []
    assert drifted(stack) == {}


def test_arguments_of_a_mail_egress_are_what_the_report_proposes(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(lambda state: with_infrastructure(state, "dedicatedEgressIp"))
    text = """
MailEgress("mail", MailEgressArgs(
    P, E, smtp=SMTP, from_address="noreply@wknd.site", username="apikey", password="password123",
    egress=Egress("managed", "dedicatedEgressIp", "va7", non_proxy_hosts=HOSTS),
))
"""
    given = 'SMTP, HOSTS = Smtp("smtp.example.com", 465, 30465), ["a.example.com"]\n'
    stack.program(given + text).up()
    networking = enabled((30465, "smtp.example.org", 465), hosts=("a.example.com", "b.example.com"))
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=networking))
    simulator.forget_journal()

    proposed = {remedy["text"].split()[1]: remedy["snippet"] for _, remedy in told(drifted(stack), "adopt")}

    assert {*proposed} == {"smtp", "egress.non_proxy_hosts"}
    stack.program("\n".join([*proposed.values(), "SMTP, HOSTS = smtp, non_proxy_hosts", text])).up("--refresh")
    assert simulator.mutations() == []
    assert drifted(stack) == {}


BESIDE_THE_MAIL = {
    "programId": "10001",
    "environmentId": "20001",
    "networkInfrastructures": [{"kind": "dedicatedEgressIp", "region": "va7"}],
    "advancedNetworking": {"nonProxyHosts": ["a.example.com"]},
}


def test_networking_of_the_configuration_is_restored_and_adopted_as_the_report_says(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(lambda state: with_infrastructure(state, "dedicatedEgressIp"))
    configure(stack, BESIDE_THE_MAIL)
    stack.program("from aem_mail.program import declare_environment\ndeclare_environment()\n").up()

    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=enabled(hosts=("b.example.com",))))
    typed(stack, [line for _, remedy in told(drifted(stack), "apply") for line in remedy["snippet"].splitlines()])
    assert drifted(stack) == {}
    assert simulator.environment()["advancedNetworking"]["nonProxyHosts"] == ["a.example.com"]

    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=enabled()))
    simulator.edit(with_infrastructure)
    simulator.forget_journal()
    remedies = [remedy for _, remedy in told(drifted(stack), "adopt")]
    (kind,) = [
        one["text"].split(" to ")[1].split(".")[0] for one in remedies if one["text"].startswith("Set the kind of va7 in aem-mail:network")
    ]
    configure(stack, {**BESIDE_THE_MAIL, "networkInfrastructures": [{"kind": kind, "region": "va7"}]})
    typed(stack, [line for one in remedies for line in one["snippet"].splitlines()])
    stack.up("--refresh")

    assert simulator.mutations() == []
    assert drifted(stack) == {}


def infrastructure_is(status: str) -> Callable[[dict[str, Any]], None]:
    return lambda state: state["programs"]["10001"]["infrastructures"][0].update(status=status)


def test_an_infrastructure_that_failed_or_is_lost_is_made_again_as_the_report_says(stack: Stack, simulator: Simulator) -> None:
    stack.program(PYTHON["infra"]).up()
    for break_it in (infrastructure_is("failed"), lambda state: state["programs"]["10001"]["infrastructures"].clear()):
        simulator.edit(break_it)
        findings = drifted(stack)
        assert [one["kind"] for one in findings.values()] == ["NetworkInfrastructure"]

        typed(stack, [line for _, remedy in told(findings, "apply") for line in remedy["snippet"].splitlines()])

        assert drifted(stack) == {}
        assert [one["status"] for one in simulator.state()["programs"]["10001"]["infrastructures"] if one["status"] != "deleted"] == [
            "ready"
        ]


def test_an_edited_file_is_adopted_and_what_is_to_stay_is_ignored_as_the_report_says(stack: Stack, simulator: Simulator) -> None:
    (stack.folder / "osgiconfig").mkdir()
    stack.program(f"{PYTHON['file']}\n{PYTHON['note']}").up()
    file = stack.folder / "osgiconfig" / "config" / "com.example.Mail.cfg.json"
    file.write_text(file.read_text().replace('"x"', '"y"'))
    simulator.edit_environment(lambda environment: value_is(environment, "MAIL_NOTE", "theirs"))
    findings = drifted(stack)
    assert len(findings) == 2

    (text,) = [remedy["text"] for finding, remedy in told(findings, "adopt") if finding["kind"] == "OsgiConfig"]
    assert text.startswith("Bring the properties of file in the program in line with the file.")
    edited = PYTHON["file"].replace('"x"', '"y"')
    stack.program(f"{edited}\n{PYTHON['note']}").up("--refresh", "--target", stack.resource("file")["urn"])
    entries = [
        {**entry, "reason": "ours is late", "owner": "mail team"}
        for finding, remedy in told(findings, "ignore")
        if finding["kind"] == "EnvVar"
        for entry in yaml.safe_load(remedy["snippet"])
    ]
    assert [*drifted(stack)] == ["changed all/MAIL_NOTE"]
    (stack.folder / "aem-mail-ignore.yaml").write_text(yaml.safe_dump(entries))

    report = stack.aem_mail("drift")

    assert report.code == 0, report.output


def test_what_no_up_has_recorded_yet_is_deployed_as_the_report_says(stack: Stack, simulator: Simulator) -> None:
    stack.program(f'{PYTHON["note"]}\nEnvVar("old", EnvVarArgs(P, E, "MAIL_OLD", "x"))').up()
    changed = PYTHON["note"].replace('"x"', '"y"')
    stack.program(f'{changed}\nEnvVar("new", EnvVarArgs(P, E, "MAIL_NEW", "x"))')
    report = json.loads(stack.aem_mail("drift", "--program", "--output", "json").stdout)
    undeployed = {one["name"]: one for one in report["findings"] if one["class"] == "undeployed"}
    assert {*undeployed} == {"note", "old", "new"}

    commands = [line for _, remedy in told(undeployed, "apply") for line in remedy["snippet"].splitlines()]
    assert {*commands} == {"pulumi up --stack test"}
    typed(stack, commands)

    assert stack.aem_mail("drift", "--program").code == 0
    assert simulator.variable_names() == ["MAIL_NEW", "MAIL_NOTE"]


PUBLISHED = """
import pathlib
pathlib.Path({directory!r}).mkdir(parents=True, exist_ok=True)
file = OsgiConfig("file", OsgiConfigArgs({directory!r}, {pid!r}, {{"a": "x"}}, "dev"))
configurations = [{{"pid": {pid!r}, "content": file.content}}]
PublishedConfiguration("mail", PublishedConfigurationArgs(P, E, {origin!r}, "main", {directory!r}, configurations, "dev"))
"""


def test_a_published_file_is_published_again_as_the_report_says(stack: Stack, tmp_path: Path) -> None:
    origin = Origin(tmp_path)
    stack.env["PATH"] = f"{real() or stand_in()}{os.pathsep}{stack.env['PATH']}"
    stack.env |= {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    stack.program(PUBLISHED.format(origin=str(origin.path), directory=DIRECTORY, pid=PID)).up()
    assert drifted(stack) == {}

    origin.write({FILE: None})
    findings = drifted(stack)
    assert [one["class"] for one in findings.values()] == ["missing"]
    typed(stack, [line for _, remedy in told(findings, "apply") for line in remedy["snippet"].splitlines()])
    assert drifted(stack) == {}

    published = (origin.show() or b"").decode()
    origin.write({FILE: published.replace('"x"', '"y"')})
    (text,) = {remedy["text"] for _, remedy in told(drifted(stack), "apply")}
    assert text.startswith("Revert the edit in the repository, or set on_conflict to")
    origin.write({FILE: published})
    assert drifted(stack) == {}
