"""pulumi-command on the real engine: the stand-in does what the real plugin does, where the machine has that one too."""

import os

import pytest

from tests.flow.stack import Stack
from tests.tools.engine.command_plugins import real, stand_in

pytestmark = pytest.mark.flow

PROGRAM = """
from pulumi_command.local import Command
command = Command("c",
    create="echo create $N >> log; echo first", update='echo "update after $PULUMI_COMMAND_STDOUT" >> log; echo second',
    delete='echo "delete after $PULUMI_COMMAND_STDOUT" >> log', environment={{"N": "{number}"}}, triggers=["{trigger}"])
pulumi.export("stdout", command.stdout)
"""
SECRET = """
from pulumi_command.local import Command, Logging
command = Command("c", create='echo "it is $KEY"; exit {code}', environment={{"KEY": pulumi.Output.secret("confidential-key")}},
    logging=Logging.NONE)
pulumi.export("stdout", command.stdout)
"""


@pytest.fixture(params=["stand-in", "real plugin"])
def commands(request: pytest.FixtureRequest, stack: Stack) -> Stack:
    folder = stand_in() if request.param == "stand-in" else real()
    if folder is None:
        pytest.skip("this machine does not have the real plugin of pulumi-command")
    stack.env["PATH"] = f"{folder}{os.pathsep}{stack.env['PATH']}"
    return stack


def test_create_update_replace_and_delete_run_what_is_declared(commands: Stack) -> None:
    commands.program(PROGRAM.format(number=1, trigger="a")).up()
    assert commands.outputs() == {"stdout": "first"}
    commands.program(PROGRAM.format(number=2, trigger="a")).up()
    assert commands.outputs() == {"stdout": "second"}
    commands.program(PROGRAM.format(number=2, trigger="b")).up()
    commands.destroy()

    log = (commands.folder / "log").read_text().splitlines()
    assert log == ["create 1", "update after first", "create 2", "delete after second", "delete after first"]


def test_what_a_secret_printed_is_a_secret_and_a_failure_fails_the_up(commands: Stack) -> None:
    commands.program(SECRET.format(code=0)).up()
    assert commands.outputs() == {"stdout": "[secret]"}
    exported = commands.run("stack", "export").stdout
    assert "confidential-key" not in exported

    assert "exit status 3" in commands.program(SECRET.format(code=3)).up(code=None).output
