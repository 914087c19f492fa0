"""A user's unit tests, which run a program on mocks, are refused a secret in plain configuration like the engine's runs."""

import contextvars
import subprocess
import sys

import pulumi
import pytest
from pulumi.runtime.config import set_all_config

from aem_mail.program import mail_egress_args

PROGRAM = """
import pulumi
from pulumi.runtime import Mocks, set_mocks
from pulumi.runtime.config import set_all_config
from aem_mail import EnvVar, EnvVarArgs


class NoEngine(Mocks):
    def new_resource(self, args):
        return args.name, args.inputs

    def call(self, args):
        return {}


set_mocks(NoEngine(), project="somebody-elses")


@pulumi.runtime.test
def declared():
    return EnvVar("v", EnvVarArgs("10001", "20001", "MAIL_NOTE", "hello")).value.apply(print)


def outcome():
    try:
        declared()
    except pulumi.RunError as error:
        print(error)


outcome()
for secret_keys in ([], ["KEY"], []):
    set_all_config({"KEY": "s3cr3t-in-the-stack"}, secret_keys)
    outcome()
"""


@pytest.mark.parametrize("key", ["aem-mail:clientSecret", "secrets:CRM_TOKEN"])
def test_each_configuration_of_one_process_is_judged_by_itself_on_mocks(key: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM.replace("KEY", key)], capture_output=True, text=True, check=False)

    first, plain, secret, again = done.stdout.splitlines()
    assert (first, secret) == ("hello", "hello")
    assert f"run `pulumi config set --secret {key}`" in plain
    assert again == plain
    assert "s3cr3t-in-the-stack" not in done.stdout + done.stderr


def test_a_wrong_value_that_was_set_as_a_secret_is_not_shown() -> None:
    config = {"aem-mail:fromAddress": "s3cr3t-address", "aem-mail:programId": "no-number"}

    with pytest.raises(pulumi.RunError) as caught:
        contextvars.copy_context().run(read, config, ["aem-mail:fromAddress"])

    assert "must be a plain e-mail address such as 'noreply@example.com', not '[secret]'" in str(caught.value)
    assert "not 'no-number'" in str(caught.value)


def read(config: dict[str, str], secret_keys: list[str]) -> None:
    set_all_config(config, secret_keys)
    mail_egress_args()
