"""The event stream of `pulumi preview --json` with ``PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1``: one JSON object a line.

Seen on CLI 3.259.0, and relied upon here:

- ``preludeEvent`` comes first, once the stack is open; a preview without it never began. Its ``config`` masks secrets.
- ``resourcePreEvent`` tells each step: ``op``, ``urn``, ``old`` and ``new`` with ``inputs`` and ``outputs``. ``new.inputs`` are
  what the provider's check returned. Nothing tells which properties differ, and nothing of dependencies.
- A replacement is ``create-replacement``, ``replace``, ``delete-replaced``, in that order; deleted first, it is ``delete-replaced``,
  ``replace``, ``create-replacement``. ``keys`` names the inputs that force it.
- ``resOutputsEvent`` with op ``refresh`` has recorded outputs in ``old`` and live ones in ``new`` (none: gone); ``old`` of a later
  ``resourcePreEvent`` is then the refreshed state.
- ``diagnosticEvent`` carries messages, most of them debug; ``summaryEvent.result`` is ``succeeded`` or ``failed``.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.kinds import kind_of_token
from aem_mail.kinds.entries import FINGERPRINTS, HANDS_OVER, EntriesKind
from aem_mail.kinds.kind import Entry
from aem_mail.kinds.requests import Operation
from aem_mail.model import UNKNOWN, Properties
from aem_mail.stack.tokens import entry_urn, kind_of, resource_name
from aem_mail.stack.values import MASKED, properties_of

REFRESH: Final = "refresh"
REMOVE: Final = "remove"
"""What an update of a set does to an entry that is not declared any more; the engine has no word for it."""
UPDATES: Final = {Operation.CREATE: "create", Operation.UPDATE: "update", Operation.DELETE: REMOVE, None: "same"}
CREATIONS: Final = frozenset({"create", "create-replacement"})
DELETIONS: Final = frozenset({"delete", "delete-replaced"})
"""The engine's words for a creation and for a deletion."""

Urns = Mapping[str, Sequence[str]]
"""Which resource depends on which."""


@dataclass(frozen=True, slots=True)
class ResourceState:
    """A resource on one side of a step. ``retained``: its deletion leaves what is live alone."""

    id: str
    inputs: Properties
    outputs: Properties
    retained: bool = False


@dataclass(frozen=True, slots=True)
class PreviewStep:
    """What the engine would do to one resource, in its own word ``operation`` (create, same, update, delete-replaced, …).

    Of a set of entries there is a step for each entry, as if it were a resource of its own.
    """

    operation: str
    urn: str
    type: str
    old: ResourceState | None
    new: ResourceState | None

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return resource_name(self.urn)

    @property
    def kind(self) -> str | None:
        """PortForward, EnvVar, …; None for a resource of somebody else, or of a newer version of this package."""
        return kind_of(self.type)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A message of the program, a provider or the engine; ``severity`` is info, info#err, warning or error."""

    severity: str
    message: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview as it was told: its steps in order, what a refresh found, what was said, and whether it came to its end.

    ``handed_over``: a set has left entries to other resources, which the record may not show yet.
    """

    steps: tuple[PreviewStep, ...] = ()
    refreshed: tuple[PreviewStep, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    config: Mapping[str, Any] | None = None
    succeeded: bool = False
    handed_over: bool = False

    @property
    def began(self) -> bool:
        """Whether the engine opened the stack at all."""
        return self.config is not None

    @property
    def errors(self) -> tuple[str, ...]:
        """What went wrong, each message once."""
        return tuple(dict.fromkeys(one.message for one in self.diagnostics if one.severity == "error"))


class NoEvents(ValueError):
    """A line that is no event: the command line is too old to stream a preview, or printed something else."""


def parse(lines: Iterable[str]) -> Preview:
    """Read a preview from its lines; an event of a kind that is not known here is passed over. Raises NoEvents."""
    steps: list[PreviewStep] = []
    refreshed: list[PreviewStep] = []
    diagnostics: list[Diagnostic] = []
    config: Mapping[str, Any] | None = None
    succeeded = handed_over = False
    for event in map(_event, lines):
        if "preludeEvent" in event:
            config = _object(event, "preludeEvent").get("config") or {}
        if "resourcePreEvent" in event:
            step = _step(_object(_object(event, "resourcePreEvent"), "metadata"))
            handed_over = handed_over or bool(step.old and step.old.inputs.get(HANDS_OVER))
            steps += by_entry(step)
        if "resOutputsEvent" in event:
            refreshed.append(_step(_object(_object(event, "resOutputsEvent"), "metadata")))
        if "diagnosticEvent" in event:
            diagnostics.append(_diagnostic(_object(event, "diagnosticEvent")))
        if "summaryEvent" in event:
            succeeded = _object(event, "summaryEvent").get("result") == "succeeded"
    return Preview(
        tuple(step for step in steps if step.operation != REFRESH),
        tuple(step for step in refreshed if step.operation == REFRESH),
        tuple(one for one in diagnostics if one.severity != "debug"),
        config,
        succeeded,
        handed_over,
    )


def dependencies_of_plan(saved: bytes) -> Urns:
    """Return which resource declares to depend on which in a plan that `--save-plan` kept; nothing of one that has another form."""
    try:
        plans = json.loads(saved)["resourcePlans"]
        return {urn: (plan.get("goal") or {}).get("dependencies") or [] for urn, plan in plans.items()}
    except (ValueError, KeyError, AttributeError):
        return {}


def _event(line: str) -> Mapping[str, Any]:
    if not line.strip():
        return {}
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict) or "sequence" not in event:
        raise NoEvents(line.strip()[:200])
    return event


def _object(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = event.get(name)
    if not isinstance(found, Mapping):
        raise NoEvents(f"{name} is no object")
    return found


def _diagnostic(given: Mapping[str, Any]) -> Diagnostic:
    return Diagnostic(str(given.get("severity", "info")), str(given.get("message", "")).strip(), str(given.get("urn", "")))


def _step(metadata: Mapping[str, Any]) -> PreviewStep:
    return PreviewStep(
        str(metadata.get("op", "")),
        str(metadata.get("urn", "")),
        str(metadata.get("type", "")),
        _state(metadata.get("old")),
        _state(metadata.get("new")),
    )


def by_entry(step: PreviewStep) -> Iterator[PreviewStep]:
    """Yield the steps of the entries of a set, any other step as it is."""
    kind = kind_of_token(step.type)
    if not isinstance(kind, EntriesKind):
        yield step
        return
    recorded = {} if step.old is None else kind.normalise(step.old.outputs or step.old.inputs)
    wanted = {} if step.new is None else kind.normalise(step.new.inputs)
    before, after = (_states(kind, whole, properties) for whole, properties in ((step.old, recorded), (step.new, wanted)))
    for change in kind.entry_changes(_comparable(kind, recorded), _comparable(kind, wanted)):
        operation = UPDATES[change.operation] if step.operation == "update" else step.operation
        old = None if operation in CREATIONS else _of(before, change.recorded)
        new = None if operation in {REMOVE, *DELETIONS} else _of(after, change.wanted)
        if (old or new) is not None:
            yield PreviewStep(operation, entry_urn(step.urn, change.entry.name), change.entry.kind.tokens[0], old, new)


def _states(kind: EntriesKind, whole: ResourceState | None, properties: Properties) -> dict[tuple[str, str], ResourceState]:
    if whole is None:
        return {}
    outputs = bool(whole.outputs)
    return {
        (entry.group, entry.name): ResourceState(entry.id, entry.properties, entry.properties if outputs else {}, whole.retained)
        for entry in kind.entries(properties)
    }


def _of(states: Mapping[tuple[str, str], ResourceState], entry: Entry | None) -> ResourceState | None:
    return None if entry is None else states.get((entry.group, entry.name))


def _comparable(kind: EntriesKind, properties: Properties) -> dict[str, Any]:
    """Put in the place of each masked value what tells whether it changes: its fingerprint, UNKNOWN where it has none."""
    prints = properties.get(FINGERPRINTS) or {}
    groups = {
        group: {name: {**one, "value": prints.get(name, UNKNOWN)} if one.get("value") == MASKED else one for name, one in given.items()}
        for group, given in properties.items()
        if group in kind.groups and isinstance(given, Mapping)
    }
    return {**properties, **groups}


def _state(given: Any) -> ResourceState | None:
    if not isinstance(given, Mapping):
        return None
    return ResourceState(
        str(given.get("id", "")),
        properties_of(given.get("inputs")),
        properties_of(given.get("outputs")),
        bool(given.get("retainOnDelete")),
    )
