"""The plugin as a process: serve on a free loopback port, print it, and end when the engine says so."""

import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2_grpc

from .service import CommandProvider

WIDTH: Final = 256
"""Commands at a time; the engine's own limit is `--parallel`."""

LARGEST_MESSAGE: Final = 400 * 2**20
OPTIONS: Final = [("grpc.max_receive_message_length", LARGEST_MESSAGE), ("grpc.max_send_message_length", LARGEST_MESSAGE)]
PATIENCE_SECONDS: Final = 2.0


class EngineLog:
    """Shows lines beside a resource while it changes; without an engine's address it shows none."""

    def __init__(self, address: str | None) -> None:
        self._engine = None if address is None else engine_pb2_grpc.EngineStub(grpc.insecure_channel(address, options=OPTIONS))

    def __call__(self, urn: str, line: str) -> None:
        if self._engine is not None and line:
            # An engine that has gone away, or hangs, must not keep a command from being read to its end.
            with suppress(grpc.RpcError):
                request = engine_pb2.LogRequest(severity=engine_pb2.INFO, message=line, urn=urn, ephemeral=True)
                self._engine.Log(request, timeout=PATIENCE_SECONDS)


def main(arguments: list[str]) -> int:
    """Serve until SIGINT or SIGTERM; ``arguments`` end with the engine's address."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    provider = CommandProvider(EngineLog(arguments[-1] if arguments else None))
    server = grpc.server(ThreadPoolExecutor(WIDTH), options=OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    ended.wait()
    provider.stop()
    server.stop(PATIENCE_SECONDS).wait(PATIENCE_SECONDS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
