"""A stand-in for the Pulumi engine: check, diff, create, update and replace, deletes last, and a state after every step.

As the real one does: a resource waits for what it depends on and for nothing else, after the first error nothing new is
started, what was accepted but is not in force is recorded with its error and updated next time, the old half of a
replacement is recorded as to be deleted. It calls the provider classes and knows nothing else of the package.
"""

import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from google.protobuf.struct_pb2 import Struct
from pulumi.dynamic import ReadResult
from pulumi.runtime.proto.provider_pb2 import ReadRequest

from aem_mail.errors import AemMailError
from aem_mail.resources.advanced_networking import AdvancedNetworkingProvider
from aem_mail.resources.base.provider import Provider
from aem_mail.resources.base.record import StackRecord
from aem_mail.resources.base.sdk import NotReady
from aem_mail.resources.environment_variable import EnvVarProvider, SecretEnvVarProvider
from aem_mail.resources.environment_variables import EnvVarsProvider
from aem_mail.resources.network_infrastructure import NetworkInfrastructureProvider
from aem_mail.resources.osgi_config import OsgiConfigProvider
from aem_mail.resources.port_forward import PortForwardProvider
from aem_mail.resources.port_forwards import PortForwardsProvider
from tests.soak.history import Operation, Program, Recorded, Result, Step
from tests.soak.record import record_of, told_by

PROVIDERS: Mapping[str, Provider] = {
    provider.kind.name: provider
    for provider in (
        NetworkInfrastructureProvider(),
        AdvancedNetworkingProvider(),
        PortForwardProvider(),
        PortForwardsProvider(),
        EnvVarProvider(),
        SecretEnvVarProvider(),
        EnvVarsProvider(),
        OsgiConfigProvider(),
    )
}
WAITING = frozenset({"AdvancedNetworking", "PortForward", "PortForwards"})
"""Kinds that depend on the infrastructure of their program, where the program declares one."""
EVERYTHING = 256
"""More operations at a time than any program has."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears of every step: the state after it, and how it ended; of a creation also that it begins."""

    state: Callable[[Sequence[Recorded]], None]
    operation: Callable[[Operation], None]
    creation: Callable[[Recorded], None] = lambda _: None


class Stopped(Exception):
    """Nothing new is started any more."""


class Engine:
    """One run on one stack."""

    def __init__(self, state: Sequence[Recorded], listener: Listener, cut_off: Sequence[Recorded] = (), width: int = EVERYTHING) -> None:
        """``cut_off`` are creations of earlier runs that never ended, which its record keeps; it runs ``width`` operations at a time."""
        self._state = list(state)
        self._listener = listener
        self._creating = list(cut_off)
        self._width = width
        self._slots = threading.Semaphore(width)
        self._told: Mapping[str, Any] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def record(self) -> StackRecord:
        """Return what the plugin can read of the state."""
        return record_of(lambda: list(self._state), lambda: list(self._creating))

    def stop(self) -> None:
        """Start nothing new, as after one Ctrl-C: what is under way ends and is recorded."""
        self._stopped.set()

    def up(self, program: Program) -> None:
        self._told = told_by(program, self._width)
        infrastructures: dict[str, Future[None]] = {}
        with ThreadPoolExecutor(max(1, 2 * len(program))) as pool:
            for name, declared in sorted(program.items(), key=lambda item: item[1].kind in WAITING):
                program_id = str(declared.properties.get("program_id"))
                after = infrastructures.get(program_id) if declared.kind in WAITING else None
                future = pool.submit(
                    self._guarded,
                    self._bring,
                    name,
                    declared.kind,
                    from_engine({**declared.properties, "logical_name": name, **self._told}),
                    after,
                )
                if declared.kind == "NetworkInfrastructure":
                    infrastructures[program_id] = future
        kept = {(name, one.kind) for name, one in program.items()}
        self._delete([one for one in self._state if (one.name, one.kind) not in kept or one.pending_delete])

    def destroy(self) -> None:
        self._delete(list(self._state))

    def refresh(self) -> None:
        with ThreadPoolExecutor(max(1, len(self._state))) as pool:
            for one in list(self._state):
                pool.submit(self._guarded, self._read, one)

    def _bring(self, name: str, kind: str, inputs: Mapping[str, Any], _after: "Future[None] | None") -> None:
        provider, old = PROVIDERS[kind], self._find(name, kind)
        checked = self._checked(name, kind, {} if old is None else old.inputs, inputs)
        if old is None:
            self._create(name, kind, checked)
            return
        diff = provider.diff(old.id, dict(old.outputs), dict(checked))
        if diff.replaces:
            self._replace(old, inputs, delete_first=bool(diff.delete_before_replace))
        elif diff.changes or old.init_errors:
            self._update(old, checked)
        else:
            self._record(replace(old, inputs=checked), instead_of=old)
            self._note(Operation(name, kind, Step.SAME, Result.DONE))

    def _checked(self, name: str, kind: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        self._go_on()
        result = PROVIDERS[kind].check(dict(olds), dict(news))
        if result.failures:
            # As the engine does: the value of a property that a failure names is printed with it.
            named = [f"{one.property} {news.get(one.property)} " if one.property else "" for one in result.failures]
            text = "; ".join(f"{name}{one.reason}" for name, one in zip(named, result.failures, strict=True))
            self._failed(Operation(name, kind, Step.CHECK, Result.FAILED, f"{name}: {text}"))
        checked: dict[str, Any] = from_engine(result.inputs)
        return checked

    def _replace(self, old: Recorded, inputs: Mapping[str, Any], *, delete_first: bool) -> None:
        checked = self._checked(old.name, old.kind, {}, inputs)
        if delete_first:
            self._delete_one(old)
        self._create(old.name, old.kind, checked, replaced=None if delete_first else old)

    def _create(self, name: str, kind: str, inputs: dict[str, Any], replaced: Recorded | None = None) -> None:
        new = Recorded(name, kind, "", inputs, {})

        def create() -> Recorded:
            self._creating.append(new)
            self._listener.creation(new)
            try:
                created = PROVIDERS[kind].create(dict(inputs))
            finally:
                self._creating = [one for one in self._creating if one is not new]
            return replace(new, id=str(created.id), outputs=from_engine(created.outs or {}))

        to_go = None if replaced is None else (replaced, replace(replaced, pending_delete=True))
        self._change(Step.CREATE, new, create, to_go)

    def _update(self, old: Recorded, inputs: dict[str, Any]) -> None:
        new = replace(old, inputs=inputs, init_errors=())

        def update() -> Recorded:
            updated = PROVIDERS[old.kind].update(old.id, dict(old.outputs), dict(inputs))
            return replace(new, outputs=from_engine(updated.outs or {}))

        self._change(Step.UPDATE, new, update, (old, None))

    def _change(self, step: Step, new: Recorded, change: Callable[[], Recorded], old: tuple[Recorded, Recorded | None] | None) -> None:
        """Carry out one step; ``old`` is the record that the new one stands beside or instead of, and what becomes of it."""
        self._go_on()
        try:
            recorded = change()
        except NotReady as unready:
            record = replace(new, id=unready.id, outputs=from_engine(unready.outs), init_errors=(str(unready),))
            self._record_both(record, old)
            self._failed(Operation(new.name, new.kind, step, Result.UNREADY, str(unready)))
        except Exception as error:
            self._failed(_failure(new.name, new.kind, step, error))
        else:
            self._record_both(recorded, old)
            self._note(Operation(new.name, new.kind, step, Result.DONE))

    def _delete(self, leaving: Iterable[Recorded]) -> None:
        for those in self._phases(list(leaving)):
            if those and not self._stopped.is_set():
                with ThreadPoolExecutor(len(those)) as pool:
                    for one in those:
                        pool.submit(self._guarded, self._delete_one, one)

    def _phases(self, leaving: Sequence[Recorded]) -> Iterator[Sequence[Recorded]]:
        """Yield what is deleted at the same time."""
        for last in (False, True):
            yield [one for one in leaving if (one.kind == "NetworkInfrastructure") is last]

    def _delete_one(self, one: Recorded) -> None:
        self._go_on()
        try:
            PROVIDERS[one.kind].delete(one.id, dict(one.outputs))
        except Exception as error:
            self._failed(_failure(one.name, one.kind, Step.DELETE, error))
        self._record(None, instead_of=one)
        self._note(Operation(one.name, one.kind, Step.DELETE, Result.DONE))

    def _read(self, one: Recorded) -> None:
        self._go_on()
        try:
            read = _asked(ReadRequest(inputs=_struct(one.inputs)), one)
        except Exception as error:
            self._failed(_failure(one.name, one.kind, Step.READ, error))
        if read.id:
            self._record(replace(one, inputs=from_engine(read.inputs or {}), outputs=from_engine(read.outs or {})), instead_of=one)
        else:
            self._record(None, instead_of=one)
        self._note(Operation(one.name, one.kind, Step.READ, Result.DONE))

    def _guarded(self, step: Callable[..., None], *args: Any) -> None:
        """Take a step once what it waits for, its last argument, has ended and one of the engine's operations is free for it."""
        if isinstance(args[-1], Future):
            args[-1].result()
        try:
            with self._slots:
                step(*args)
        except Stopped:
            return
        except Exception as error:  # a defect of a check or a diff
            name = str(getattr(args[0], "name", args[0]))
            with self._lock:
                self._listener.operation(_failure(name, "", Step.CHECK, error))
            self.stop()

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise Stopped

    def _failed(self, operation: Operation) -> None:
        self._note(operation)
        self.stop()
        raise Stopped

    def _find(self, name: str, kind: str) -> Recorded | None:
        with self._lock:
            return next((one for one in self._state if (one.name, one.kind) == (name, kind) and not one.pending_delete), None)

    def _record(self, one: Recorded | None, *, instead_of: Recorded | None) -> None:
        with self._lock:
            self._state = [other for other in self._state if other is not instead_of]
            if one is not None:
                self._state.append(one)
            self._listener.state(tuple(self._state))

    def _record_both(self, new: Recorded, old: tuple[Recorded, Recorded | None] | None) -> None:
        before, after = old or (None, None)
        with self._lock:
            self._state = [*(one for one in self._state if one is not before), *([after] if after else []), new]
            self._listener.state(tuple(self._state))

    def _note(self, operation: Operation) -> None:
        with self._lock:
            self._listener.operation(operation)


def _asked(request: ReadRequest, one: Recorded) -> ReadResult:
    """Read a resource, with the call at hand that the plugin's handler has in the real engine."""
    assert request.inputs is not None
    return PROVIDERS[one.kind].read(one.id, dict(one.outputs))


def _struct(properties: Mapping[str, Any]) -> Struct:
    struct = Struct()
    struct.update(properties)
    return struct


def _failure(name: str, kind: str, step: Step, error: Exception) -> Operation:
    if isinstance(error, AemMailError):
        return Operation(name, kind, step, Result.FAILED, str(error))
    return Operation(name, kind, step, Result.FAILED, "".join(traceback.format_exception(error)), expected=False)


def from_engine(value: Any) -> Any:
    """Return what survives the engine: JSON, with every number as a float and without nulls."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, Mapping):
        return {str(name): from_engine(item) for name, item in value.items() if item is not None}
    return [from_engine(item) for item in value]
