"""From the steps of a preview to the changes of this package's resources."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from aem_mail.kinds import Scope, claim_keys, decide, kind_named, normalise
from aem_mail.kinds.kind import UNKNOWN_ID
from aem_mail.kinds.requests import Operation
from aem_mail.model import UNKNOWN, EnvironmentId, Properties
from aem_mail.stack.preview import REMOVE, PreviewStep, ResourceState
from aem_mail.stack.tokens import resource_name, whole_urn
from aem_mail.stack.values import MASKED


class Phase(StrEnum):
    """When the engine does it: creations and updates together, with what an update of a set removes, all other deletions after them.

    ``FIRST`` is the deletion that one resource's creation waits for, where the old one has to go before the new one comes.
    """

    FIRST = "first"
    TOGETHER = "together"
    AFTERWARDS = "afterwards"


DONE_TO: Final = {
    "create": Operation.CREATE,
    "create-replacement": Operation.CREATE,
    "update": Operation.UPDATE,
    "delete": Operation.DELETE,
    "delete-replaced": Operation.DELETE,
    REMOVE: Operation.DELETE,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one resource, with its recorded outputs (none when it is created) and its wanted inputs (none when it goes).

    Secrets are replaced by texts that are equal where their fingerprints are. ``changed`` names the inputs that differ.
    ``replacement`` marks both halves of one, ``kept`` a deletion that sends nothing, since the state lets go of it or another
    resource declares the same thing, ``adopted`` a creation that sends nothing, since it is there as declared.
    """

    operation: Operation
    phase: Phase
    kind: str
    urn: str
    recorded: Properties
    wanted: Properties
    changed: tuple[str, ...] = ()
    replacement: bool = False
    kept: bool = False
    adopted: bool = False

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return resource_name(self.urn)

    @property
    def properties(self) -> Properties:
        """What tells which thing it is about."""
        return self.recorded if self.operation is Operation.DELETE else self.wanted

    @property
    def resource(self) -> str:
        """The URN of the resource that is changed, also where the change is about one of its entries."""
        return whole_urn(self.urn)

    @property
    def scope(self) -> Scope:
        """What it changes."""
        return kind_named(self.kind).scope

    @property
    def program_id(self) -> str:
        """The program's id, UNKNOWN_ID where only `pulumi up` will know it."""
        return _id(self.properties.get("program_id"))

    @property
    def environment(self) -> EnvironmentId | None:
        """The environment it changes; None for a network infrastructure and for a file."""
        if not kind_named(self.kind).in_environment:
            return None
        return EnvironmentId(self.program_id, _id(self.properties.get("environment_id")))


def changes_of(steps: Sequence[PreviewStep]) -> tuple[Change, ...]:
    """Return the changes among a preview's steps, in their order."""
    claimed = {key for step in steps for key in _claims(step)}
    created = set[str]()
    found = []
    for step in steps:
        operation = DONE_TO.get(step.operation)
        if step.kind is None or operation is None:
            continue
        found.append(_change(step, operation, step.kind, claimed, created))
        if operation is Operation.CREATE:
            created.add(step.urn)
    return tuple(found)


def recorded_states(steps: Sequence[PreviewStep]) -> Iterator[tuple[str, Properties]]:
    """Yield kind and outputs of each resource that the stack has, refreshed where the preview did so."""
    seen = set[tuple[str, str]]()
    for step in steps:
        if step.kind is None or step.old is None or not step.old.id or (step.urn, step.old.id) in seen:
            continue
        seen.add((step.urn, step.old.id))
        yield step.kind, recorded_of(step.kind, step.old)


def recorded_of(kind: str, old: ResourceState) -> Properties:
    """Return the outputs in normal form."""
    return _with_stand_in(kind, normalise(kind, old.outputs or old.inputs))


def _change(step: PreviewStep, operation: Operation, kind: str, claimed: AbstractSet[str], created: set[str]) -> Change:
    recorded = {} if step.old is None else recorded_of(kind, step.old)
    wanted = {} if step.new is None else _with_stand_in(kind, normalise(kind, step.new.inputs))
    replacement = step.operation in {"create-replacement", "delete-replaced"}
    if operation is Operation.DELETE:
        phase = _phase_of_deletion(step, created)
        kept = bool(step.old and step.old.retained) or _is_claimed(claim_keys(kind, recorded), claimed)
        return Change(operation, phase, kind, step.urn, recorded, {}, (), replacement, kept)
    change = Change(operation, Phase.TOGETHER, kind, step.urn, recorded, wanted, (), replacement)
    return replace(change, changed=_changed(change)) if recorded else change


def _phase_of_deletion(step: PreviewStep, created: AbstractSet[str]) -> Phase:
    if step.operation == REMOVE:
        return Phase.TOGETHER
    return Phase.FIRST if step.operation == "delete-replaced" and step.urn not in created else Phase.AFTERWARDS


def _changed(change: Change) -> tuple[str, ...]:
    """Name the inputs that differ; never more than what is declared, and no word of what a secret was or becomes."""
    changed = decide(change.kind, change.recorded, change.wanted).changed
    return tuple(dict.fromkeys("value" if name == "fingerprint" else name for name in changed))


def _is_claimed(keys: Sequence[str], claimed: AbstractSet[str]) -> bool:
    return bool(keys) and claimed >= set(keys)


def _claims(step: PreviewStep) -> Sequence[str]:
    if step.kind is None or step.new is None or step.operation.startswith("delete"):
        return ()
    return claim_keys(step.kind, normalise(step.kind, step.new.inputs))


def _with_stand_in(kind: str, properties: dict[str, Any]) -> Properties:
    """Put a text in the place of a masked secret that differs where its fingerprint does."""
    if "value" not in kind_named(kind).never_read or properties.get("value") != MASKED:
        return properties
    fingerprint = properties.get("fingerprint")
    return {**properties, "value": UNKNOWN if fingerprint in (None, UNKNOWN) else f"{MASKED} {fingerprint}"}


def _id(value: Any) -> str:
    return value if isinstance(value, str) and value else UNKNOWN_ID
