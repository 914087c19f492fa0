"""Pairs of programs: what a stack declares first, and what then, or that it is destroyed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from tests.plan.prediction.additions import ADDITIONS, Draft, add_rule, add_secret, add_text
from tests.plan.prediction.alterations import ALTERATIONS, change_sets, change_the_mail_port
from tests.plan.prediction.places import HERE, world_of
from tests.soak.history import Declared, Program


@dataclass(frozen=True, slots=True)
class Pair:
    """Two programs of one stack, and the seed of the simulator; what ``destroys`` declares nothing afterwards."""

    seed: Mapping[str, Any]
    before: Program
    after: Program
    destroys: bool = False


def pair_of(seed: int) -> Pair:
    """Return the pair that a seed stands for."""
    random = Random(seed)  # noqa: S311 - writes programs, guards nothing
    before = _program(random)
    after = dict(before)
    for alter in random.choices(ALTERATIONS, k=random.randint(1, 8)):
        alter(after, random)
    ends, world = random.random(), world_of(random)
    if random.random() < 0.5:
        change_the_mail_port(after, random)
    sets = Random(f"sets of {seed}")  # noqa: S311 - has its own, so that all else of each pair stays as it was
    if sets.random() < 0.4:
        change_sets(before, after, sets)
    return Pair(world, before, {} if ends < 0.16 else _with_own_names(after), destroys=ends < 0.12)


def _program(random: Random) -> Draft:
    draft: Draft = {"net": Declared("AdvancedNetworking", dict(HERE))}
    for add in (add_rule, add_rule, add_text, add_secret, *random.choices(ADDITIONS, k=random.randint(0, 6))):
        add(draft, random)
    return draft


def _with_own_names(draft: Draft) -> Draft:
    """Leave out an alias that is another resource's name, which the engine refuses."""
    return {name: replace(one, alias="") if one.alias in draft else one for name, one in draft.items()}
