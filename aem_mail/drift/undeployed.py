"""What the present program wants and no `pulumi up` has recorded yet, from a preview of the stack."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from aem_mail.drift.finding import DriftFinding, Property
from aem_mail.drift.places import place_of
from aem_mail.kinds import Scope, identity, normalise, thing
from aem_mail.kinds.requests import Operation
from aem_mail.model import UNKNOWN, Properties
from aem_mail.model.drift_classes import DriftClass
from aem_mail.plan.changes import Change, changes_of
from aem_mail.stack.preview import Preview
from aem_mail.stack.recorded import RecordedResource, is_hidden
from aem_mail.stack.values import MASKED

SENTENCES: Final = {
    Operation.CREATE: "The program declares it, and no `pulumi up` has created it yet.",
    Operation.UPDATE: "The program declares something else than the last `pulumi up` recorded.",
    Operation.DELETE: "The program does not declare it any more, and no `pulumi up` has removed it yet.",
}


def undeployed(stack: str, preview: Preview) -> Iterator[DriftFinding]:
    """Yield a finding for each change that `pulumi up` would make without any drift."""
    for change in changes_of(preview.steps):
        environment = change.environment
        yield DriftFinding(
            DriftClass.UNDEPLOYED,
            change.kind,
            _id(change),
            thing(change.kind, change.properties),
            SENTENCES[change.operation],
            stack,
            change.name,
            change.urn,
            None if change.scope is Scope.PROJECT else change.program_id,
            None if environment is None else environment.environment_id,
            tuple(_properties(change)),
            fixed_by_up=True,
            place=place_of(change.kind, _id(change), change.properties),
        )


def wanted_by(preview: Preview | None) -> Mapping[str, Properties]:
    """Return what the program wants of each resource, by its URN."""
    steps = () if preview is None else preview.steps
    return {step.urn: normalise(step.kind, step.new.inputs) for step in steps if step.kind is not None and step.new is not None}


def declared_by(preview: Preview | None) -> Sequence[RecordedResource]:
    """Return what the program declares, as far as its ids are known, so that it counts as declared before any `pulumi up`."""
    found = []
    for step in () if preview is None else preview.steps:
        if step.kind is not None and step.new is not None:
            inputs = normalise(step.kind, step.new.inputs)
            try:
                found.append(RecordedResource(step.kind, step.urn, identity(step.kind, inputs), inputs, {}))
            except ValueError:
                continue
    return found


def _id(change: Change) -> str:
    try:
        return identity(change.kind, change.properties)
    except ValueError:
        return change.name


def _properties(change: Change) -> Iterator[Property]:
    for name in change.changed if change.operation is Operation.UPDATE else ():
        recorded, wanted = _shown(change.recorded, name), _shown(change.wanted, name)
        yield Property(name, recorded, recorded, None, wanted)


def _shown(properties: Properties, name: str) -> object:
    value = properties.get(name)
    if value is UNKNOWN:
        return "(known after up)"
    stands_for_a_secret = isinstance(value, str) and value.startswith(f"{MASKED} ")
    return MASKED if stands_for_a_secret or is_hidden(properties, name) else value
