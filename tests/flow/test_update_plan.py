"""What only `pulumi up` can know is open in the plan of a preview, so that it keeps to the plan; whatever else differs does not."""

import pytest

from tests.flow.conftest import PASSWORD, USERNAME, Simulator
from tests.flow.seeds import enabled, with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

SECRETS = {"SMTP_USER": USERNAME, "SMTP_PASSWORD": PASSWORD}
PROGRAM = """
made = EnvVar("made", EnvVarArgs(P, E, "MADE", "made"))
later = made.status.apply(lambda status: f"later-{status}")
SecretEnvVar("read", SecretEnvVarArgs(P, E, "READ", value_from="env:SMTP_PASSWORD"))
SecretEnvVar("value", SecretEnvVarArgs(P, E, "VALUE", value=later))
SecretEnvVar("reference", SecretEnvVarArgs(P, E, "REFERENCE", value_from=made.status.apply(lambda _: "env:SMTP_USER")))
SecretEnvVar("service", SecretEnvVarArgs(P, E, "SERVICE", "a-value", service=made.status.apply(lambda _: "author")))
EnvVars("all", EnvVarsArgs(P, E, secrets={"SET_A": later, "SET_B": "a-value"}, secrets_from={"SET_C": "env:SMTP_USER"}))
OsgiConfig("file", OsgiConfigArgs("osgiconfig", "com.example.File", {"b": later, "a": 1}))
MailEgress("mail", MailEgressArgs(
    P, E, Smtp("smtp.example.com", 465), "noreply@wknd.site", username_from="env:SMTP_USER", password_from="env:SMTP_PASSWORD",
    osgi=Osgi("osgiconfig"),
))
"""


def test_secrets_that_a_preview_cannot_read_keep_to_its_plan(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=enabled()))
    stack.program(PROGRAM).preview("--save-plan", "plan.json")

    stack.env |= SECRETS
    stack.up("--plan", "plan.json")

    assert len(simulator.variable_names()) == 10
    assert (stack.folder / "osgiconfig/config/com.example.File.cfg.json").read_text() == '{\n  "b": "later-ready",\n  "a": 1\n}\n'
    for name in SECRETS:
        del stack.env[name]
    stack.preview("--save-plan", "plan.json", "--expect-no-changes")
    stack.env |= SECRETS
    stack.up("--plan", "plan.json", "--expect-no-changes")


def test_a_key_of_the_fingerprints_that_a_preview_lacks_is_no_violation_of_its_plan(stack: Stack, simulator: Simulator) -> None:
    stack.env |= {"SMTP_PASSWORD": PASSWORD, "AEM_MAIL_FINGERPRINT_KEY": "a-key-of-the-team"}
    stack.program('SecretEnvVar("read", SecretEnvVarArgs(P, E, "READ", value_from="env:SMTP_PASSWORD"))').up()
    simulator.forget_journal()
    del stack.env["AEM_MAIL_FINGERPRINT_KEY"]
    previewed = stack.preview("--save-plan", "plan.json")

    stack.env["AEM_MAIL_FINGERPRINT_KEY"] = "a-key-of-the-team"
    stack.up("--plan", "plan.json", "--expect-no-changes")

    assert "AEM_MAIL_FINGERPRINT_KEY is not set" in previewed.output
    assert simulator.mutations() == []
