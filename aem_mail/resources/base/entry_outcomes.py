"""What became of the entries of a set, and what the state is to hold of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aem_mail.errors import AemMailError
from aem_mail.kinds.entries import FINGERPRINTS, HANDED_OVER, HANDS_OVER, IN_FORCE, UNREADY, EntryChange
from aem_mail.kinds.kind import Entry
from aem_mail.kinds.requests import Answer, Operation, Origin
from aem_mail.model import Properties
from aem_mail.text.confidential import secret_names

Outputs = Callable[[Entry, Answer], Mapping[str, Any]]
"""What is recorded of an entry besides its origin."""


@dataclass(frozen=True, slots=True)
class Done:
    """A change of an entry, and its outcome; ``handed_over``: it was left to another resource."""

    change: EntryChange
    outcome: Answer | AemMailError
    handed_over: bool = False

    @property
    def error(self) -> AemMailError | None:
        """Why the entry is not as it is wanted, or not known to be."""
        return self.outcome.unready if isinstance(self.outcome, Answer) else self.outcome

    @property
    def entry(self) -> Entry | None:
        """The entry that belongs to the state: the wanted one where its change was accepted, else the recorded one."""
        return self.change.wanted if isinstance(self.outcome, Answer) else self.change.recorded

    @property
    def arrived(self) -> tuple[str, ...]:
        """The keys of what is wanted and in force."""
        return self.change.wanted.keys if self.change.wanted is not None and self.error is None else ()


def recorded_properties(done: Sequence[Done], recorded: Properties, wanted: Properties, outputs: Outputs) -> dict[str, Any]:
    """Return the properties that tell which entries are in force, with what is declared and recorded of each."""
    kept = [(one, entry) for one in done if (entry := one.entry) is not None]
    named = {entry.group for one in done for entry in (one.change.recorded, one.change.wanted) if entry is not None}
    groups: dict[str, dict[str, Any]] = {name: {} for name in sorted(named)}
    for one, entry in kept:
        groups[entry.group][entry.name] = _given(one, entry, recorded, wanted)
    prints = {entry.name: entry.properties["fingerprint"] for _, entry in kept if "fingerprint" in entry.properties}
    return {
        **{name: group if group or name in wanted else None for name, group in groups.items()},
        FINGERPRINTS: prints or None,
        IN_FORCE: {entry.name: _state(one, entry, recorded, outputs) for one, entry in kept},
        HANDS_OVER: None,
        HANDED_OVER: _handed_over(done, recorded, wanted) or None,
    }


def _handed_over(done: Sequence[Done], recorded: Properties, wanted: Properties) -> dict[str, Any]:
    before = {id_: state for id_, state in (recorded.get(HANDED_OVER) or {}).items() if id_ in (wanted.get(HANDS_OVER) or ())}
    return before | {one.change.entry.id: {"origin": one.change.entry.properties.get("origin")} for one in done if one.handed_over}


def _given(done: Done, entry: Entry, recorded: Properties, wanted: Properties) -> Mapping[str, Any]:
    """Return an entry as it is declared; as it was declared before without what the engine would not mark as secret again.

    The engine goes by the inputs: it marks what is secret there, under the same names.
    """
    if isinstance(done.outcome, Answer):
        given: Mapping[str, Any] = wanted[entry.group][entry.name]
        return given
    new = done.change.wanted
    marked = _secrets(new) if new is not None and (new.group, new.name) == (entry.group, entry.name) else frozenset[str]()
    unmarked = _secrets(entry) - marked
    return {name: value for name, value in recorded[entry.group][entry.name].items() if name not in unmarked}


def _secrets(entry: Entry) -> frozenset[str]:
    return frozenset({*secret_names(entry.properties), *entry.kind.never_read}) & entry.properties.keys()


def _state(done: Done, entry: Entry, recorded: Properties, outputs: Outputs) -> Mapping[str, Any]:
    old = done.change.recorded
    before: Mapping[str, Any] = {} if old is None else recorded.get(IN_FORCE, {}).get(old.name, {})
    if not isinstance(done.outcome, Answer) or done.change.operation is None:
        return before
    if done.change.operation is Operation.CREATE:
        before = {}
    origin = done.outcome.origin if done.outcome.origin is Origin.CREATED else before.get("origin", done.outcome.origin)
    unready = True if done.error is not None else None
    state = {**before, **outputs(entry, done.outcome), "origin": str(origin), UNREADY: unready}
    return {name: value for name, value in state.items() if value is not None}
