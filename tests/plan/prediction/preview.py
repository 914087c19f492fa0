"""A preview of the engine's stand-in, as the events of the real one tell it: secrets masked, numbers whole."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from aem_mail.kinds import kind_named
from aem_mail.kinds.entries import EntriesKind
from aem_mail.kinds.kind import TYPE_PREFIX
from aem_mail.plan.order import Dependencies
from aem_mail.plan.order import by_entry as dependencies_by_entry
from aem_mail.stack.preview import Preview, PreviewStep, ResourceState, by_entry
from aem_mail.stack.tokens import entry_urn
from aem_mail.stack.values import MASKED, SIGNATURE, properties_of
from tests.plan.prediction.deletions import Leaving
from tests.resources.engine import in_the_clear
from tests.soak.components import renamed
from tests.soak.engine import PROVIDERS, WAITING, from_engine
from tests.soak.history import Declared, Program, Recorded

SECRETS = {"SecretEnvVar": ("value",), "EnvVars": ("secrets",), "NetworkInfrastructure": ("connections",)}


def previewed(state: Sequence[Recorded], program: Program) -> Preview:
    """Return what the engine would do to get from a state to a program."""
    recorded = {(one.name, one.kind): one for one in renamed(state, program)}
    steps = [step for name, declared in program.items() for step in _steps(name, declared, recorded.get((name, declared.kind)))]
    kept = {(name, declared.kind) for name, declared in program.items()}
    gone = [_step("delete", one.name, one.kind, one, None) for place, one in recorded.items() if place not in kept]
    whole = (*_at_once(steps), *gone, *_replaced(steps))
    return Preview(tuple(entry for step in whole for entry in by_entry(step)), config={}, succeeded=True)


def dependencies_of(state: Sequence[Recorded], program: Program, *, destroys: bool) -> Dependencies:
    """Return what the stand-in waits for: networking for the infrastructure of its program, and whatever goes for its component."""
    leaving = [one for one in renamed(state, program) if (one.name, one.kind) not in {(name, one.kind) for name, one in program.items()}]
    required = Leaving(leaving, program, destroys).requirements()
    recorded = {_urn(kind, name): [_urn(kind, name) for name, kind in those] for (name, kind), those in required.items()}
    members = [urn for one in leaving for urn in _members(one.name, one.kind, one.outputs)]
    members += [urn for name, one in program.items() for urn in _members(name, one.kind, one.properties)]
    return Dependencies(dependencies_by_entry(_waits(program), members), dependencies_by_entry(recorded, members) or {"urn:none": []})


def _members(name: str, kind: str, properties: Mapping[str, Any]) -> list[str]:
    """Return the URNs of a set's entries, of any other resource its own."""
    registered, whole = kind_named(kind), _urn(kind, name)
    if not isinstance(registered, EntriesKind):
        return [whole]
    return [entry_urn(whole, entry.name) for entry in registered.entries(registered.normalise(properties))]


def _steps(name: str, declared: Declared, old: Recorded | None) -> Iterator[PreviewStep]:
    provider = PROVIDERS[declared.kind]
    given = from_engine({**declared.properties, "logical_name": name})
    checked = _checked(name, declared.kind, {} if old is None else old.inputs, given)
    if old is None:
        yield _step("create", name, declared.kind, None, checked)
        return
    diff = provider.diff(old.id, dict(old.outputs), dict(checked))
    if diff.replaces:
        created = _step("create-replacement", name, declared.kind, old, _checked(name, declared.kind, {}, given))
        deleted = _step("delete-replaced", name, declared.kind, old, None)
        yield from [deleted, created] if diff.delete_before_replace else [created, deleted]
    else:
        yield _step("update" if diff.changes or old.init_errors else "same", name, declared.kind, old, checked)


def _checked(name: str, kind: str, recorded: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Check inputs; what `check` refuses fails every preview, so that there is no plan to compare."""
    result = PROVIDERS[kind].check(dict(recorded), dict(given))
    assert not result.failures, f"the pair declares {name} as nothing that passes: {result.failures[0].reason}"
    inputs: dict[str, Any] = in_the_clear(result.inputs)
    return inputs


def _at_once(steps: Sequence[PreviewStep]) -> list[PreviewStep]:
    """Return all steps but the deletions of what was replaced by then."""
    return [step for step in steps if step not in _replaced(steps)]


def _replaced(steps: Sequence[PreviewStep]) -> list[PreviewStep]:
    return [
        step
        for before, step in pairwise(steps)
        if step.operation == "delete-replaced" and (before.operation, before.urn) == ("create-replacement", step.urn)
    ]


def _step(operation: str, name: str, kind: str, old: Recorded | None, new: Mapping[str, Any] | None) -> PreviewStep:
    before = None if old is None else ResourceState(old.id, _masked(kind, old.inputs), _masked(kind, old.outputs))
    return PreviewStep(
        operation, _urn(kind, name), TYPE_PREFIX + kind, before, None if new is None else ResourceState("", _masked(kind, new), {})
    )


def _masked(kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    masked = {name: hidden(properties[name], MASKED) for name in SECRETS.get(kind, ()) if properties.get(name) is not None}
    return properties_of({**properties, **masked})


def hidden(secret: Any, mask: Any) -> Any:
    """Return what is shown of a secret: ``mask``, of the entries of a set that of each value."""
    return {name: hidden(one, mask) for name, one in secret.items()} if isinstance(secret, Mapping) and SIGNATURE not in secret else mask


def _waits(program: Program) -> dict[str, list[str]]:
    infrastructures = {
        str(one.properties["program_id"]): _urn(one.kind, name) for name, one in program.items() if one.kind == "NetworkInfrastructure"
    }
    return {
        _urn(one.kind, name): [infrastructures[program_id]]
        for name, one in program.items()
        if one.kind in WAITING and (program_id := str(one.properties["program_id"])) in infrastructures
    }


def _urn(kind: str, name: str) -> str:
    return f"urn:pulumi:test::project::{TYPE_PREFIX}{kind}::{name}"
