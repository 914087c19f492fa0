"""The engine's display: passing progress, and what stays in the command's output."""

import logging
from contextlib import suppress
from functools import cached_property
from typing import Protocol

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from aem_mail.resources.base.sdk import engine_address, is_plugin_process

_log = logging.getLogger(__name__)


class Log(Protocol):
    """Where messages go; they are fit to be shown already."""

    def report(self, message: str) -> None:
        """Show passing progress."""

    def say(self, message: str) -> None:
        """Leave a message."""

    def warn(self, message: str) -> None:
        """Leave a warning."""


class EngineLog:
    """Tells the engine; outside the plugin process, and where the engine cannot be reached, this process's own log."""

    def report(self, message: str) -> None:
        self._tell(message, logging.INFO, ephemeral=True)

    def say(self, message: str) -> None:
        self._tell(message, logging.INFO, ephemeral=False)

    def warn(self, message: str) -> None:
        self._tell(message, logging.WARNING, ephemeral=False)

    @cached_property
    def _engine(self) -> engine_pb2_grpc.EngineStub | None:
        address = engine_address() if is_plugin_process() else None
        return None if address is None else engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def _tell(self, message: str, level: int, *, ephemeral: bool) -> None:
        severity = engine_pb2.WARNING if level == logging.WARNING else engine_pb2.INFO
        request = engine_pb2.LogRequest(severity=severity, message=message, ephemeral=ephemeral)
        if self._engine is not None:
            with suppress(grpc.RpcError):
                self._engine.Log(request, timeout=5)
                return
        _log.log(level, "%s", message)
