"""What is adjusted in the plugin process works with the installed SDK; what an SDK lacks is said once, and costs nothing else."""

import gc
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import grpc
import pulumi.dynamic
import pytest
from google.protobuf import struct_pb2
from pulumi.dynamic import Config, ConfigureRequest, CreateResult, UpdateResult
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, status_pb2

import __main__
from aem_mail.cloud_manager.client import CloudManager
from aem_mail.errors import AemMailError, WaitTimedOut
from aem_mail.resources.base import sdk
from aem_mail.resources.base.engine_values import PROVIDER_KEY
from aem_mail.resources.base.plugin import Run, connected
from aem_mail.resources.port_forward import PortForwardProvider
from tests.resources.runs import Heard, begin_again

LONG = 60.0


def run_in_groups(executor: ThreadPoolExecutor, calls: int, size: int) -> int:
    """Carry out calls of which each waits until ``size`` of them run; return how many ran at most at the same time."""
    running, most, lock, together = 0, 0, threading.Lock(), threading.Barrier(size)

    def call() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait(LONG)
        with lock:
            running -= 1

    for future in [executor.submit(call) for _ in range(calls)]:
        future.result()
    return most


def test_a_pool_of_four_is_widened_from_one_of_its_own_threads() -> None:
    with ThreadPoolExecutor(max_workers=4) as executor:
        assert run_in_groups(executor, 20, 4) == 4
        assert executor.submit(sdk.widen, 32, print).result()
        assert run_in_groups(executor, 20, 20) == 20


def test_calls_that_are_queued_already_get_a_thread() -> None:
    queued = threading.Event()

    def widen() -> bool:
        assert queued.wait(LONG)
        return sdk.widen(32, print)

    with ThreadPoolExecutor(max_workers=4) as executor:
        first = executor.submit(widen)
        together = threading.Barrier(20)
        others = [executor.submit(together.wait, LONG) for _ in range(20)]
        queued.set()

        assert first.result()
        assert sorted(other.result() for other in others) == list(range(20))


def test_where_the_pool_cannot_be_found_one_line_says_what_that_means() -> None:
    said: list[str] = []

    assert sdk.widen(32, said.append) is False

    assert said == ["Only 4 operations run at a time here; everything works, with more changes per environment than necessary."]


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Return the installed SDK's main module as the plugin process, for which this one is taken, begins with it, except for its server."""
    path = Path(str(pulumi.dynamic.__file__)).with_name("__main__.py")
    module = ModuleType("__main__")
    module.__file__ = str(path)
    source = path.read_text()
    assert source.endswith("\nmain()\n")
    exec(compile(source.removesuffix("main()\n"), path, "exec"), vars(module))  # noqa: S102 - a file of the installed SDK
    monkeypatch.setitem(sys.modules, "__main__", module)
    monkeypatch.setattr(sys, "argv", ["plugin", "127.0.0.1:1"])
    yield module
    gc.unfreeze()


@pytest.fixture
def heard() -> list[str]:
    """Return what the engine is told."""
    log = Heard()
    begin_again(log=log)
    return log.messages


def configured() -> None:
    """Have a provider configured as the engine has it: on a thread of the pool that serves its calls, once for each class."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        for _ in range(2):
            pool.submit(PortForwardProvider().configure, ConfigureRequest(Config({}, "a-project"))).result(LONG)


def test_the_installed_version_is_one_that_is_named_as_tested() -> None:
    assert version("pulumi") in sdk.TESTED


def test_the_plugin_process_does_not_look_for_garbage_in_what_is_loaded(main: ModuleType) -> None:
    gc.unfreeze()

    configured()

    assert gc.get_freeze_count() > 0


def test_a_sign_in_ahead_begins_when_all_is_loaded_and_leaves_what_fails_to_the_first_request(
    main: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen: list[int] = []
    shown: list[object] = []

    def fails(_: CloudManager) -> None:
        frozen.append(gc.get_freeze_count())
        raise RuntimeError("no certificates")

    gc.unfreeze()
    monkeypatch.setattr(CloudManager, "prepare", fails)
    monkeypatch.setattr(threading, "excepthook", shown.append)
    connected(Run({"orgId": "org@AdobeOrg", "clientId": "key", "accessToken": "token"}, log=Heard()))
    for thread in threading.enumerate():
        if thread.name == "sign in":
            thread.join(LONG)

    assert frozen[0] > 0
    assert gc.get_freeze_count() == frozen[0], "not again in the middle of operations"
    assert shown == []


def test_no_other_process_has_its_garbage_collector_adjusted() -> None:
    gc.unfreeze()

    configured()

    assert gc.get_freeze_count() == 0


def test_the_installed_sdk_lacks_nothing(main: ModuleType, heard: list[str]) -> None:
    configured()

    assert heard == []
    assert isinstance(vars(main)["traceback"], sdk._CleanTraceback)


def lose_context(main: ModuleType) -> None:
    def create(self: Any, request: Any, *arguments: Any) -> None:
        """Take what a later version might call otherwise."""

    vars(main)["DynamicResourceProviderServicer"].Create = create


def lose_request(main: ModuleType) -> None:
    def create(self: Any, context: Any) -> None:
        """Take what a later version might call otherwise."""

    vars(main)["DynamicResourceProviderServicer"].Create = create


LOSSES: dict[str, tuple[Callable[[ModuleType], None], str]] = {
    "traceback": (lambda main: vars(main).pop("traceback"), "traceback in pulumi.dynamic.__main__ (errors are shown as tracebacks)"),
    "context": (lose_context, "context in its handlers (a change that is not in force yet is not recorded)"),
    "request": (lose_request, "request in its handlers (custom_timeouts do not count)"),
    "servicer": (
        lambda main: vars(main).pop("DynamicResourceProviderServicer"),
        "context in its handlers (a change that is not in force yet is not recorded); "
        "request in its handlers (custom_timeouts do not count)",
    ),
    "address": (lambda _: sys.argv.append("--quiet"), "the engine's address among the arguments (progress and notes are not shown)"),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_an_sdk_lacks_is_one_warning_with_its_version_the_cost_and_the_next_step(
    loss: str, main: ModuleType, heard: list[str]
) -> None:
    lose, named = LOSSES[loss]
    lose(main)

    configured()

    assert heard == [
        f"Pulumi's SDK for Python {version('pulumi')} is not as aem-mail knows it. Not found: {named}. Everything else works. "
        f"Install pulumi=={sdk.TESTED[-1]} where the program runs, or a newer aem-mail."
    ]


def test_a_pool_that_cannot_be_found_is_named_at_the_start_too(main: ModuleType, heard: list[str]) -> None:
    PortForwardProvider().configure(ConfigureRequest(Config({}, "a-project")))

    (warning,) = heard
    assert "Not found: the thread pool (only 4 operations run at a time, with more changes per environment than necessary)." in warning


def test_without_an_engine_to_be_told_a_warning_is_in_the_processs_own_log(main: ModuleType, caplog: pytest.LogCaptureFixture) -> None:
    sys.argv.append("--quiet")

    configured()

    assert "the engine's address among the arguments" in caplog.text


class Aborted(Exception):
    """What gRPC ends a call with."""


class Context:
    """The context of a call, as gRPC gives it."""

    def __init__(self) -> None:
        self.status: grpc.Status | None = None
        self.text = ""

    def abort_with_status(self, status: grpc.Status) -> None:
        self.status = status
        raise Aborted

    def abort(self, code: grpc.StatusCode, text: str) -> None:
        self.text = text
        raise Aborted


class Failing(PortForwardProvider):
    """Ends each create with one error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def create(self, props: dict[str, Any]) -> Any:
        raise self.error


def ended(main: ModuleType, error: Exception, monkeypatch: pytest.MonkeyPatch, **properties: str) -> Context:
    """Return how the installed SDK's own handler ends a create of these properties whose provider raises an error."""
    context = Context()
    sdk.show_errors_as_paragraphs(main, Run().told)
    monkeypatch.setitem(vars(main), "get_provider", lambda props, config: Failing(error))
    with pytest.raises(Aborted):
        vars(main)["DynamicResourceProviderServicer"]().Create(provider_pb2.CreateRequest(properties=struct(properties)), context)
    return context


def struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Return properties as the engine sends them."""
    sent = struct_pb2.Struct()
    sent.update(properties)
    return sent


def test_an_error_of_a_create_is_one_paragraph(main: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ended(main, AemMailError("The port is taken."), monkeypatch).text == "The port is taken."


def test_what_is_not_in_force_yet_keeps_its_id_its_outputs_and_its_provider(main: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    error = sdk.NotReady("10001/20001/30465", {"name": "smtp.example.com"}, {}, WaitTimedOut("It takes too long."))

    status = ended(main, error, monkeypatch, **{PROVIDER_KEY: "a reference"}).status

    assert status is not None
    failure = provider_pb2.ErrorResourceInitFailed()
    trailer = status.trailing_metadata[0][1]
    assert isinstance(trailer, bytes)
    status_pb2.Status.FromString(trailer).details[0].Unpack(failure)
    assert failure.id == "10001/20001/30465"
    assert rpc.deserialize_properties(failure.properties) == {"name": "smtp.example.com", PROVIDER_KEY: "a reference"}
    assert list(failure.reasons) == ["It takes too long."]


class Patient(PortForwardProvider):
    """Takes note of how long it may wait."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def create(self, props: dict[str, Any]) -> CreateResult:
        self.seconds.append(self.timeout(props))
        return CreateResult("an-id", {})

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        self.seconds.append(self.timeout(_news))
        return UpdateResult({})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        self.seconds.append(self.timeout(_props))


@pytest.mark.parametrize(
    ("custom", "declared", "seconds"), [(90.0, 60.0, 90.0), (90.0, None, 90.0), (0.0, 60.0, 60.0), (0.0, None, 1800.0)]
)
def test_custom_timeouts_come_before_the_argument_and_that_before_the_stacks(
    custom: float, declared: float | None, seconds: float, main: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Patient()
    monkeypatch.setitem(vars(main), "get_provider", lambda props, config: provider)
    handlers = vars(main)["DynamicResourceProviderServicer"]()
    properties = struct({PROVIDER_KEY: "a reference"} | ({} if declared is None else {"timeout": declared}))

    handlers.Create(provider_pb2.CreateRequest(properties=properties, timeout=custom), Context())
    handlers.Update(provider_pb2.UpdateRequest(olds=properties, news=properties, timeout=custom), Context())
    handlers.Delete(provider_pb2.DeleteRequest(properties=properties, timeout=custom), Context())

    assert provider.seconds == [seconds] * 3


def test_outside_the_plugin_process_nothing_is_adjusted() -> None:
    configured()

    assert not isinstance(getattr(__main__, "traceback", None), sdk._CleanTraceback)
