"""A preview of the engine's stand-in, as the events of the real one tell it: secrets masked, numbers whole."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aem_mail.kinds.kind import TYPE_PREFIX
from aem_mail.plan.order import Dependencies
from aem_mail.stack.preview import Preview, State, Step
from aem_mail.stack.values import MASKED, properties_of
from tests.soak.engine import PROVIDERS, WAITING, from_engine
from tests.soak.history import Declared, Program, Recorded

SECRETS = {"SecretEnvVar": ("value",), "NetworkInfrastructure": ("connections",)}


def previewed(state: Sequence[Recorded], program: Program) -> Preview:
    """Return what the engine would do to get from a state to a program."""
    recorded = {(one.name, one.kind): one for one in state}
    steps = [step for name, declared in program.items() for step in _steps(name, declared, recorded.get((name, declared.kind)))]
    kept = {(name, declared.kind) for name, declared in program.items()}
    gone = [_step("delete", one.name, one.kind, one, None) for place, one in recorded.items() if place not in kept]
    return Preview((*(step for step in steps if step.operation != "delete-replaced"), *gone, *_replaced(steps)), config={}, succeeded=True)


def dependencies_of(state: Sequence[Recorded], program: Program) -> Dependencies:
    """Return what the stand-in waits for: networking for the infrastructure of its program."""
    now = [(name, one.kind, one.properties) for name, one in program.items()]
    then = [(one.name, one.kind, one.inputs) for one in state]
    condemned = [one for one in then if (one[0], one[1]) not in {(name, kind) for name, kind, _ in now}]
    return Dependencies(_waits(now), _waits(condemned) or {"urn:none": []})


def _steps(name: str, declared: Declared, old: Recorded | None) -> Iterator[Step]:
    provider = PROVIDERS[declared.kind]
    given = from_engine({**declared.properties, "logical_name": name})
    checked = provider.check({} if old is None else dict(old.inputs), given).inputs
    if old is None:
        yield _step("create", name, declared.kind, None, checked)
        return
    diff = provider.diff(old.id, dict(old.outputs), dict(checked))
    if diff.replaces:
        yield _step("create-replacement", name, declared.kind, old, provider.check({}, given).inputs)
        yield _step("delete-replaced", name, declared.kind, old, None)
    else:
        yield _step("update" if diff.changes or old.init_errors else "same", name, declared.kind, old, checked)


def _replaced(steps: Sequence[Step]) -> list[Step]:
    return [step for step in steps if step.operation == "delete-replaced"]


def _step(operation: str, name: str, kind: str, old: Recorded | None, new: Mapping[str, Any] | None) -> Step:
    before = None if old is None else State(old.id, _masked(kind, old.inputs), _masked(kind, old.outputs))
    return Step(operation, _urn(kind, name), TYPE_PREFIX + kind, before, None if new is None else State("", _masked(kind, new), {}))


def _masked(kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    masked = {name: MASKED for name in SECRETS.get(kind, ()) if properties.get(name) is not None}
    return properties_of({**properties, **masked})


def _waits(resources: Sequence[tuple[str, str, Mapping[str, Any]]]) -> dict[str, list[str]]:
    infrastructures = {str(of["program_id"]): _urn(kind, name) for name, kind, of in resources if kind == "NetworkInfrastructure"}
    return {
        _urn(kind, name): [infrastructures[program]] if kind in WAITING and (program := str(of["program_id"])) in infrastructures else []
        for name, kind, of in resources
    }


def _urn(kind: str, name: str) -> str:
    return f"urn:pulumi:test::project::{TYPE_PREFIX}{kind}::{name}"
