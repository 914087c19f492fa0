"""The stand-in of the command plugin does what the real one does, and refuses the rest by name."""

import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2

from tests.tools.engine.command_plugin import LONGEST, Listener, Plugin, running, secret, struct
from tools.engine.command_plugin import __main__ as command_plugin
from tools.engine.command_plugin.changes import input_changes
from tools.engine.command_plugin.properties import UNKNOWN, Properties

ADD, DELETE, UPDATE = provider_pb2.PropertyDiff.ADD, provider_pb2.PropertyDiff.DELETE, provider_pb2.PropertyDiff.UPDATE
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=3), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def plugin() -> Iterator[Plugin]:
    with running() as plugin:
        yield plugin


def test_create_runs_in_a_shell_with_environment_and_stdin(plugin: Plugin, tmp_path: Path) -> None:
    state = plugin.create(
        {"create": 'pwd; echo "$NAME"; cat; echo err >&2', "environment": {"NAME": "a b"}, "stdin": "in", "dir": str(tmp_path)}
    )

    assert state["stdout"] == f"{tmp_path}\na b\nin"
    assert state["stderr"] == "err"


def test_one_trailing_line_break_is_cut(plugin: Plugin) -> None:
    assert plugin.create({"create": r"printf 'a\n\n'"})["stdout"] == "a\n"


def test_another_interpreter_is_given_the_command_as_its_last_argument(plugin: Plugin) -> None:
    assert plugin.create({"create": "one  two", "interpreter": ["printf", "<%s>"]})["stdout"] == "<one  two>"


def test_an_update_runs_update_or_else_create_and_sees_the_previous_output(plugin: Plugin) -> None:
    inputs = {"create": 'echo "create after $PULUMI_COMMAND_STDOUT"'}
    first = plugin.create({"create": "echo one"})

    assert plugin.update(first, inputs)["stdout"] == "create after one"
    assert plugin.update(first, {**inputs, "update": 'echo "update after $PULUMI_COMMAND_STDOUT"'})["stdout"] == "update after one"
    assert plugin.update(first, {**inputs, "addPreviousOutputInEnv": False})["stdout"] == "create after "
    assert plugin.update(first, {"environment": {"A": "b"}})["stdout"] == "one"


def test_a_delete_runs_delete_with_the_previous_output_or_nothing(plugin: Plugin, tmp_path: Path) -> None:
    state = plugin.create(
        {"create": "echo one; echo two >&2", "delete": f'echo "$PULUMI_COMMAND_STDOUT $PULUMI_COMMAND_STDERR" > {tmp_path}/deleted'}
    )
    plugin.delete(state)
    plugin.delete({**state, "delete": None})

    assert (tmp_path / "deleted").read_text() == "one two\n"


def test_a_preview_runs_nothing_and_promises_nothing(plugin: Plugin, tmp_path: Path) -> None:
    state = plugin.create({"create": f"touch {tmp_path}/ran"}, preview=True)

    assert (state["stdout"], state["stderr"]) == (UNKNOWN, UNKNOWN)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["environment", "stdin"])
def test_what_a_secret_was_given_to_prints_secrets(name: str, plugin: Plugin) -> None:
    value = {"KEY": secret("confidential")} if name == "environment" else secret("confidential")

    state = plugin.create({"create": 'echo "$KEY"; cat', name: value})

    assert state["stdout"] == secret("confidential" if name == "environment" else "\nconfidential")
    assert state["stderr"] == secret("")
    assert plugin.create({"create": "echo plain"})["stdout"] == "plain"


def test_a_failure_tells_the_command_and_all_it_printed(plugin: Plugin) -> None:
    with pytest.raises(grpc.RpcError) as error:
        plugin.create({"create": "echo out; echo err >&2; exit 3"})

    details = str(error.value.details())
    assert details.startswith('exit status 3: running "echo out; echo err >&2; exit 3":\n')
    assert {"out", "err"} <= set(details.splitlines())


def test_a_folder_that_is_not_there_is_told(plugin: Plugin) -> None:
    with pytest.raises(grpc.RpcError, match="No such file or directory"):
        plugin.create({"create": "true", "dir": "/nowhere/at/all"})


def test_paths_of_changes_are_those_that_replace_on_changes_matches(plugin: Plugin) -> None:
    old = {"create": "a", "triggers": ["one", {"x": 1}], "environment": {"A": "1", "B.C": "2"}}
    new = {"create": "a", "triggers": ["two", {"x": 2}, 3], "environment": {"A": "1", "B.C": "3"}, "stdin": "s"}

    assert plugin.diff(old, new) == {
        "triggers[0]": UPDATE,
        "triggers[1].x": UPDATE,
        "triggers[2]": ADD,
        'environment["B.C"]': UPDATE,
        "stdin": ADD,
    }
    assert plugin.diff(new, {"create": "a"}) == {"triggers": DELETE, "environment": DELETE, "stdin": DELETE}


@given(st.dictionaries(st.sampled_from(["create", "environment", "triggers", "stdin"]), VALUES, max_size=4))
def test_equal_inputs_differ_in_nothing_whether_secret_or_not(inputs: dict[str, Any]) -> None:
    marked = Properties.received(struct({name: secret(value) for name, value in inputs.items()}))

    assert input_changes(marked.values, Properties.received(struct(inputs)).values) == {}
    assert Properties.received(marked.sent()) == marked


@given(
    st.dictionaries(st.sampled_from(["environment", "triggers"]), VALUES),
    st.dictionaries(st.sampled_from(["environment", "triggers"]), VALUES),
)
def test_a_difference_is_told_from_both_sides(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert set(input_changes(old, new)) == set(input_changes(new, old))


@pytest.mark.parametrize("kind", ["command:remote:Command", "command:remote:CopyFile"])
def test_other_resources_are_refused_by_name(kind: str, plugin: Plugin) -> None:
    with pytest.raises(grpc.RpcError, match=f"not {kind}; install the real plugin"):
        plugin.check({}, kind)


def test_functions_are_refused_by_name(plugin: Plugin) -> None:
    with pytest.raises(grpc.RpcError, match="not command:local:run"):
        plugin.stub.Invoke(provider_pb2.InvokeRequest(tok="command:local:run"))


def test_assets_archives_and_wrong_types_are_failures_of_the_check(plugin: Plugin) -> None:
    failures = plugin.check({"assetPaths": ["*"], "archivePaths": ["*"], "environment": {"A": 1}, "logging": "loud", "create": UNKNOWN})

    assert failures.keys() == {"assetPaths", "archivePaths", "environment", "logging"}
    assert plugin.check({"create": "true", "triggers": [1, None], "addPreviousOutputInEnv": True}) == {}


@pytest.mark.parametrize(("logging", "shown"), [(None, {"out", "err"}), ("stdout", {"out"}), ("stderr", {"err"}), ("none", set())])
def test_logging_chooses_what_is_shown_live(logging: str | None, shown: set[str]) -> None:
    listener = Listener()
    server = grpc.server(ThreadPoolExecutor(2))
    engine_pb2_grpc.add_EngineServicer_to_server(listener, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with running(f"127.0.0.1:{port}") as plugin:
        plugin.create({"create": "echo out; echo err >&2", **({} if logging is None else {"logging": logging})})
    server.stop(None)

    assert set(listener.lines) == {(line, True) for line in shown}


@pytest.mark.parametrize("how", ["Cancel", "SIGTERM", "SIGINT"])
def test_a_cancelled_run_ends_the_whole_group_of_the_command(how: str, tmp_path: Path) -> None:
    child = f"trap 'touch {tmp_path}/child; exit 1' TERM; sleep 60 & touch {tmp_path}/ready; wait"
    script = f"trap 'touch {tmp_path}/ended; exit 1' TERM; ({child}) & wait"
    with running() as plugin, ThreadPoolExecutor(1) as pool:
        future = pool.submit(plugin.create, {"create": script})
        wait_for_file(tmp_path / "ready")
        if how == "Cancel":
            plugin.stub.Cancel(Empty())
        else:
            plugin.process.send_signal(getattr(signal, how))
        with pytest.raises(grpc.RpcError):
            future.result(30)
        wait_for_file(tmp_path / "ended")
        wait_for_file(tmp_path / "child")


def test_it_ends_at_once_when_told_to() -> None:
    with running() as plugin:
        plugin.create({"create": "true"})
        plugin.process.send_signal(signal.SIGINT)

        assert plugin.process.wait(30) == 0


def test_commands_run_side_by_side(plugin: Plugin, tmp_path: Path) -> None:
    """Each waits for the other's file, so one after the other would never end."""
    scripts = [f"touch {tmp_path}/{one}; while [ ! -e {tmp_path}/{other} ]; do sleep 0.05; done" for one, other in (("a", "b"), ("b", "a"))]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda script: plugin.create({"create": script}), scripts))


def wait_for_file(path: Path) -> None:
    ends = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < ends, f"{path} never came"
        threading.Event().wait(0.02)


def test_an_engine_that_does_not_answer_keeps_no_command_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_plugin, "PATIENCE_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as hanging, ThreadPoolExecutor(1) as pool:
        log = command_plugin.EngineLog(f"127.0.0.1:{hanging.getsockname()[1]}")

        assert pool.submit(log, "urn", "line").result(LONGEST / 3) is None
