"""Whatever a user can get wrong ends with one paragraph that says what to do, before anything is written."""

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import mail_egress, networking, rule
from tests.flow.seeds import with_infrastructure
from tests.flow.stack import Result, Stack

pytestmark = pytest.mark.flow

FULL = mail_egress("flexiblePortEgress")

OFFLINE = {
    "a port outside the range": ('PortForward("r", PortForwardArgs(P, E, "smtp.example.com", 465, 31000))', ["port_orig", "30000"]),
    "a port without a default": ('PortForward("r", PortForwardArgs(P, E, "smtp.example.com", 2525))', ["port_orig"]),
    "a host that is none": ('PortForward("r", PortForwardArgs(P, E, "smtp_example", 465))', ["name"]),
    "an id that is no number": ('PortForward("r", PortForwardArgs("my-program", E, "smtp.example.com", 465))', ["program_id"]),
    "a secret that is too long": ('SecretEnvVar("s", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "x" * 2049))', ["value", "2048"]),
    "a reserved name": ('EnvVar("v", EnvVarArgs(P, E, "AEM_PROXY_HOST", "proxy.tunnel"))', ["name", "AEM_PROXY_HOST"]),
    "an unknown service": ('EnvVar("v", EnvVarArgs(P, E, "MAIL_NOTE", "x", service="Author"))', ["service", "author"]),
    "neither value nor reference": ('SecretEnvVar("s", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD"))', ["value", "value_from"]),
    "an unknown kind": ('NetworkInfrastructure("i", NetworkInfrastructureArgs(P, "flexible", "va7"))', ["kind", "flexiblePortEgress"]),
    "hosts on flexible egress": (mail_egress("flexiblePortEgress", egress='non_proxy_hosts=["example.com"]'), ["non_proxy_hosts"]),
    "no credentials of the mailbox": (FULL.replace('username="apikey", ', ""), ["username"]),
    "a masked secret": ('SecretEnvVar("s", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "****"))', ["value", "stand-in", "allow_placeholder"]),
    "a reference to an unfilled variable": (
        'open("pw", "w").write("${SMTP_PASSWORD}")\nSecretEnvVar("s", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", value_from="file:pw"))',
        ["value_from", "stand-in"],
    ),
    "a masked password of the mailbox": (FULL.replace('"password123"', '"[REDACTED]"'), ["password", "stand-in"]),
    "a masked secret in a file": (
        'open("v.json", "w").write(\'[{"name": "A", "type": "secretString", "value": "****"}]\')\n'
        "from aem_mail.variables import variables_from_file\n"
        'variables_from_file("v.json", P, E)',
        ["v.json", "stand-in", "secrets:A"],
    ),
    "a rule twice in one set": (
        'PortForwards("ways", PortForwardsArgs(P, E, {"30465": "a.example.com:465", "030465": "b.example.com:465"}))',
        ["is the same entry as rules.", "(30465 → ", "remove one of them"],
    ),
    "a variable twice in one set": (
        'EnvVars("vars", EnvVarsArgs(P, E, {"A_A@author": "x"}, {"A_A": {"value": "correct horse", "service": "author"}}))',
        ["secrets.A_A: is the same entry as values.A_A@author", "remove one of them"],
    ),
    "a rule in a single resource and in a set": (
        'PortForward("smtp", PortForwardArgs(P, E, "a.example.com", 465))\n'
        'PortForwards("ways", PortForwardsArgs(P, E, {"30465": "a.example.com:465"}))',
        ["PortForward 10001/20001/30465", "smtp", "ways", "both declare"],
    ),
    "a variable in a single resource and in a set": (
        'EnvVar("from", EnvVarArgs(P, E, "MAIL_FROM", "x"))\nEnvVars("vars", EnvVarsArgs(P, E, {"MAIL_FROM": "x"}))',
        ["EnvVar 10001/20001/all/MAIL_FROM", "from", "vars", "both declare"],
    ),
    "names that only an output knows": (
        'EnvVars("vars", EnvVarsArgs(P, E, pulumi.Output.from_input({"MAIL_FROM": "x"})))',
        ["EnvVars vars: values must be a mapping, whose values may be outputs"],
    ),
    "more variables in a set than an environment has": (
        'EnvVars("vars", EnvVarsArgs(P, E, {f"V_{n}": "x" for n in range(401)}))',
        ["values: an environment has at most 400 variables, and these are 401; remove some"],
    ),
    "a password in clear text": (
        'OsgiConfig("o", OsgiConfigArgs("osgiconfig", "com.day.cq.mailer.DefaultMailService", {"smtp.password": "plain"}))',
        ["smtp.password", "$[secret:"],
    ),
}


@pytest.mark.parametrize("case", OFFLINE)
def test_what_can_be_known_offline_fails_at_preview(case: str, stack: Stack, simulator: Simulator) -> None:
    program, expected = OFFLINE[case]

    result = stack.program(program).preview(code=None)

    assert result.code != 0
    assert_clean(result, *expected)
    assert simulator.journal() == []


def test_a_variable_whose_type_would_change_is_refused_at_preview(stack: Stack, simulator: Simulator) -> None:
    stack.watch.add("correct horse")
    stack.program('EnvVars("vars", EnvVarsArgs(P, E, {"MAIL_FROM": "x", "OTHER": "y"}))').up()
    simulator.forget_journal()
    stack.program('EnvVars("vars", EnvVarsArgs(P, E, {"OTHER": "y"}, {"MAIL_FROM": "correct horse"}))')

    assert_clean(stack.preview(code=None), "secrets.MAIL_FROM: is a string in this stack and would become a secretString", "on_conflict")
    assert_clean(stack.up(code=None), "secrets.MAIL_FROM: is a string in this stack and would become a secretString", "on_conflict")
    assert simulator.mutations() == []


def test_a_missing_credential_is_no_error_of_a_preview_and_a_clear_one_of_up(stack: Stack, simulator: Simulator) -> None:
    stack.program(FULL)
    for name in simulator.variables:
        del stack.env[name]

    stack.preview()
    result = stack.up(code=1)

    assert_clean(result, "CLOUDMANAGER_ORG_ID", "CLOUDMANAGER_CLIENT_ID", "CLOUDMANAGER_CLIENT_SECRET")
    assert simulator.journal() == []


def test_a_wrong_organization_is_named_with_the_profile_to_look_for(stack: Stack, simulator: Simulator) -> None:
    stack.env["CLOUDMANAGER_ORG_ID"] = "0000000000000000@AdobeOrg"

    result = stack.program(FULL).up(code=1)

    assert_clean(result, "403", "organization", "request id")
    assert simulator.mutations() == []


def test_a_wrong_client_secret_is_named_without_being_shown(stack: Stack, simulator: Simulator) -> None:
    stack.watch.add("not-the-secret-of-this-client")
    stack.env["CLOUDMANAGER_CLIENT_SECRET"] = "not-the-secret-of-this-client"

    result = stack.program(FULL).up(code=1)

    assert_clean(result, "CLOUDMANAGER_CLIENT_SECRET")
    assert simulator.mutations() == []


@pytest.mark.parametrize(("configured", "named"), [(False, "Set environment_id to"), (True, "Set aem-mail:environmentId to")])
def test_what_keeps_several_children_back_is_told_once_as_it_was_given(
    configured: bool, named: str, stack: Stack, simulator: Simulator
) -> None:
    simulator.edit(with_infrastructure)
    if configured:
        stack.set_config("aem-mail:programId", "10001")

    result = stack.program('E = "29"\n' + FULL).up(code=1)

    # The engine itself prints an error as it comes, and again at the end.
    diagnostics = result.output.partition("Diagnostics:")[2]
    assert diagnostics.count("Environment 29 does not exist in program 10001") == 1
    assert diagnostics.count(named) == 1
    assert " failed for the same cause as " in diagnostics
    assert simulator.mutations() == []


def test_a_rule_in_the_way_is_told_with_the_key_of_the_stack(stack: Stack, simulator: Simulator) -> None:
    held = {"nonProxyHosts": [], "portForwards": [{"name": "ldap.example.com", "portDest": 636, "portOrig": 30465}]}
    simulator.edit(with_infrastructure)
    simulator.edit(lambda state: state["programs"]["10001"]["environments"]["20001"].update(advancedNetworking=held))
    stack.set_config("aem-mail:programId", "10001")

    result = stack.program(FULL).up(code=1)

    assert_clean(result, "ldap.example.com", "aem-mail:onConflict.portForward=replace")
    assert 'on_conflict="replace"' not in result.output


def test_a_sandbox_program_is_refused_before_anything_is_written(stack: Stack, simulator: Simulator) -> None:
    program = 'P, E = "10002", "20004"\n' + FULL

    result = stack.program(program).up(code=1)

    assert_clean(result, "sandbox", "10002")
    assert simulator.mutations() == []


def test_a_second_kind_of_infrastructure_is_refused_and_the_one_that_is_there_named(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(lambda state: with_infrastructure(state, "dedicatedEgressIp"))

    for program in (networking(rule("smtp", 30465)), FULL):
        result = stack.program(program).up(code=1)

        assert_clean(result, "30001", "dedicatedEgressIp", "existing")
        assert simulator.mutations() == []


def test_a_changed_kind_is_refused_at_preview_with_the_ordered_steps(stack: Stack, simulator: Simulator) -> None:
    stack.program(networking(rule("smtp", 30465))).up()
    simulator.forget_journal()

    result = stack.program(networking(rule("smtp", 30465), kind="dedicatedEgressIp")).preview(code=1)

    assert_clean(result, "1.", "2.", "3.", "allow_replace", "minutes")
    assert simulator.journal() == []


def test_an_environment_of_another_program_is_named_with_those_that_are_there(stack: Stack, simulator: Simulator) -> None:
    result = stack.program('SecretEnvVar("s", SecretEnvVarArgs(P, "20004", "EMAIL_PASSWORD", "password123"))').up(code=1)

    assert_clean(result, "20004", "20001 (dev)", "20003 (prod)")
    assert simulator.mutations() == []


def test_existing_egress_without_an_infrastructure_says_who_has_to_create_it(stack: Stack, simulator: Simulator) -> None:
    program = FULL.replace('Egress("managed", "flexiblePortEgress", "va7",  )', 'Egress("existing")')
    assert "existing" in program

    result = stack.program(program).up(code=1)

    assert_clean(result, "no network infrastructure", "managed")
    assert simulator.mutations() == []


def test_an_unknown_region_is_refused_with_those_that_can_be_used(stack: Stack, simulator: Simulator) -> None:
    result = stack.program('NetworkInfrastructure("i", NetworkInfrastructureArgs(P, "flexiblePortEgress", "xx9"))').up(code=1)

    assert_clean(result, "xx9", "va7")
    assert simulator.mutations() == []


def test_no_secret_is_written_beside_an_infrastructure_in_an_unknown_region(stack: Stack, simulator: Simulator) -> None:
    result = stack.program(FULL.replace('"va7"', '"xx9"')).up(code=1)

    assert_clean(result, "xx9", "va7")
    assert simulator.mutations() == []


def test_an_organization_without_its_ending_is_refused_at_preview(stack: Stack, simulator: Simulator) -> None:
    stack.env["CLOUDMANAGER_ORG_ID"] = "51A11A70D0000000000A0001"

    assert_clean(stack.program(FULL).preview(code=1), "CLOUDMANAGER_ORG_ID", "@AdobeOrg")
    assert simulator.journal() == []


def test_a_different_file_in_the_way_is_kept_and_what_differs_is_named(stack: Stack) -> None:
    file = stack.folder / "osgiconfig" / "config" / "com.day.cq.mailer.DefaultMailService.cfg.json"
    file.parent.mkdir(parents=True)
    file.write_text('{"smtp.host": "smtp.example.com"}\n')

    assert_clean(stack.program(FULL).preview(code=1), "smtp.host", "on_conflict")
    assert_clean(stack.up(code=1), "smtp.host", "on_conflict")
    assert file.read_text() == '{"smtp.host": "smtp.example.com"}\n'


def test_a_folder_is_not_made_where_its_parent_is_missing_which_a_preview_says(stack: Stack) -> None:
    stack.program('OsgiConfig("o", OsgiConfigArgs("ui.confg/osgiconfig", "my.Pid", {"a": 1}))')

    assert_clean(stack.preview(code=1), "directory", "ui.confg", "check the AEM project out")
    assert_clean(stack.up(code=1), "directory", "ui.confg")
    assert not (stack.folder / "ui.confg").exists()


def test_a_reference_that_cannot_be_read_is_an_error_of_up_alone(stack: Stack, simulator: Simulator) -> None:
    stack.program('SecretEnvVar("s", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", value_from="env:NOT_SET_ANYWHERE"))')

    stack.preview()
    result = stack.up(code=1)

    assert_clean(result, "NOT_SET_ANYWHERE")
    assert simulator.mutations() == []


def assert_clean(result: Result, *expected: str) -> None:
    """Assert that the output names everything expected, and shows no traceback."""
    missing = [text for text in expected if text not in result.output]
    assert not missing, f"{missing} not in:\n{result.output}"
    assert "Traceback" not in result.output, result.output
