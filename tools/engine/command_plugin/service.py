"""`pulumirpc.ResourceProvider`, as far as `local.Command` needs it."""
# ruff: noqa: N802 - the methods' names are the protocol's

import os
import secrets
from collections.abc import Callable
from typing import Any, Final, NoReturn

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from . import inputs
from .changes import Change, input_changes
from .process import Command, CommandFailed, Processes
from .properties import UNKNOWN, Properties

VERSION: Final = "1.2.1"
"""Of pulumi-command, whose behaviour this stands in for."""

KINDS: Final = {
    Change.ADDED: provider_pb2.PropertyDiff.ADD,
    Change.REMOVED: provider_pb2.PropertyDiff.DELETE,
    Change.UPDATED: provider_pb2.PropertyDiff.UPDATE,
}
Log = Callable[[str, str], None]
Context = grpc.ServicerContext


class CommandProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Runs Commands; ``log`` is told a resource's URN and a line that it printed."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._processes = Processes()

    def stop(self) -> None:
        """Ask every running command to end."""
        self._processes.cancel()

    def GetPluginInfo(self, request: Empty, context: Context) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=VERSION)

    def CheckConfig(self, request: provider_pb2.CheckRequest, context: Context) -> provider_pb2.CheckResponse:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: Context) -> provider_pb2.DiffResponse:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: provider_pb2.ConfigureRequest, context: Context) -> provider_pb2.ConfigureResponse:
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: provider_pb2.CheckRequest, context: Context) -> provider_pb2.CheckResponse:
        kind = request.urn.split("::")[2].rpartition("$")[2]
        if kind != inputs.COMMAND:
            _refuse(context, kind)
        found = inputs.problems(Properties.received(request.news).values)
        failures = [provider_pb2.CheckFailure(property=name, reason=f"{name} {reason}") for name, reason in found]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def Diff(self, request: provider_pb2.DiffRequest, context: Context) -> provider_pb2.DiffResponse:
        old = request.old_inputs if request.HasField("old_inputs") else request.olds
        changes = input_changes(Properties.received(old).values, Properties.received(request.news).values)
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if changes else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=sorted({path.partition(".")[0].partition("[")[0] for path in changes}),
            detailedDiff={path: provider_pb2.PropertyDiff(kind=KINDS[change], inputDiff=True) for path, change in changes.items()},
            hasDetailedDiff=True,
        )

    def Create(self, request: provider_pb2.CreateRequest, context: Context) -> provider_pb2.CreateResponse:
        wanted = Properties.received(request.properties)
        state = self._ran("create", request.urn, wanted, None, preview=request.preview, context=context)
        name = request.urn.rpartition("::")[2]
        return provider_pb2.CreateResponse(id="" if request.preview else f"{name}{secrets.token_hex(4)}", properties=state.sent())

    def Update(self, request: provider_pb2.UpdateRequest, context: Context) -> provider_pb2.UpdateResponse:
        wanted, recorded = Properties.received(request.news), Properties.received(request.olds)
        state = self._ran("update", request.urn, wanted, recorded, preview=request.preview, context=context)
        return provider_pb2.UpdateResponse(properties=state.sent())

    def Delete(self, request: provider_pb2.DeleteRequest, context: Context) -> Empty:
        recorded = Properties.received(request.properties)
        self._ran("delete", request.urn, recorded, recorded, preview=False, context=context)
        return Empty()

    def Read(self, request: provider_pb2.ReadRequest, context: Context) -> provider_pb2.ReadResponse:
        """Answer what is recorded: nothing can be read of what a command did."""
        return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    def Invoke(self, request: provider_pb2.InvokeRequest, context: Context) -> provider_pb2.InvokeResponse:
        _refuse(context, request.tok)

    def Cancel(self, request: Empty, context: Context) -> Empty:
        self._processes.cancel()
        return Empty()

    def _ran(
        self, operation: str, urn: str, wanted: Properties, recorded: Properties | None, *, preview: bool, context: Context
    ) -> Properties:
        """Run the operation's command, if it has one; the inputs with what the last run printed are the new state."""
        secret = ("stdout", "stderr") if inputs.MAKE_OUTPUT_SECRET & wanted.secrets else ()
        if preview:
            return wanted.with_values(secret, stdout=UNKNOWN, stderr=UNKNOWN)
        previous = {} if recorded is None else recorded.values
        command = inputs.command_for(operation, wanted.values)
        if command is None:
            return wanted.with_values(secret, stdout=previous.get("stdout") or "", stderr=previous.get("stderr") or "")
        try:
            stdout, stderr = self._processes.run(_process(command, wanted.values, previous), lambda line: self._log(urn, line))
        except CommandFailed as failure:
            context.abort(grpc.StatusCode.UNKNOWN, str(failure))
        return wanted.with_values(secret, stdout=stdout, stderr=stderr)


def _process(command: str, declared: Any, previous: Any) -> Command:
    return Command(
        shown=command,
        arguments=inputs.arguments(declared, command),
        environ=inputs.environment(os.environ, declared, previous),
        stdin=declared.get("stdin") or "",
        folder=declared.get("dir"),
        logged=inputs.logged_streams(declared),
    )


def _refuse(context: Context, token: str) -> NoReturn:
    context.abort(
        grpc.StatusCode.UNIMPLEMENTED,
        f"this stand-in of pulumi-resource-command runs {inputs.COMMAND} only, not {token}; {inputs.REAL_PLUGIN}",
    )
