"""Which changes arrive together: those that wait for another one come in a later batch, and what is deleted goes level by level."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from aem_mail.kinds import Scope, kind_named
from aem_mail.kinds.requests import Operation
from aem_mail.model import EnvironmentId
from aem_mail.plan.changes import Change, Phase
from aem_mail.stack.tokens import whole_urn

Node = TypeVar("Node", bound=Hashable)
Urns = Mapping[str, Sequence[str]]
Batch = Sequence[Change]
"""Changes of one lane of one environment, or of one program's infrastructures, that arrive together."""
Round = Sequence[Batch]
"""Batches of different lanes that arrive at the same time."""

Lane = tuple[EnvironmentId, bool]
"""An environment, and whether it is about its networking (else about its variables)."""
Batches = Mapping[Lane, int]

LANES: Final = (Scope.NETWORKING, Scope.VARIABLES)


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Which resources depend on which, as the program declares it (for creations) and as the stack has recorded it (for deletions).

    ``recorded`` is about all that is deleted, whose it is, and counts a parent as what its child depends on.
    """

    declared: Urns = field(default_factory=dict)
    recorded: Urns = field(default_factory=dict)


def by_entry(urns: Urns, members: Iterable[str]) -> dict[str, list[str]]:
    """Return dependencies of resources as those of ``members``, of which some are the entries of a set: each depends as its set does."""
    of_whole: dict[str, list[str]] = {}
    for member in dict.fromkeys(members):
        of_whole.setdefault(whole_urn(member), []).append(member)
    return {
        member: [one for before in those for one in of_whole.get(before, [before])]
        for whole, those in urns.items()
        for member in of_whole.get(whole, [whole])
    }


@dataclass(frozen=True, slots=True)
class Order:
    """How the engine runs changes: ``width`` operations at a time (None: all of them)."""

    dependencies: Dependencies
    width: int | None = None

    def together(self, changes: Sequence[Change]) -> Iterator[Round]:
        """Yield creations and updates, and the deletions that one of them waits for: infrastructures, then environments."""
        for deletes in (True, False):
            yield _by_program([change for change in changes if (change.operation is Operation.DELETE) is deletes])
        lanes = [self._divided(self._levels(own), operations(changes)) for own in _by_lane(changes)]
        yield from _rounds(lanes)

    def afterwards(self, changes: Sequence[Change]) -> Iterator[Iterator[Round]]:
        """Yield the deletions of each level: an infrastructure first, whose users are still there if they go on the same level."""
        for level in self._deleted(changes):
            yield self._level(level)

    def requirements(self, change: Change) -> set[str]:
        """Return the URNs that must not fail before a change begins: its own, and all that it depends on as declared."""
        found, left = set[str](), [change.urn]
        while left:
            urn = left.pop()
            left += [one for one in self.dependencies.declared.get(urn, ()) if one not in found]
            found.add(urn)
        return found

    def most_batches(self, first: Sequence[Change], last: Sequence[Change]) -> tuple[Batches, Batches]:
        """Return into how many batches the changes of each lane fall at most: creations and updates, and the deletions after them."""
        together = Counter[Lane]()
        for own in _by_lane(first):
            together[_lane(own)] += sum(most_batches(operations(level), operations(first), self.width) for level in self._levels(own))
        afterwards = Counter[Lane]()
        for level in self._deleted(last):
            for own in _by_lane(level):
                afterwards[_lane(own)] += most_batches(operations(own), operations(level), self.width)
        return together, afterwards

    def waiting(self, first: Sequence[Change], last: Sequence[Change]) -> Mapping[EnvironmentId, list[str]]:
        """Return by environment the names of what waits for another one of its lane, at the cost of a further change."""
        waits: dict[EnvironmentId, list[str]] = {}
        deleted = [[batch for level in self._deleted(last) if (batch := _among(level, own))] for own in _by_lane(last)]
        for batches in (*map(self._levels, _by_lane(first)), *deleted):
            for change in (change for batch in batches[1:] for change in batch):
                if not change.replacement and change.environment is not None:
                    waits.setdefault(change.environment, []).append(change.name)
        return waits

    def _level(self, level: Sequence[Change]) -> Iterator[Round]:
        programs = _by_program(level)
        known = bool(self.dependencies.recorded)
        if known:
            yield programs
        lanes = [self._divided([own], operations(level)) for own in _by_lane(level)]
        yield from _rounds(lanes)
        if not known:
            yield programs

    def _levels(self, changes: Batch) -> list[list[Change]]:
        by_node = {(change.operation is Operation.DELETE, change.urn): change for change in changes}
        waits = {(False, urn): [(False, before) for before in those] for urn, those in self.dependencies.declared.items()}
        for deletes, urn in by_node:
            waits[False, urn] = [*waits.get((False, urn), ()), *([(True, urn)] if deletes else [])]
        return [[by_node[node] for node in level] for level in levels(list(by_node), waits)]

    def _deleted(self, changes: Sequence[Change]) -> list[list[Change]]:
        """Return the deletions by their depth in the dependency graph, the deepest first, as the engine does it."""
        condemned = {*self.dependencies.recorded, *(change.urn for change in changes)}
        depths = [set(level) for level in levels(sorted(condemned), self.dependencies.recorded)]
        found = [[change for change in changes if change.urn in depth] for depth in reversed(depths)]
        return [level for level in found if level]

    def _divided(self, batches: Sequence[Batch], total: int) -> list[Batch]:
        """Return what arrives together: all of it, or, in a narrow engine, each by itself."""
        if self.width is None or self.width >= total:
            return [*batches]
        return [list(own) for batch in batches for own in _by_resource(sorted(batch, key=_dearest))]


def operations(changes: Sequence[Change]) -> int:
    """Return how many operations of the engine changes are: those of the entries of one set are one."""
    return len(_by_resource(changes))


def _by_resource(changes: Sequence[Change]) -> list[list[Change]]:
    found: dict[tuple[str, bool], list[Change]] = {}
    for change in changes:
        deletes = change.operation is Operation.DELETE and change.phase is not Phase.TOGETHER
        found.setdefault((change.resource, deletes), []).append(change)
    return list(found.values())


def most_batches(own: int, total: int, width: int | None) -> int:
    """Return into how many batches ``own`` changes of one lane can fall, where the engine runs ``width`` of ``total`` at a time.

    What other lanes do not hold is free for this one. By itself it is answered as a whole, so that as many follow together. Beside
    others its changes come staggered: one batch gathers while another one is on its way, and the two fill what is free.
    """
    if width is None or width >= total:
        return 1
    if own == total:
        return -(-own // width)
    free = max(1, width - (total - own))
    staggered = own if free == 1 else 2 * -(-own // free)
    return min(own, staggered, 1 + total - width)


def levels(members: Sequence[Node], waits_for: Mapping[Node, Collection[Node]]) -> list[list[Node]]:
    """Split ``members`` into batches: each comes after all members that it waits for, directly or through others.

    ``waits_for`` may name nodes that are no members; a circle, which the engine refuses, is cut where it is found.
    """
    depths = _depths(members, waits_for)
    batches: dict[int, list[Node]] = {}
    for member in members:
        batches.setdefault(depths[member], []).append(member)
    return [batches[key] for key in sorted(batches)]


def _depths(members: Sequence[Node], waits_for: Mapping[Node, Collection[Node]]) -> Mapping[Node, int]:
    """Return how many members have to be done before each node can begin; a chain may be longer than Python's stack."""
    depths: dict[Node, int] = {}
    among, path, stack = frozenset(members), set[Node](), list(reversed(members))
    while stack:
        node = stack[-1]
        path.add(node)
        before = waits_for.get(node, ()) if node not in depths else ()
        unknown = [one for one in before if one not in depths and one not in path]
        stack.extend(reversed(unknown))
        if not unknown:
            stack.pop()
            path.discard(node)
            depths.setdefault(node, max((depths[one] + (one in among) for one in before if one in depths), default=0))
    return depths


def _rounds(lanes: Sequence[Sequence[Batch]]) -> Iterator[Round]:
    for place in range(max(map(len, lanes), default=0)):
        yield [batches[place] for batches in lanes if place < len(batches)]


def _by_program(changes: Sequence[Change]) -> Round:
    own = [change for change in changes if change.scope is Scope.PROGRAM]
    return [[change for change in own if change.program_id == one] for one in sorted({change.program_id for change in own})]


def _by_lane(changes: Sequence[Change]) -> list[list[Change]]:
    environments = sorted({change.environment for change in changes if change.environment is not None})
    lanes = [
        [change for change in changes if change.environment == one and change.scope is scope] for one in environments for scope in LANES
    ]
    return [lane for lane in lanes if lane]


def _dearest(change: Change) -> bool:
    """Sort enablements before the rules that need them, and behind those that go, which then cost a change before the last one."""
    return kind_named(change.kind).enables is (change.operation is Operation.DELETE)


def _lane(own: Batch) -> Lane:
    return own[0].environment or EnvironmentId("", ""), own[0].scope is Scope.NETWORKING


def _among(level: Sequence[Change], own: Sequence[Change]) -> list[Change]:
    return [change for change in level if change in own]
