"""A secret in plain configuration is refused before the engine records it, whatever the program declares and whoever runs it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import mail_egress
from tests.flow.stack import REPOSITORY, Stack

pytestmark = pytest.mark.flow

VARIABLE = 'EnvVar("v", EnvVarArgs(P, E, "MAIL_NOTE", "hello"))'
COMMAND = "run `pulumi config set --secret aem-mail:{key}`"
DECLARED = {
    "EnvVar": VARIABLE,
    "OsgiConfig": 'OsgiConfig("o", OsgiConfigArgs("osgiconfig", "com.example.Footer", {"text": "hello"}))',
    "MailEgress": mail_egress("flexiblePortEgress"),
}
INLINE = """
import pulumi
from pulumi import automation as auto
from aem_mail import EnvVar, EnvVarArgs


def program():
    EnvVar("v", EnvVarArgs("10001", "20001", "MAIL_NOTE", "hello"))


for name, secret in (("hidden", True), ("exposed", False), ("hidden-too", True)):
    stack = auto.create_or_select_stack(name, project_name="inline", program=program)
    stack.set_config("aem-mail:clientSecret", auto.ConfigValue("s3cr3t-of-the-client", secret=secret))
    try:
        stack.preview()
        print(name, "previewed")
    except auto.CommandError as error:
        print(name, "refused" if "pulumi config set --secret aem-mail:clientSecret" in str(error) else error)
"""


@pytest.mark.parametrize("key", ["clientSecret", "accessToken", "password"])
def test_it_is_never_recorded_by_a_program_of_single_resources(key: str, stack: Stack, simulator: Simulator) -> None:
    secret = "s3cr3t-in-plain-configuration"
    stack.program(VARIABLE).set_config(f"aem-mail:{key}", secret, "--plaintext")

    result = stack.run("up", "--yes", "--skip-preview", "--non-interactive", code=None)

    assert result.code != 0
    assert COMMAND.format(key=key) in result.output
    assert "Traceback" not in result.output
    assert secret not in result.output
    assert simulator.mutations() == []
    assert secret not in stack.run("stack", "export", "--show-secrets").stdout


@pytest.mark.parametrize("kind", DECLARED)
def test_it_is_refused_at_preview_whatever_is_declared_first(kind: str, stack: Stack) -> None:
    stack.program(DECLARED[kind]).set_config("aem-mail:accessToken", "t0ken-in-plain-configuration", "--plaintext")

    result = stack.preview(code=None)

    assert result.code != 0
    assert COMMAND.format(key="accessToken") in result.output


def test_each_stack_of_one_process_is_judged_by_its_own_configuration(stack: Stack) -> None:
    # An inline program has no project folder that would say where the plugin's interpreter lies.
    path = f"{Path(sys.executable).parent}:{stack.env['PATH']}"
    env = {**stack.env, "PATH": path, "PYTHONPATH": str(REPOSITORY)}

    done = subprocess.run([sys.executable, "-c", INLINE], cwd=stack.folder, env=env, capture_output=True, text=True, check=False)

    assert done.stdout.splitlines() == ["hidden previewed", "exposed refused", "hidden-too previewed"], done.stderr
