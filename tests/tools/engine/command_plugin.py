"""The stand-in of the command plugin as a process, spoken to as the engine does."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from tools.engine.command_plugin.properties import SECRET, SIGNATURE

REPOSITORY = Path(__file__).parents[3]
URN = "urn:pulumi:test::project::{kind}::name"
LONGEST = 30.0


def struct(values: Mapping[str, Any]) -> Struct:
    return ParseDict(dict(values), Struct())


def secret(value: Any) -> dict[str, Any]:
    return {SIGNATURE: SECRET, "value": value}


class Plugin:
    """The process and a client of it."""

    def __init__(self, process: "subprocess.Popen[str]", port: str) -> None:
        self.process = process
        self.stub = provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{port}"))

    def check(self, inputs: Mapping[str, Any], kind: str = "command:local:Command") -> dict[str, str]:
        """Return the failures as ``{property: reason}``."""
        request = provider_pb2.CheckRequest(urn=URN.format(kind=kind), news=struct(inputs))
        return {each.property: each.reason for each in self.stub.Check(request).failures}

    def diff(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, int]:
        """Return the kind of each change by its path."""
        answer = self.stub.Diff(provider_pb2.DiffRequest(olds=struct(old), old_inputs=struct(old), news=struct(new)))
        assert (answer.changes == provider_pb2.DiffResponse.DIFF_SOME) is bool(answer.detailedDiff)
        return {path: each.kind for path, each in answer.detailedDiff.items()}

    def create(self, inputs: Mapping[str, Any], *, preview: bool = False) -> dict[str, Any]:
        request = provider_pb2.CreateRequest(urn=URN.format(kind="command:local:Command"), properties=struct(inputs), preview=preview)
        return MessageToDict(self.stub.Create(request, timeout=LONGEST).properties)

    def update(self, state: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(urn=URN.format(kind="command:local:Command"), olds=struct(state), news=struct(inputs))
        return MessageToDict(self.stub.Update(request, timeout=LONGEST).properties)

    def delete(self, state: Mapping[str, Any]) -> None:
        self.stub.Delete(
            provider_pb2.DeleteRequest(urn=URN.format(kind="command:local:Command"), properties=struct(state)), timeout=LONGEST
        )


@contextmanager
def running(engine_address: str | None = None) -> Iterator[Plugin]:
    arguments = [] if engine_address is None else [engine_address]
    command = [sys.executable, "-m", "tools.engine.command_plugin", *arguments]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Plugin(process, process.stdout.readline().strip())
        finally:
            process.terminate()


class Listener(engine_pb2_grpc.EngineServicer):
    """The engine's side of the log."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, bool]] = []

    def Log(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        from google.protobuf.empty_pb2 import Empty  # noqa: PLC0415 - beside the one place that needs it

        self.lines.append((request.message, request.ephemeral))
        return Empty()
