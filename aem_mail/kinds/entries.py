"""Kinds of which one resource holds several entries of an environment, each as another kind has one to a resource.

Entries are objects by name in some inputs, the groups. They are owned one by one: all that is said of an entry, its kind says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from aem_mail.errors import Problem
from aem_mail.kinds import forms
from aem_mail.kinds.kind import Entry, LiveValues, ResourceKind
from aem_mail.kinds.requests import NOWHERE, Operation
from aem_mail.kinds.shapes import ENVIRONMENT, Field, type_of, unknown_fields, within
from aem_mail.kinds.verdict import Changes, Verdict
from aem_mail.model import UNKNOWN, PortForward, Properties, Variable
from aem_mail.text.confidential import SECRET_INPUTS, secret_places

IN_FORCE: Final = "in_force"
"""Output: what is recorded of each entry that is in force, by its name (``origin`` and the other outputs of its kind)."""
UNREADY: Final = "unready"
"""Among what is recorded of an entry: its change was accepted and is not known to be in force, so that it is tried again."""
FINGERPRINTS: Final = "fingerprints"
"""Input that a check adds: the fingerprint of each secret, by its entry's name."""
HANDS_OVER: Final = "hands_over"
"""Input that a check adds: the ids of entries that are for another resource of the program, until the record shows that one has them."""
HANDED_OVER: Final = "handed_over"
"""Output: the entries, by their ids, that an update has left to another resource, each with its ``origin``. They count while the input
names them too: an output stays as it is until the next update, an input goes with the next check."""
OF_THE_SET: Final = frozenset({*ENVIRONMENT, "timeout"})
"""Inputs of an entry's kind that are given once for all entries."""


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What becomes of one entry: recorded, wanted or both. ``operation`` None: it is as recorded; ``verdict`` compares the two."""

    operation: Operation | None
    recorded: Entry | None
    wanted: Entry | None
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def entry(self) -> Entry:
        """The entry as it is wanted, else as it is recorded."""
        entry = self.wanted or self.recorded
        assert entry is not None  # noqa: S101 - for the type checker
        return entry


class EntriesKind(ResourceKind):
    """A set of entries; ``groups`` names the inputs that hold them, each with the kind of its entries."""

    parts = ("program_id", "environment_id", "logical_name")
    normal: ClassVar[forms.Forms] = forms.ENVIRONMENT
    compared = ("program_id", "environment_id", "timeout")
    groups: ClassVar[Mapping[str, ResourceKind]]
    word: ClassVar[str]
    """What stands in its id before its logical name, and names its entries."""
    addressed_by: ClassVar[str]
    """The input of its entries' kinds that an entry's name tells."""

    def thing(self, properties: Properties) -> str:
        return f"{len(self.entries(properties))} {self.word}"

    def normalise(self, properties: Properties) -> dict[str, Any]:
        normal = super().normalise(properties)
        return {name: self._formed(name, value) if name in self.groups else value for name, value in normal.items()}

    def short(self, group: str, value: Any) -> Any:
        """Return the long form of an entry that is given in short; what is neither stays as it is, for the rules to report."""
        raise NotImplementedError

    def address(self, name: str, given: Properties, shared: Properties) -> Properties:
        """Return the inputs that an entry's name tells; ``given`` is the entry, ``shared`` all inputs of the set."""
        raise NotImplementedError

    def identity(self, properties: Properties, project: str | None = None) -> str:
        program_id, environment_id, name = self.known_parts(properties).values()
        return f"{program_id}/{environment_id}/{self.word}/{name}"

    def parse_identity(self, identity: str) -> dict[str, Any]:
        texts = identity.split("/", 3)
        if len(texts) != 4 or not all(texts) or texts[2] != self.word:
            raise ValueError(f"{identity!r} is no id of {self.name}: expected program_id/environment_id/{self.word}/logical_name")
        return {"program_id": texts[0], "environment_id": texts[1], "logical_name": texts[3]}

    def entries(self, properties: Properties) -> Sequence[Entry]:
        return [
            Entry(str(name), group, kind, self._properties(group, str(name), one, properties))
            for group, kind in self.groups.items()
            for name, one in _items(properties.get(group))
            if isinstance(one, Mapping)
        ]

    def handed_over(self, inputs: Properties, outputs: Properties) -> Sequence[Entry]:
        given = [(id_, state) for id_, state in _items(outputs.get(HANDED_OVER)) if id_ in (inputs.get(HANDS_OVER) or ())]
        return [self.handed_over_entry(id_, state) for id_, state in given if isinstance(state, Mapping)]

    def handed_over_entry(self, id_: str, state: Properties) -> Entry:
        """Return the entry with that id, which was handed over in that state. Raises ValueError for what is no id of an entry."""
        kind = next(iter(self.groups.values()))
        return Entry(id_, HANDED_OVER, kind, {**kind.parse_identity(id_), **state})

    def claim_keys(self, properties: Properties, project: str | None = None) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for one in self.entries(properties) for key in one.keys))

    def held(self, properties: Properties, project: str | None = None) -> Iterator[tuple[str, Properties]]:
        for entry in self.entries(properties):
            for key in entry.keys:
                yield key, entry.properties

    def places(self, recorded: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[str, str]]:
        for key in recorded:
            yield key, key if key in wanted or not wanted else NOWHERE

    def entry_changes(self, recorded: Properties, wanted: Properties) -> list[EntryChange]:
        """Return what becomes of each entry; both sides in normal form. An entry with another name and the same key is the same one."""
        old, new = ({_key(one): one for one in self.entries(side)} for side in (recorded, wanted))
        return [_change(old.get(key), new.get(key)) for key in dict.fromkeys((*new, *old))]

    def changes(self, recorded: Properties, wanted: Properties, project: str | None) -> Changes:
        """Return the inputs that changed, the groups among them in which an entry did."""
        changes = super().changes(recorded, wanted, project)
        for one in self.entry_changes(recorded, wanted):
            if one.operation is not None:
                changes[one.entry.group] = changes.get(one.entry.group, False) or _is_sent(one)
        return changes

    def replacing(self, recorded: Properties, wanted: Properties) -> frozenset[str]:
        return frozenset(ENVIRONMENT)

    def reasons(self, changes: Changes, recorded: Properties, wanted: Properties) -> tuple[str, ...]:
        return tuple(f"{one.entry.name}: {reason}" for one in self.entry_changes(recorded, wanted) for reason in one.verdict.reasons)

    def problems(self, properties: Properties) -> Iterator[Problem]:
        yield from super().problems(properties)
        for group, kind in self.groups.items():
            yield from self._group_problems(group, kind, properties.get(group))
        for entry in self.entries(properties):
            yield from self._said_of(entry, entry.kind.problems(entry.properties))
        yield from self._duplicates(properties)

    def warnings(self, properties: Properties) -> Iterator[Problem]:
        for entry in self.entries(properties):
            yield from self._said_of(entry, entry.kind.warnings(entry.properties))

    def live_values(self, recorded: Properties, there: Any) -> LiveValues | None:
        """Return the groups with those entries that are there, as they are; None where none of them is."""
        entries = self.entries(recorded)
        found = [(one, live) for one in entries if (live := read_or_lost(one.kind, one.properties, there)) is not None]
        if there is None or (entries and not found):
            return None
        groups: dict[str, dict[str, Any]] = {group: {} for group in self.groups if group in recorded}
        in_force: dict[str, Any] = {}
        before = recorded.get(IN_FORCE) or {}
        for entry, live in found:
            given, fields = recorded[entry.group][entry.name], entry.kind.fields
            groups[entry.group][entry.name] = {**given, **{name: value for name, value in live.items() if name in fields}}
            state = {**before.get(entry.name, {}), **{name: value for name, value in live.items() if name not in fields}, UNREADY: None}
            in_force[entry.name] = {name: value for name, value in state.items() if value is not None}
        fingerprints = {name: one for name, one in _items(recorded.get(FINGERPRINTS)) if name in in_force}
        return {**groups, FINGERPRINTS: fingerprints or None, IN_FORCE: in_force}

    def drifted(self, outputs: Properties, wanted: Properties) -> tuple[str, ...]:
        return (IN_FORCE,) if any(_is_wrong(one) for one in self.entries(outputs)) else ()

    def rules(self, properties: Properties) -> Sequence[PortForward]:
        return [rule for one in self.entries(properties) for rule in one.kind.rules(one.properties)]

    def variables(self, properties: Properties) -> Sequence[Variable]:
        return [variable for one in self.entries(properties) for variable in one.kind.variables(one.properties)]

    def entry_fields(self, group: str) -> Mapping[str, Field]:
        """Return what an entry of a group may hold."""
        return {name: field for name, field in self.groups[group].fields.items() if name not in {*OF_THE_SET, self.addressed_by}}

    def _formed(self, group: str, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        form = forms.fields(self.groups[group].normal)
        return {
            str(name): form(one if isinstance(one, Mapping) else self.short(group, one)) for name, one in value.items() if one is not None
        }

    def _properties(self, group: str, name: str, given: Mapping[str, Any], shared: Properties) -> dict[str, Any]:
        own = {part: shared.get(part) for part in (*ENVIRONMENT, "logical_name")}
        own["on_conflict"] = shared.get("on_conflict")
        own["fingerprint"] = _at(shared, FINGERPRINTS, name)
        own[SECRET_INPUTS] = _secrets_of(group, name, given, shared) or None
        in_force = _at(shared, IN_FORCE, name)
        properties = {**own, **given, **self.address(name, given, shared), **(in_force if isinstance(in_force, Mapping) else {})}
        return {part: value for part, value in properties.items() if value is not None}

    def _group_problems(self, group: str, kind: ResourceKind, given: Any) -> Iterator[Problem]:
        if given is UNKNOWN:
            yield Problem(group, "is not known yet, but its names have to be: give an object whose values are outputs, not an output")
        for name, one in _items(given):
            path = within(group, str(name))
            if isinstance(one, Mapping):
                yield from unknown_fields(path, one, self.entry_fields(group))
            else:
                yield Problem(path, f"must be {self.example(group)}, not {type_of(one)}")

    def example(self, group: str) -> str:
        """Say what an entry is given as."""
        return f"an object with the fields {', '.join(self.entry_fields(group))}"

    def _said_of(self, entry: Entry, problems: Iterator[Problem]) -> Iterator[Problem]:
        """Yield what is said of an entry under its path in the set, without what is said of the set already."""
        path = within(entry.group, entry.name)
        for problem in problems:
            if problem.field not in OF_THE_SET:
                yield type(problem)(path if problem.field == self.addressed_by else within(path, problem.field), problem.message)

    def _duplicates(self, properties: Properties) -> Iterator[Problem]:
        first: dict[str, Entry] = {}
        for entry in self.entries(properties):
            other = first.setdefault(_key(entry), entry)
            if other is not entry:
                same = f"{within(other.group, other.name)} ({entry.kind.thing(entry.properties)})"
                yield Problem(within(entry.group, entry.name), f"is the same entry as {same}; remove one of them")


def read_or_lost(kind: ResourceKind, recorded: Properties, there: Any) -> LiveValues | None:
    """Return what a refresh records: the live values, or where it is gone and its environment is not, what is kept of it."""
    live = kind.live_values(recorded, there)
    return kind.lost_values(recorded) if live is None and there is not None else live


def _items(given: Any) -> Iterator[tuple[Any, Any]]:
    yield from given.items() if isinstance(given, Mapping) else ()


def _key(entry: Entry) -> str:
    return next(iter(entry.keys), f"{entry.group} {entry.name}")


def _at(properties: Properties, name: str, entry: str) -> Any:
    given = properties.get(name)
    return given.get(entry) if isinstance(given, Mapping) else None


def _secrets_of(group: str, name: str, given: Mapping[str, Any], shared: Properties) -> list[list[str]]:
    """Return the places of an entry's secrets, as they are in the entry by itself."""
    mine = [list(place[2:]) for place in secret_places(shared) if [group, name][: len(place)] == list(place[:2])]
    return [place for found in mine for place in ([found] if found else [[part] for part in given])]


def _change(old: Entry | None, new: Entry | None) -> EntryChange:
    if new is None:
        return EntryChange(Operation.DELETE, old, None)
    if old is None or old.kind is not new.kind:
        return EntryChange(Operation.CREATE, old, new)
    verdict = old.kind.decide(old.properties, new.properties)
    changed = (old.name, old.group) != (new.name, new.group) or verdict.changes
    return EntryChange(Operation.UPDATE if changed or _is_wrong(old) else None, old, new, verdict)


def _is_wrong(recorded: Entry) -> bool:
    return UNREADY in recorded.properties or bool(recorded.kind.drifted(recorded.properties, {}))


def _is_sent(change: EntryChange) -> bool:
    return change.operation is not Operation.UPDATE or (change.verdict.changes and not change.verdict.state_only)
