"""What the stand-in tells the plugin as a program does, and what the stack's record shows of it, as Pulumi exports it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from aem_mail.kinds import normalise
from aem_mail.kinds.kind import TYPE_PREFIX
from aem_mail.resources.base.program import NAME, DeclaredResource, declaration
from aem_mail.resources.base.record import StackRecord
from aem_mail.stack.recorded import PendingOperation, RecordedResource, RecordedStack
from tests.soak.history import Program, Recorded

STACK: Final = "organization/soak/stack"


def told_by(program: Program, width: int) -> Mapping[str, Any]:
    """Return the input by which a program tells the plugin what it declares, and how many operations run at a time."""
    declared = declaration((DeclaredResource(one.kind, name, one.properties), None) for name, one in program.items())
    return {NAME: {"stack": STACK, "dry_run": False, "urn": "", "parallel": width, "declared": declared}}


def record_of(state: Callable[[], Sequence[Recorded]], pending: Callable[[], Sequence[Recorded]]) -> StackRecord:
    """Return the record of a stack as the engine has it when it is read; ``pending`` are creations that have not ended."""

    def read(stack: str, project: Path) -> RecordedStack:
        assert stack == STACK
        return RecordedStack(
            "stack",
            tuple(map(_resource, state())),
            tuple(PendingOperation("creating", _resource(one)) for one in pending()),
        )

    return StackRecord(read)


def _resource(one: Recorded) -> RecordedResource:
    inputs, outputs = (normalise(one.kind, side) for side in (one.inputs, one.outputs or one.inputs))
    urn = f"urn:pulumi:stack::soak::{TYPE_PREFIX}{one.kind}::{one.name}"
    return RecordedResource(one.kind, urn, one.id, inputs, outputs, one.pending_delete)
