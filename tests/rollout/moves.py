"""Strategies: a stack whose resources change places, and what of it comes together in one batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from aem_mail.rollout.claims import Holder, Holders

NAMES = "abcde"
PLACES = range(7)


@dataclass(frozen=True)
class Moves:
    """Places are numbers: where each resource is recorded and where it is declared, and those that others hold.

    ``changed`` are resources that are given another content too, ``batch`` those whose requests come together, ``read`` tells
    that the run knows of what has left the program, ``gone`` are places of the latter that are given up with the same batch.
    """

    recorded: Mapping[str, int]
    declared: Mapping[str, int]
    foreign: frozenset[int]
    changed: frozenset[str]
    batch: frozenset[str]
    read: bool
    gone: frozenset[int]
    policy: str

    @property
    def requests(self) -> dict[str, int]:
        """Return which resources have something to ask, and for which place."""
        return {name: place for name, place in self.declared.items() if self.recorded.get(name) != place or name in self.changed}

    def holders(self, keys: Mapping[int, str]) -> Holders:
        """Return what the run knows of the record, by the claim keys of the places."""
        known = {keys[place]: name for name, place in self.recorded.items() if self.read or name in self.declared}
        return Holders({key: Holder(name, keys.get(self.declared.get(name, -1))) for key, name in known.items()})


@st.composite
def moves(draw: st.DrawFn) -> Moves:
    """Return permutations, shifts and removals, in a batch that has all of the requests or some."""
    recorded = dict(zip(draw(names()), draw(st.permutations(PLACES)), strict=False))
    shift = draw(st.sampled_from([-1, 1]))
    lost = draw(st.none() | st.sampled_from(sorted(recorded)))
    shifted = {name: place + shift for name, place in recorded.items() if place + shift in PLACES and name != lost}
    anywhere = dict(zip(draw(names()), draw(st.permutations(PLACES)), strict=False))
    declared = draw(st.sampled_from([shifted, anywhere, _rotated(recorded)]))
    free = sorted(set(PLACES) - set(recorded.values()))
    leaving = sorted({place for name, place in recorded.items() if name not in declared} - set(declared.values()))
    return Moves(
        recorded,
        declared,
        draw(subsets(free)),
        draw(subsets(NAMES)),
        draw(st.just(frozenset(NAMES)) | subsets(NAMES)),
        draw(st.booleans()),
        draw(subsets(leaving)),
        draw(st.sampled_from(["error", "error", "replace"])),
    )


def names() -> "st.SearchStrategy[list[str]]":
    return st.integers(2, len(NAMES)).flatmap(lambda size: st.permutations(NAMES).map(lambda those: list(those[:size])))


def subsets(of: Any) -> "st.SearchStrategy[frozenset[Any]]":
    return st.frozensets(st.sampled_from(sorted(of))) if of else st.just(frozenset())


def _rotated(recorded: Mapping[str, int]) -> dict[str, int]:
    places = list(recorded.values())
    return dict(zip(recorded, [*places[1:], *places[:1]], strict=True))
