"""What is adjusted in the engine's plugin process for Python, and why: names of Pulumi's SDK that it does not promise to keep.

Five things, each with a fallback that changes nothing; `lacking` says which names are not there, and what that costs:

- Its thread pool has four threads, and every create blocks one: without more, changes that belong together come in fours.
- An exception is shown as a traceback: errors that a user can cause are shown as the one paragraph that they are.
- A change that was accepted but is not yet in force cannot be told by an exception: the engine's own answer for it
  (``ErrorResourceInitFailed``) keeps it in the state, so that the next `pulumi up` continues instead of beginning again.
- A refresh hands a provider the outputs alone: what the state keeps beside them as inputs would be lost.
- ``custom_timeouts`` come with the engine's call, after all transformations, and are not handed on to a provider.
"""

import asyncio
import gc
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, Final

import grpc
import pulumi.dynamic
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, status_pb2

from aem_mail.errors import AemMailError
from aem_mail.resources.base.engine_values import PROVIDER_KEY
from aem_mail.text.characters import visible_lines

POOL_WIDTH: Final = 256
BUILT_IN_WIDTH: Final = 4
WIDTH_VARIABLE: Final = "AEM_MAIL_POOL_WIDTH"
"""Environment variable with the number of operations that may run at a time; 4 leaves the pool as it is."""
TESTED: Final = ("3.260.0", "3.272.0")
"""Versions of the SDK whose names are tested, the newest last."""
ADDRESS: Final = re.compile(r".+:\d+")
OPERATIONS: Final = (provider_pb2.CreateRequest, provider_pb2.UpdateRequest, provider_pb2.DeleteRequest)
POOL_NAMES: Final = ("_max_workers", "_threads", "_idle_semaphore")


class NotReady(AemMailError):
    """A change was accepted and is not in force yet: the resource is recorded, and marked as not ready."""

    def __init__(self, id_: str, outs: Mapping[str, Any], inputs: Mapping[str, Any], reason: AemMailError) -> None:
        super().__init__(str(reason))
        self.id = id_
        self.outs = outs
        self.inputs = inputs


def main_module() -> ModuleType:
    """Return the module that this process began with."""
    return sys.modules["__main__"]


def is_plugin_process() -> bool:
    """Say whether the engine runs the providers in this process, by the file that it began with."""
    began = getattr(main_module(), "__file__", None)
    return began is not None and Path(began).resolve().parent == Path(str(pulumi.dynamic.__file__)).resolve().parent


def engine_address() -> str | None:
    """Return the address of the engine, the last argument of the plugin process; None where there is none."""
    return sys.argv[-1] if ADDRESS.fullmatch(sys.argv[-1]) else None


def show_errors_as_paragraphs(main: ModuleType, told: Callable[[BaseException], str]) -> None:
    """Have the handlers of the plugin's ``main`` module show errors as ``told`` does; nothing where they do not ask for a traceback."""
    if hasattr(main, "traceback"):
        vars(main)["traceback"] = _CleanTraceback(told)


def lacking(main: ModuleType) -> str | None:
    """Warn of what is not as it was in the SDK's tested versions, in one paragraph with the next step; to be asked in a pool's thread."""
    lost = [f"{name} ({cost})" for name, cost, is_there in _names(main) if not is_there]
    if not lost:
        return None
    return (
        f"Pulumi's SDK for Python {version('pulumi')} is not as aem-mail knows it. Not found: {'; '.join(lost)}. Everything else works. "
        f"Install pulumi=={TESTED[-1]} where the program runs, or a newer aem-mail."
    )


def requested_timeout() -> float | None:
    """Return the seconds that ``custom_timeouts`` give the operation that this thread carries out, None where they give none."""
    request = _request(OPERATIONS)
    return None if request is None else request.timeout or None


def recorded_inputs() -> Mapping[str, Any]:
    """Return the inputs that the state has of the resource which this thread reads; none where they cannot be told."""
    request = _request((provider_pb2.ReadRequest,))
    return {} if request is None else rpc.deserialize_properties(request.inputs)


def _request(types: tuple[type, ...]) -> Any:
    """Return the engine's call that this thread carries out, None where it is none of these types."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        request = frame.f_locals.get("request")
        if isinstance(request, types):
            return request
        frame = frame.f_back
    return None


def keep_what_is_loaded() -> None:
    """Have the collector of garbage pass over it, in the plugin process: at its end, for which the engine waits, too."""
    if is_plugin_process():
        gc.freeze()


def make_room(say: Callable[[str], None]) -> None:
    """Let many calls wait at a time in this process; does nothing outside the plugin process.

    To be called by the first call that will wait for Cloud Manager: what never waits is faster on four threads than on many.
    """
    if is_plugin_process():
        width = os.environ.get(WIDTH_VARIABLE, "")
        widen(int(width) if width.isdecimal() else POOL_WIDTH, say)


def widen(width: int, say: Callable[[str], None]) -> bool:
    """Give the thread pool that runs this call ``width`` threads; says so and returns False where that cannot be done."""
    try:
        executor = _pool()
        executor._max_workers = max(width, executor._max_workers)
        while len(executor._threads) < width:
            # A pool that has had a queue counts more idle threads than it has, and would start none: forget that count.
            while executor._idle_semaphore.acquire(timeout=0):
                pass
            executor.submit(_no_operation)
    except (AttributeError, IndexError, TypeError, RuntimeError):
        say(f"Only {BUILT_IN_WIDTH} operations run at a time here; everything works, with more changes per environment than necessary.")
        return False
    return True


def _no_operation() -> None:
    """Give a new thread a reason to exist."""


def _pool() -> Any:
    """Return the pool of the thread that asks; raises AttributeError, IndexError or TypeError where that cannot be found."""
    return threading.current_thread()._args[0]()  # type: ignore[attr-defined]


def _names(main: ModuleType) -> Sequence[tuple[str, str, bool]]:
    """Return each name that is used, what is lost without it, and whether it is there."""
    few = f"only {BUILT_IN_WIDTH} operations run at a time, with more changes per environment than necessary"
    return (
        ("the engine's address among the arguments", "progress and notes are not shown", engine_address() is not None),
        ("traceback in pulumi.dynamic.__main__", "errors are shown as tracebacks", hasattr(main, "traceback")),
        ("context in its handlers", "a change that is not in force yet is not recorded", _handles(main, "context")),
        ("request in its handlers", "custom_timeouts do not count", _handles(main, "request")),
        ("the thread pool", few, _has_pool()),
    )


def _handles(main: ModuleType, name: str) -> bool:
    handler = getattr(getattr(main, "DynamicResourceProviderServicer", None), "Create", None)
    return name in getattr(getattr(handler, "__code__", None), "co_varnames", ())


def _has_pool() -> bool:
    try:
        executor = _pool()
    except (AttributeError, IndexError, TypeError):
        return False
    return all(hasattr(executor, name) for name in POOL_NAMES)


class _CleanTraceback:
    """Stands in for the module ``traceback`` in the plugin's main module, whose handlers call ``format_exc`` on any exception."""

    def __init__(self, told: Callable[[BaseException], str]) -> None:
        self._told = told

    def format_exc(self) -> str:
        error = sys.exc_info()[1]
        if isinstance(error, NotReady):
            handler = sys._getframe(1).f_locals
            context = handler.get("context")
            if context is not None:
                context.abort_with_status(_init_failed(error, self._told(error), _provider_of(handler.get("request"))))
        return visible_lines(traceback.format_exc()) if error is None else self._told(error)

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)


class _Status(grpc.Status):
    """A status with details, as the server side of gRPC wants it."""

    def __init__(self, message: str, details: bytes) -> None:
        self.code = grpc.StatusCode.UNKNOWN
        self.details = message
        self.trailing_metadata = (("grpc-status-details-bin", details),)


def _provider_of(request: Any) -> Mapping[str, str]:
    """Return the property by which the engine finds the provider of a Create or an Update again, to read or delete what is recorded."""
    given = getattr(request, "properties", None) or getattr(request, "news", None)
    return {PROVIDER_KEY: given[PROVIDER_KEY]} if given is not None and PROVIDER_KEY in given else {}


def _init_failed(error: NotReady, reason: str, provider: Mapping[str, str]) -> _Status:
    failure = provider_pb2.ErrorResourceInitFailed(
        id=error.id, properties=_struct({**error.outs, **provider}), inputs=_struct(error.inputs), reasons=[reason]
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=reason)
    status.details.add().Pack(failure)
    return _Status(reason, status.SerializeToString())


def _struct(properties: Mapping[str, Any]) -> Any:
    return asyncio.run(rpc.serialize_properties(dict(properties), {}))
