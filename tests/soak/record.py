"""What the stand-in tells the plugin as a program does, and what the stack's record shows of it, as Pulumi exports it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from aem_mail.kinds.kind import TYPE_PREFIX
from aem_mail.resources.base.program import NAME, DeclaredResource, declaration
from aem_mail.resources.base.record import StackRecord
from aem_mail.stack.export import Export, ExportedResource
from aem_mail.stack.recorded import RecordedStack, recorded_stack
from tests.soak.history import Program, Recorded

STACK: Final = "organization/soak/stack"


def told_by(program: Program, width: int) -> Mapping[str, Any]:
    """Return the input by which a program tells the plugin what it declares, and how many operations run at a time."""
    declared = declaration(DeclaredResource(one.kind, name, one.properties) for name, one in program.items())
    return {NAME: {"stack": STACK, "dry_run": False, "urn": "", "parallel": width, "declared": declared}}


def record_of(state: Callable[[], Sequence[Recorded]], pending: Callable[[], Sequence[Recorded]]) -> StackRecord:
    """Return the record of a stack as the engine has it when it is read; ``pending`` are creations that have not ended."""

    def read(stack: str, project: Path) -> RecordedStack:
        assert stack == STACK
        return recorded_stack("stack", Export(tuple(map(_exported, state())), tuple(("creating", _exported(one)) for one in pending())))

    return StackRecord(read)


def _exported(one: Recorded) -> ExportedResource:
    type_ = f"{TYPE_PREFIX}{one.kind}"
    return ExportedResource(
        f"urn:pulumi:stack::soak::{type_}::{one.name}", type_, one.id, one.inputs, one.outputs, "", (), leftover=one.pending_delete
    )
