"""Steps and changes as a preview would tell them, from a resource's properties."""

from collections.abc import Mapping, Sequence
from typing import Any

from aem_mail.kinds import identity
from aem_mail.kinds.kind import TYPE_PREFIX
from aem_mail.plan.changes import Change, changes_of, recorded_states
from aem_mail.plan.rehearsal import Dependencies, Rehearsal, rehearse
from aem_mail.plan.world import World, recorded_world
from aem_mail.stack.preview import PreviewStep, ResourceState

P, E = "10001", "20001"
PLACE: Mapping[str, Any] = {"program_id": P, "environment_id": E}
INFRASTRUCTURE: Mapping[str, Any] = {"program_id": P, "kind": "flexiblePortEgress", "region": "va7"}


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:test::project::{TYPE_PREFIX}{kind}::{name}"


def step(operation: str, kind: str, name: str, old: Mapping[str, Any] | None = None, new: Mapping[str, Any] | None = None) -> PreviewStep:
    """Return one step; ``old`` are outputs, made here unless they say otherwise, ``new`` are inputs."""
    recorded = None if old is None else {"origin": "created", **old}
    return PreviewStep(
        operation,
        urn(kind, name),
        TYPE_PREFIX + kind,
        None if recorded is None else ResourceState(identity(kind, recorded), recorded, recorded),
        None if new is None else ResourceState("", new, {}),
    )


def create(kind: str, name: str, /, **wanted: Any) -> PreviewStep:
    return step("create", kind, name, None, {"logical_name": name, **wanted})


def same(kind: str, name: str, /, **recorded: Any) -> PreviewStep:
    return step("same", kind, name, recorded, recorded)


def update(kind: str, name: str, recorded: Mapping[str, Any], /, **moved: Any) -> PreviewStep:
    return step("update", kind, name, recorded, {**recorded, **moved})


def delete(kind: str, name: str, /, **recorded: Any) -> PreviewStep:
    return step("delete", kind, name, recorded)


def rule(port_orig: int, name: str = "smtp.example.com", **more: Any) -> dict[str, Any]:
    return {**PLACE, "name": name, "port_dest": 465, "port_orig": port_orig, **more}


def variable(name: str, value: str = "x", **more: Any) -> dict[str, Any]:
    return {**PLACE, "name": name, "value": value, **more}


def secret(name: str, fingerprint: str = "fp1:1", **more: Any) -> dict[str, Any]:
    return {**PLACE, "name": name, "value": "[secret]", "fingerprint": fingerprint, **more}


def changes(*steps: PreviewStep) -> tuple[Change, ...]:
    return changes_of(steps)


def recorded(*steps: PreviewStep) -> World:
    return recorded_world(recorded_states(steps), changes(*steps))


def moved(kind: str, name: str, recorded: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[PreviewStep, ...]:
    """Return the steps of a replacement that is created first."""
    new = {"logical_name": name, **wanted}
    return tuple(
        step(operation, kind, name, recorded, None if operation == "delete-replaced" else new)
        for operation in ("create-replacement", "replace", "delete-replaced")
    )


def rehearsed(
    *steps: PreviewStep,
    world: World | None = None,
    dependencies: Dependencies | None = None,
    width: int | None = None,
) -> Rehearsal:
    """Rehearse steps against what the stack has recorded, or against another world."""
    return rehearse(changes(*steps), recorded(*steps) if world is None else world, dependencies, width)


def refusals(rehearsal: Rehearsal) -> Sequence[str]:
    return [f"{refusal.change.name}: {refusal.error}" for refusal in rehearsal.refusals]
