"""What is adjusted in the engine's plugin process for Python, and why.

Three things, each with a fallback that changes nothing:

- Its thread pool has four threads, and every create blocks one: without more, changes that belong together come in fours.
- An exception is shown as a traceback: errors that a user can cause are shown as the one paragraph that they are.
- A change that was accepted but is not yet in force cannot be told by an exception: the engine's own answer for it
  (``ErrorResourceInitFailed``) keeps it in the state, so that the next `pulumi up` continues instead of beginning anew.
"""

import asyncio
import logging
import os
import sys
import threading
import traceback
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import grpc
from pulumi.runtime import rpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, status_pb2

from aem_mail.characters import visible, visible_lines
from aem_mail.errors import AemMailError
from aem_mail.resources.base.secret_inputs import VEIL, without_echoes

POOL_WIDTH: Final = 256
BUILT_IN_WIDTH: Final = 4
WIDTH_VARIABLE: Final = "AEM_MAIL_POOL_WIDTH"
"""Environment variable with the number of operations that may run at a time; 4 leaves the pool as it is."""

_log = logging.getLogger(__name__)
_once = threading.Lock()
_done: set[str] = set()


class NotReady(AemMailError):
    """A change was accepted and is not in force yet: the resource is recorded, and marked as not ready."""

    def __init__(self, id_: str, outs: Mapping[str, Any], inputs: Mapping[str, Any], reason: AemMailError) -> None:
        super().__init__(str(reason))
        self.id = id_
        self.outs = outs
        self.inputs = inputs


def prepare() -> None:
    """Adjust this process, once; does nothing outside the plugin process."""
    if _is_first("prepare"):
        sys.modules["__main__"].traceback = _CleanTraceback()  # type: ignore[attr-defined]


def make_room() -> None:
    """Let many calls wait at a time in this process, once; does nothing outside the plugin process.

    To be called by the first call that will wait for Cloud Manager: what never waits is faster on four threads than on many.
    """
    if _is_first("make_room"):
        width = os.environ.get(WIDTH_VARIABLE, "")
        widen(int(width) if width.isdecimal() else POOL_WIDTH)


def _is_first(what: str) -> bool:
    with _once:
        first = what not in _done and hasattr(sys.modules["__main__"], "DynamicResourceProviderServicer")
        if first:
            _done.add(what)
        return first


def widen(width: int) -> bool:
    """Give the thread pool that runs this call ``width`` threads; says so once and returns False where that cannot be done."""
    try:
        executor = threading.current_thread()._args[0]()  # type: ignore[attr-defined]
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


def report(message: str) -> None:
    """Show passing progress in the running display; it leaves nothing behind."""
    _tell(message, ephemeral=True)


def say(message: str) -> None:
    """Leave a message in the command's output."""
    _tell(message, ephemeral=False)


def warn(message: str) -> None:
    """Leave a warning in the command's output."""
    _tell(message, ephemeral=False, severity=engine_pb2.WARNING)


def _no_operation() -> None:
    """Give a new thread a reason to exist."""


_engine: list[engine_pb2_grpc.EngineStub] = []


def told(error: BaseException) -> str:
    """Return what the user is told of an error, without any secret that was declared."""
    if isinstance(error, AemMailError):
        return visible(without_echoes(str(error)))
    return visible_lines(without_echoes("".join(traceback.format_exception(error))))


def _tell(message: str, *, ephemeral: bool, severity: "engine_pb2.LogSeverity.ValueType" = engine_pb2.INFO) -> None:
    message = visible(VEIL(message))
    if not hasattr(sys.modules["__main__"], "DynamicResourceProviderServicer"):
        _log.info("%s", message)
        return
    with suppress(grpc.RpcError, IndexError):
        if not _engine:
            _engine.append(engine_pb2_grpc.EngineStub(grpc.insecure_channel(sys.argv[-1])))
        _engine[0].Log(engine_pb2.LogRequest(severity=severity, message=message, ephemeral=ephemeral), timeout=5)


class _CleanTraceback:
    """Stands in for the module ``traceback`` in the plugin's main module, whose handlers call ``format_exc`` on any exception."""

    def format_exc(self) -> str:
        error = sys.exc_info()[1]
        if isinstance(error, NotReady):
            context = sys._getframe(1).f_locals.get("context")
            if context is not None:
                context.abort_with_status(_init_failed(error))
        return visible_lines(traceback.format_exc()) if error is None else told(error)

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)


class _Status(grpc.Status):
    """A status with details, as the server side of gRPC wants it."""

    def __init__(self, message: str, details: bytes) -> None:
        self.code = grpc.StatusCode.UNKNOWN
        self.details = message
        self.trailing_metadata = (("grpc-status-details-bin", details),)


def _init_failed(error: NotReady) -> _Status:
    reason = told(error)
    failure = provider_pb2.ErrorResourceInitFailed(
        id=error.id, properties=_struct(error.outs), inputs=_struct(error.inputs), reasons=[reason]
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=reason)
    status.details.add().Pack(failure)
    return _Status(reason, status.SerializeToString())


def _struct(properties: Mapping[str, Any]) -> Any:
    return asyncio.run(rpc.serialize_properties(dict(properties), {}))
