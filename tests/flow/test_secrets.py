"""Secrets by value and by reference: written when they change, shown by a fingerprint, and nowhere in plain text."""

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import mail_egress
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

REFERENCES = mail_egress("flexiblePortEgress").replace(
    'username="apikey", password="password123"', 'username_from="file:user.txt", password_from="env:SMTP_PASSWORD"'
)


def test_references_deliver_a_mail_and_are_never_stored(stack: Stack, simulator: Simulator) -> None:
    (stack.folder / "user.txt").write_text("apikey\n")
    stack.env["SMTP_PASSWORD"] = "password123"

    stack.program(REFERENCES).up()

    assert simulator.send(stack.folder / "osgiconfig")["delivered"]
    assert "value" not in stack.resource("mail-password")["inputs"]


def test_a_changed_reference_is_one_patch_and_its_fingerprint_shows_in_the_preview(stack: Stack, simulator: Simulator) -> None:
    stack.watch.add("another-password")
    (stack.folder / "user.txt").write_text("apikey\n")
    stack.env["SMTP_PASSWORD"] = "password123"
    stack.program(REFERENCES).up()
    simulator.forget_journal()
    stack.env["SMTP_PASSWORD"] = "another-password"

    assert "fingerprint" in stack.preview("--diff").output
    stack.up()

    assert simulator.mutations() == ["PATCH variables"]
    assert simulator.send(stack.folder / "osgiconfig")["stage"] == "auth"


def test_a_reference_that_is_missing_at_preview_counts_as_unchanged(stack: Stack) -> None:
    (stack.folder / "user.txt").write_text("apikey\n")
    stack.env["SMTP_PASSWORD"] = "password123"
    stack.program(REFERENCES).up()
    del stack.env["SMTP_PASSWORD"]

    stack.preview("--expect-no-changes")


def test_rotate_when_writes_the_secret_again_and_nothing_else_does(stack: Stack, simulator: Simulator) -> None:
    program = 'SecretEnvVar("pw", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123", rotate_when="{0}", expires_at="{1}"))'
    stack.program(program.format("2026-01", "2027-01-01")).up()
    simulator.forget_journal()

    stack.program(program.format("2026-01", "2028-01-01")).up()
    assert simulator.mutations() == []

    stack.program(program.format("2026-02", "2028-01-01")).up()
    assert simulator.mutations() == ["PATCH variables"]


def test_the_fingerprints_key_changes_the_form_and_nothing_that_is_live(stack: Stack, simulator: Simulator) -> None:
    stack.program('SecretEnvVar("pw", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"))').up()
    simulator.forget_journal()
    stack.env["AEM_MAIL_FINGERPRINT_KEY"] = "a-key-of-the-team"
    stack.watch.add("a-key-of-the-team")

    stack.up("--expect-no-changes")

    assert simulator.mutations() == []


def test_a_referenced_secret_is_in_no_log_of_the_engine_even_at_the_highest_verbosity(stack: Stack) -> None:
    (stack.folder / "user.txt").write_text("apikey\n")
    stack.env["SMTP_PASSWORD"] = "password123"

    result = stack.program(REFERENCES).up("-v=11", "--logtostderr", "--logflow")

    assert len(result.stderr) > 10_000
