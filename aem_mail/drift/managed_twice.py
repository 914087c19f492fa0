"""What several stacks of a run manage at once, which one of them alone should."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from aem_mail.drift.state import StackState
from aem_mail.kinds import Scope, kind_named
from aem_mail.stack.recorded import RecordedResource
from aem_mail.text.words import listed

Managers = Mapping[tuple[str, str], Sequence[str]]
"""By kind and id of a resource: the stacks that have recorded it."""


def managers(stacks: Iterable[StackState]) -> Managers:
    """Return who manages what, except for what may be shared."""
    found: dict[tuple[str, str], list[str]] = {}
    for state in stacks:
        for one in state.resources:
            if not one.leftover and not _may_be_shared(one):
                found.setdefault((one.kind, one.id), []).append(state.name)
    return found


def managed_twice(state: StackState, managers: Managers) -> Iterator[str]:
    """Yield a warning for each resource of a stack that another stack manages too."""
    for one in state.resources:
        others = sorted({*managers.get((one.kind, one.id), ())} - {state.name})
        if others and not one.leftover:
            fix = " (egress.mode existing in the others)" if one.scope is Scope.PROGRAM else ""
            yield (
                f"Warning: {one.kind} {one.name} ({one.id}) is managed by {'stacks' if len(others) > 1 else 'stack'} {listed(others)} too, "
                f"so that each changes and deletes what the other needs. Let one stack manage it{fix}."
            )


def _may_be_shared(resource: RecordedResource) -> bool:
    """Say whether several stacks may have it at once: each leaves the others' share of an enablement, or of a project, alone."""
    return resource.scope is Scope.PROJECT or kind_named(resource.kind).enables
