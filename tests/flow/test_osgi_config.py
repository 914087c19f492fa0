"""An OSGi configuration file is source code: written with care, compared, and left where it is."""

import os
import time

import pytest

from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

SECONDS = 120
"""Far more than this takes, and far less than a wait for a pipe."""
PATH = "osgiconfig/config.author/com.example.Mail.cfg.json"


def configuration(value: str, more: str = "") -> str:
    return f'OsgiConfig("o", OsgiConfigArgs("osgiconfig", "com.example.Mail", {{"z": "{value}", "a": 1}}, "author"{more}))'


def test_a_file_edited_by_hand_is_drift_and_is_repaired_by_up(stack: Stack) -> None:
    stack.program(configuration("one")).up()
    file = stack.folder / PATH
    assert file.read_text() == '{\n  "z": "one",\n  "a": 1\n}\n'
    file.write_text('{\n  "z": "edited",\n  "a": 1\n}\n')

    drift = stack.preview("--refresh", "--expect-no-changes", "--diff", code=None)
    assert drift.code != 0
    assert "edited" in drift.output

    stack.up("--refresh")
    assert file.read_text() == '{\n  "z": "one",\n  "a": 1\n}\n'


def test_the_file_outlives_destroy_unless_delete_file_is_set_and_it_is_as_written(stack: Stack) -> None:
    file = stack.folder / PATH
    stack.program(configuration("one")).up()
    assert "stays" in stack.destroy().output
    assert file.exists()

    stack.program(configuration("one", ", delete_file=True")).up()
    file.write_text("{}")
    assert "edited" in stack.destroy().output
    assert file.exists()

    file.unlink()
    stack.program(configuration("one", ", delete_file=True")).up()
    stack.destroy()
    assert not file.exists()


def test_a_removed_file_is_gone_and_a_removed_project_is_unknown(stack: Stack) -> None:
    file = stack.folder / PATH
    stack.program(configuration("one")).up()

    file.unlink()
    assert "to create" in stack.preview("--refresh").output

    file.parent.rmdir()
    file.parent.parent.rmdir()
    result = stack.preview("--refresh", "--expect-no-changes")
    assert "unknown" in result.output


def test_a_changed_run_mode_writes_the_new_file_and_leaves_the_old_one(stack: Stack) -> None:
    stack.program(configuration("one")).up()
    stack.program(configuration("one").replace('"author"', '"publish"')).up()

    assert (stack.folder / PATH).exists()
    assert (stack.folder / PATH.replace("author", "publish")).exists()


@pytest.mark.parametrize("kind", ["pipe", "loop"])
def test_what_is_no_file_ends_a_refresh_at_once_with_a_sentence_and_is_not_replaced(stack: Stack, kind: str) -> None:
    file = stack.folder / PATH
    stack.program(configuration("one")).up()
    file.unlink()
    if kind == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to(file)
    began = time.monotonic()

    refreshed = stack.run("refresh", "--yes", code=None)
    updated = stack.program(configuration("two")).up(code=None)

    assert time.monotonic() - began < SECONDS
    for result in (refreshed, updated):
        assert result.code != 0
        assert "cannot be read: " in result.output
        assert "Traceback" not in result.output
    assert not file.is_file()


def test_a_file_in_another_encoding_is_drift_and_is_repaired_by_up(stack: Stack) -> None:
    file = stack.folder / PATH
    stack.program(configuration("one")).up()
    file.write_bytes(b'{"z": "\xff"}')

    stack.up("--refresh")

    assert file.read_text() == '{\n  "z": "one",\n  "a": 1\n}\n'


def test_a_link_within_the_folder_is_followed_and_stays(stack: Stack) -> None:
    file = stack.folder / PATH
    stack.program(configuration("one")).up()
    shared = file.parents[1] / "shared.cfg.json"
    file.rename(shared)
    file.symlink_to(shared)

    stack.program(configuration("two")).up()

    assert file.is_symlink()
    assert '"two"' in shared.read_text()


def test_a_symbolic_link_out_of_the_folder_is_refused(stack: Stack) -> None:
    elsewhere = stack.folder.parent / "elsewhere"
    elsewhere.mkdir()
    (stack.folder / "osgiconfig").mkdir()
    (stack.folder / "osgiconfig" / "config.author").symlink_to(elsewhere)

    result = stack.program(configuration("one")).up(code=1)

    assert "symbolic link" in result.output
    assert list(elsewhere.iterdir()) == []


def test_ignored_properties_leave_the_file_as_it_is(stack: Stack) -> None:
    file = stack.folder / PATH
    ignoring = ', pulumi.ResourceOptions(ignore_changes=["properties"]))'
    stack.program(configuration("one")).up()

    reordered = 'OsgiConfig("o", OsgiConfigArgs("osgiconfig", "com.example.Mail", {"a": 1, "z": "one"}, "author")'
    for program in (configuration("two")[:-1], reordered):
        stack.program(program + ignoring).up("--expect-no-changes")

    assert file.read_text() == '{\n  "z": "one",\n  "a": 1\n}\n'
    part = ', pulumi.ResourceOptions(ignore_changes=["properties.z"]))'
    stack.program(configuration("two").replace("1}", "2}")[:-1] + part).up()
    assert file.read_text() == '{\n  "z": "one",\n  "a": 2\n}\n'


TRANSFORMATIONS = """
def changed(args):
    if "OsgiConfig" in getattr(args, "type_", ""):
        properties = {**args.props["properties"], "b": 2, "token": pulumi.Output.secret("password123")}
        return pulumi.ResourceTransformationResult({**args.props, "properties": properties}, args.opts)
    if "SecretEnvVar" in getattr(args, "type_", ""):
        return pulumi.ResourceTransformationResult({**args.props, "value": "password123"}, args.opts)
pulumi.runtime.register_stack_transformation(changed)
SecretEnvVar("s", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "another-secret"))
"""


def test_a_transformation_reaches_the_file_and_its_secrets_stay_secrets(stack: Stack) -> None:
    file = stack.folder.parent / PATH
    stack.program(TRANSFORMATIONS + configuration("one").replace("osgiconfig", "../osgiconfig"))

    stack.up()

    assert file.read_text() == '{\n  "z": "one",\n  "a": 1,\n  "b": 2,\n  "token": "password123"\n}\n'
    file.unlink()
    stack.up("--refresh")
    stack.up("--expect-no-changes")
