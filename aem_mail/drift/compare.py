"""One resource on all its sides, judged as `pulumi preview --refresh` judges it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.drift.content import content_properties
from aem_mail.drift.finding import Property
from aem_mail.drift.live import Read
from aem_mail.kinds import decide, kind_named, normalise
from aem_mail.model import Properties
from aem_mail.stack.recorded import RecordedResource, is_hidden
from aem_mail.stack.values import MASKED, is_masked

STAND_FOR_SECRETS: Final = frozenset({"fingerprint"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a resource is live: ``outputs`` as a refresh would record them, None where it is gone.

    ``changed`` names what differs from the inputs that the last `pulumi up` recorded, ``hidden`` what cannot be compared because it is
    encrypted in the state, or is never returned.
    """

    resource: RecordedResource
    outputs: Properties | None
    changed: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def gone(self) -> bool:
        """Whether it is proven not to be there."""
        return self.outputs is None

    def properties(self, program: Properties | None = None) -> Iterator[Property]:
        """Yield what differs, on all sides; ``program`` is what the present program wants."""
        for name in self.changed:
            if name == "content":
                yield from content_properties(self.resource.inputs.get("content"), (self.outputs or {}).get("content"))
            elif name not in STAND_FOR_SECRETS:
                yield Property(name, *(_shown(side, name) for side in (self.resource.inputs, self.resource.outputs, self.outputs, program)))


def compare(resource: RecordedResource, read: Read, project: str) -> Comparison:
    """Compare what was read with what is recorded. ``project`` is the absolute folder of Pulumi.yaml.

    A value that the state holds encrypted takes part as it is recorded, so it never counts as changed.
    """
    outputs = resource.outputs
    masked = {name for name, value in outputs.items() if is_masked(value)}
    live = read({name: value for name, value in outputs.items() if name not in masked})
    if live is None:
        return Comparison(resource, None)
    seen = normalise(resource.kind, {**outputs, **{name: value for name, value in live.items() if name not in masked}})
    changed = decide(resource.kind, seen, resource.inputs, project).changed
    return Comparison(
        resource,
        seen,
        tuple(dict.fromkeys((*changed, *kind_named(resource.kind).drifted(seen, resource.inputs)))),
        tuple(_hidden(resource, masked)),
    )


def _hidden(resource: RecordedResource, masked: set[str]) -> Iterator[str]:
    kind = kind_named(resource.kind)
    for name in dict.fromkeys((*kind.compared, *kind.readable)):
        if name in kind.never_read or (name in masked and name in kind.readable):
            yield name


def _shown(side: Mapping[str, Any] | None, name: str) -> Any:
    """Return a value as a report may show it."""
    if side is None:
        return None
    return MASKED if is_hidden(side, name) else side.get(name)
