"""Each change as one row: a replacement is one, though it is a creation and a deletion."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from aem_mail.kinds import Scope, decide, kind_named, thing
from aem_mail.kinds.requests import Operation
from aem_mail.plan.changes import Change

REPLACE: Final = "replace"


@dataclass(frozen=True, slots=True)
class Row:
    """A change as it is told. ``thing`` says what it is about, in the words of the API; never a variable's value.

    ``state_only``: nothing is sent for it; ``kept``: it leaves the state, and what is live stays; ``adopted``: it is there as declared.
    """

    operation: str
    kind: str
    name: str
    urn: str
    program_id: str | None
    environment_id: str | None
    thing: str
    changed: tuple[str, ...]
    state_only: bool
    kept: bool
    adopted: bool


def rows_of(changes: Iterable[Change]) -> list[Row]:
    """Return the rows, sorted by environment, kind and name."""
    found: dict[tuple[str, str], Row] = {}
    for change in changes:
        row = _row(change)
        if change.replacement and change.operation is Operation.DELETE:
            found.setdefault((row.urn, row.operation), row)
        else:
            found[row.urn, row.operation] = row
    return sorted(found.values(), key=lambda row: (row.program_id or "", row.environment_id or "", row.kind, row.name, row.operation))


def _row(change: Change) -> Row:
    environment = change.environment
    return Row(
        REPLACE if change.replacement else str(change.operation),
        change.kind,
        change.name,
        change.urn,
        None if change.scope is Scope.PROJECT else change.program_id,
        None if environment is None else environment.environment_id,
        thing(change.kind, change.properties),
        change.changed,
        change.operation is Operation.UPDATE and decide(change.kind, change.recorded, change.wanted).state_only,
        _stays(change),
        change.adopted,
    )


def _stays(change: Change) -> bool:
    """Say whether what is live outlives the resource, as far as the stack alone knows."""
    outlives = change.operation is Operation.DELETE and kind_named(change.kind).outlives(change.recorded)
    return (change.kept and not change.replacement) or outlives
