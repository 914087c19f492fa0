"""Which changes arrive together: those that wait for another one come in a later batch."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def levels(members: Sequence[Node], waits_for: Mapping[Node, Collection[Node]]) -> list[list[Node]]:
    """Split ``members`` into batches: each comes after all members that it waits for, directly or through others.

    ``waits_for`` may name nodes that are no members; a circle, which the engine refuses, is cut where it is found.
    """
    depths: dict[Node, int] = {}
    among = frozenset(members)

    def depth(node: Node, path: frozenset[Node]) -> int:
        """Return how many members have to be done before this node can begin."""
        if node not in depths:
            before = [one for one in waits_for.get(node, ()) if one not in path]
            depths[node] = max((depth(one, path | {one}) + (one in among) for one in before), default=0)
        return depths[node]

    batches: dict[int, list[Node]] = {}
    for member in members:
        batches.setdefault(depth(member, frozenset({member})), []).append(member)
    return [batches[key] for key in sorted(batches)]
