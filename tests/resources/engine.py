"""As much of the engine as a provider can tell: numbers as floats, what is recorded, and what is called in which order."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from pulumi.runtime import rpc

from aem_mail.resources.base.provider import Provider
from aem_mail.resources.base.sdk import NotReady

from .runs import begin_again

Program = Mapping[str, tuple[Provider, Mapping[str, Any]]]
"""Logical name → provider and arguments."""


@dataclass
class Recorded:
    """One resource of the state."""

    provider: Provider
    id: str
    inputs: dict[str, Any]
    outs: dict[str, Any]
    init_error: str | None = None


@dataclass
class Engine:
    """A stack: its state, and the errors of the last run by logical name; ``width`` operations run at a time."""

    width: int = 64
    state: dict[str, Recorded] = field(default_factory=dict)
    errors: dict[str, BaseException] = field(default_factory=dict)

    def up(self, program: Program) -> "Engine":
        """Check everything, create and update, then delete what is not declared any more."""
        self._begin()
        checked = {name: self._check(name, provider, props) for name, (provider, props) in program.items()}
        wanted = {name: inputs for name, inputs in checked.items() if inputs is not None}
        self._together([lambda name=name, inputs=inputs: self._put(name, program[name][0], inputs) for name, inputs in wanted.items()])  # type: ignore[misc]
        if not self.errors:
            self._remove([name for name in self.state if name not in program])
        return self

    def refresh(self) -> "Engine":
        self._begin()
        self._together([lambda name=name: self._read(name) for name in list(self.state)])  # type: ignore[misc]
        return self

    def destroy(self) -> "Engine":
        self._begin()
        self._remove(list(self.state))
        return self

    def outputs(self, name: str) -> dict[str, Any]:
        return self.state[name].outs

    def _begin(self) -> None:
        begin_again()
        self.errors = {}

    def _check(self, name: str, provider: Provider, props: Mapping[str, Any]) -> dict[str, Any] | None:
        before = self.state.get(name)
        result = provider.check({} if before is None else before.inputs, as_floats({**props, "logical_name": name}))
        if result.failures:
            self.errors[name] = AssertionError("; ".join(f"{one.property}: {one.reason}" for one in result.failures))
            return None
        inputs: dict[str, Any] = in_the_clear(result.inputs)
        return inputs

    def _put(self, name: str, provider: Provider, inputs: dict[str, Any]) -> None:
        before = self.state.get(name)
        id_ = "" if before is None else before.id
        try:
            if before is None:
                created = provider.create(inputs)
                id_, outs = str(created.id), created.outs
            else:
                diff = provider.diff(before.id, as_floats(before.outs), inputs)
                if not diff.changes and before.init_error is None:
                    return
                assert not diff.replaces, f"{name} would be replaced: {diff.replaces}"
                outs = provider.update(before.id, as_floats(before.outs), inputs).outs
            self.state[name] = Recorded(provider, id_, inputs, dict(outs or {}))
        except NotReady as error:
            self.state[name] = Recorded(provider, error.id, dict(error.inputs), dict(error.outs), str(error))
            self.errors[name] = error
        except Exception as error:
            self.errors[name] = error

    def _read(self, name: str) -> None:
        before = self.state[name]
        try:
            live = before.provider.read(before.id, as_floats(before.outs))
        except Exception as error:
            self.errors[name] = error
            return
        if not live.id:
            del self.state[name]
            return
        self.state[name] = Recorded(before.provider, before.id, dict(live.inputs or {}), dict(live.outs or {}))

    def _remove(self, names: Sequence[str]) -> None:
        self._together([lambda name=name: self._delete(name) for name in names])  # type: ignore[misc]

    def _delete(self, name: str) -> None:
        recorded = self.state[name]
        try:
            recorded.provider.delete(recorded.id, as_floats(recorded.outs))
        except Exception as error:
            self.errors[name] = error
        else:
            del self.state[name]

    def _together(self, steps: Sequence[Callable[[], None]]) -> None:
        with ThreadPoolExecutor(self.width) as pool:
            for future in [pool.submit(step) for step in steps]:
                future.result(60)


def in_the_clear(value: Any) -> Any:
    """Return what a check answers as the engine hands it to the provider again: its secrets are for the state alone."""
    value = rpc.unwrap_rpc_secret(value)
    if isinstance(value, Mapping):
        return {name: in_the_clear(item) for name, item in value.items()}
    return [in_the_clear(item) for item in value] if isinstance(value, list) else value


def as_floats(value: Any) -> Any:
    """Return JSON data as it comes out of the engine: all numbers are floats."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, Mapping):
        return {name: as_floats(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_floats(item) for item in value]
    return value
