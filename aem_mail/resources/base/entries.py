"""Providers of sets of entries: each entry is a request of its own, all of them arrive together, and each has an outcome of its own."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, ClassVar, Final

import pulumi
from pulumi.dynamic import DiffResult, ReadResult

from aem_mail.errors import AemMailError
from aem_mail.kinds.entries import HANDED_OVER, HANDS_OVER, IN_FORCE, EntriesKind, EntryChange
from aem_mail.kinds.kind import Entry, Request
from aem_mail.kinds.requests import Answer, Operation, Origin
from aem_mail.model import Properties
from aem_mail.resources.base import sdk
from aem_mail.resources.base.engine_values import from_engine
from aem_mail.resources.base.entry_outcomes import Done, recorded_properties
from aem_mail.resources.base.outcomes import ended
from aem_mail.resources.base.provider import EnvironmentProvider, environment_of, shown_outputs
from aem_mail.resources.base.voice import refusal
from aem_mail.text.words import listed

SET_OUTPUTS: Final = (IN_FORCE, "origin")
"""What the provider of any set adds to its inputs."""


class PartlyDone(AemMailError):
    """Some entries of a set are not as they are wanted; the text names them, with the cause of each."""


class EntriesProvider(EnvironmentProvider):
    """Base of providers of sets of entries. What is recorded are the entries that are in force, so that the rest is tried again."""

    kind: ClassVar[EntriesKind]
    computed = frozenset({IN_FORCE, HANDED_OVER})

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Say which entries changed, and take note of the places of those that are in force."""
        super().remember(from_engine(_olds), from_engine(_news))
        return super().diff(_id, _olds, _news)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read what is live, and keep what the state has among the inputs alone."""
        found = super().read(id_, props)
        hands_over = sdk.recorded_inputs().get(HANDS_OVER)
        if found.id and hands_over is not None:
            return ReadResult(found.id, found.outs, {**(found.inputs or {}), HANDS_OVER: hands_over})
        return found

    def completed(self, recorded: Properties, wanted: dict[str, Any]) -> dict[str, Any]:
        """Add which entries are for another resource of the program: they are this stack's until that one has recorded or left them."""
        kept = {one.id for one in self.kind.entries(wanted)}
        leaving = {one.id for one in self._for_others(self.kind.entries(recorded)) if one.id not in kept}
        given = [self.kind.handed_over_entry(id_, {}) for id_ in recorded.get(HANDS_OVER) or ()]
        handing = leaving | self._nobodys([one.id for one in self._for_others(given)])
        return {**wanted, HANDS_OVER: sorted(handing) or None}

    def remember(self, recorded: Properties, wanted: Properties) -> None:
        """Wait for the outputs: of a run of which a part failed, the inputs name that part too."""

    def value(self, entry: Entry) -> str | None:
        """Return the value of an entry to write, None where there is none."""
        return None

    def outputs(self, entry: Entry, answer: Answer) -> Mapping[str, Any]:
        """Return what is recorded of an entry besides its origin."""
        return answer.outputs

    def read_entries(self, recorded: Properties) -> Any:
        """Read the document that the entries are part of; None only where its environment is proven to be gone."""
        raise NotImplementedError

    def read_live(self, recorded: Properties) -> Mapping[str, Any] | None:
        live = self.kind.live_values(recorded, self.read_entries(recorded))
        if live is None:
            return None
        return {**live, IN_FORCE: {name: shown_outputs(state) for name, state in live[IN_FORCE].items()}}

    def change(self, operation: Operation, recorded: Properties, wanted: Properties) -> Answer:
        """Have all entries changed that are not as recorded; raises PartlyDone where nothing is left to be recorded."""
        done = self._carry_out(self.kind.entry_changes(recorded, wanted), wanted or recorded)
        for one in done:
            for key in one.arrived:
                self.run.claims.arrived(key)
        error = self._error([one for one in done if one.error is not None], wanted or recorded)
        kept = recorded_properties(done, recorded, wanted, self.outputs)
        if error is not None and (not wanted or not kept[IN_FORCE]):
            raise error
        answers = [one.outcome for one in done if isinstance(one.outcome, Answer)]
        created = any(answer.origin is Origin.CREATED for answer in answers)
        notes = dict.fromkeys(answer.note for answer in answers if answer.note)
        return Answer(Origin.CREATED if created else Origin.ADOPTED, " ".join(notes) or None, kept, error)

    def _carry_out(self, changes: Sequence[EntryChange], properties: Properties) -> list[Done]:
        asked = [self._asked(change) for change in changes]
        requests = [one for one in asked if not isinstance(one, Answer | AemMailError)]
        answers = iter(self.run.rollout().change_together(environment_of(properties), requests, self.timeout(properties)))
        return [
            Done(change, one, change.operation is Operation.DELETE)
            if isinstance(one, Answer | AemMailError)
            else Done(change, next(answers))
            for change, one in zip(changes, asked, strict=True)
        ]

    def _asked(self, change: EntryChange) -> Request | Answer | AemMailError:
        """Return what an entry asks of its environment, or the answer where that is nothing."""
        entry, operation = change.entry, change.operation
        if operation is None:
            return Answer()
        if operation is Operation.DELETE:
            owners = sorted(owner for key in entry.keys if (owner := self.run.claims.owner(key)) is not None)
            note = f"{self.kind.name} {entry.properties.get('logical_name')}: {entry.name}: kept: still declared, as {listed(owners)}."
            return Answer(note=note) if owners else entry.kind.request(operation, entry.properties, {})
        before = change.recorded.properties if change.recorded is not None and operation is Operation.UPDATE else {}
        try:
            return entry.kind.request(operation, before, entry.properties, self.value(entry))
        except AemMailError as error:
            return error

    def _for_others(self, entries: Sequence[Entry]) -> list[Entry]:
        """Return those that another resource of the program may declare."""
        return [one for one in entries if self._may_have_another_owner(one.keys)]

    def _may_have_another_owner(self, keys: Sequence[str]) -> bool:
        program = self.run.program
        return bool(program.stack) and (not program.whole or any(self.run.claims.owner(key) is not None for key in keys))

    def _nobodys(self, ids: Collection[str]) -> AbstractSet[str]:
        """Return those entries that were handed over and that nobody has recorded yet, as far as that can be told."""
        found = self.run.handed_over() if ids and self.run.program.stack else None
        return set(ids) if found is None else set(ids).intersection(found)

    def _error(self, failed: Sequence[Done], properties: Properties) -> PartlyDone | None:
        if not failed:
            return None
        names = listed(one.change.entry.name for one in failed)
        causes = " ".join(dict.fromkeys(ended(str(one.error)) for one in failed))
        named = f"{self.kind.name} {properties.get('logical_name')} of {environment_of(properties)}"
        verb = "is" if len(failed) == 1 else "are"
        return PartlyDone(f"{named}: {names} {verb} not as declared. {causes} The next `pulumi up` sends only what is missing.")


def mapping_given(name: str, given: Any) -> Mapping[Any, Any]:
    """Return the entries that the program gives; refuses an output, since their names have to be known when the program runs."""
    if not isinstance(given, Mapping):
        raise refusal(f"{name} must be a mapping, whose values may be outputs; an output as a whole hides the names of its entries.")
    return given


def objects(name: str, given: Any, field: str, *, hidden: bool = False) -> dict[str, Any]:
    """Return entries as objects; one that is given by its ``field`` alone becomes an object too. A ``hidden`` field is a secret."""
    entries = mapping_given(name, given).items()
    return {str(key): dict(_fields(entry, field, hidden)) for key, entry in entries if entry is not None}


def _fields(entry: Any, field: str, hidden: bool) -> Iterator[tuple[str, Any]]:
    for name, value in (entry if isinstance(entry, Mapping) else {field: entry}).items():
        yield name, pulumi.Output.secret(value) if hidden and name == field else value
