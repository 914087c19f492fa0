"""What a program asks the engine to register, without an engine."""

import asyncio
import contextvars
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockMonitor, MockResourceArgs, Mocks, set_mocks

PUBLISHED = '{"commit": "0123456789abcdef", "place": {"branch": "main"}, "pushed": true, "execution": "1"}'

LOOP = asyncio.new_event_loop()
"""Of all programs: the SDK's mocks give the threads of a loop loops of their own, which nobody closes when it ends."""


@dataclass(frozen=True)
class Registered:
    """One resource as the engine is asked to register it."""

    kind: str
    name: str
    inputs: Mapping[str, Any]
    depends_on: tuple[str, ...]


class Engine(MockMonitor):
    """Keeps what it is asked to register."""

    def __init__(self) -> None:
        super().__init__(Answers())
        self.registered: list[Registered] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the name of the engine's call
        if request.custom:
            inputs = {name: rpc.unwrap_rpc_secret(value) for name, value in rpc.deserialize_properties(request.object).items()}
            names = tuple(sorted(urn.rpartition("::")[2] for urn in request.dependencies))
            self.registered.append(Registered(request.type.rpartition(":")[2], request.name, inputs, names))
        register: Any = super().RegisterResource
        return register(request)


class Answers(Mocks):
    """Gives back what it gets, and what a command of a PublishedConfiguration prints."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        answer = {"stdout": PUBLISHED} if args.typ == "command:local:Command" else {}
        return f"{args.name}-id", {**args.inputs, **answer}

    def call(self, args: Any) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return {}, None


def registered_by(program: Callable[[], Mapping[str, Any]], *, preview: bool = False) -> tuple[list[Registered], dict[str, Any]]:
    """Return what a program registers, and what the outputs that it returns are; in a ``preview`` some may not be known."""
    return contextvars.Context().run(_registered_by, program, preview)


def _registered_by(program: Callable[[], Mapping[str, Any]], preview: bool) -> tuple[list[Registered], dict[str, Any]]:
    engine, outputs = Engine(), dict[str, Any]()
    asyncio.set_event_loop(LOOP)
    set_mocks(engine.mocks, monitor=engine, preview=preview)

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def run() -> pulumi.Output[None]:
        return pulumi.Output.from_input(program()).apply(outputs.update)

    run()
    return engine.registered, outputs
