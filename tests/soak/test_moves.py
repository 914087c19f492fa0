"""The fixed schedules have all that entries of a stack may do between two programs, in wide and in narrow engines."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest

from tests.soak.components import COMPONENT, expanded
from tests.soak.history import Declared, Program
from tests.soak.invariants.things import SETS, Thing, entries_of, things_of
from tests.soak.schedule import NARROW, Schedule, schedule

FIXED: Final = range(116)
"""The seeds that `make test` carries out."""
FEWEST: Final = 3
"""Schedules among them that have each move, at least."""
Owners = Mapping[Thing, tuple[str, Declared]]
"""By what has one owner: the name of the resource that declares it, and it as a resource of its own."""


def owners_of(program: Program) -> Owners:
    return {
        thing: (name, entry)
        for name, declared in expanded(program).items()
        for entry in entries_of(declared).values()
        for thing in things_of(entry)
    }


def both(given: Schedule) -> Iterator[tuple[tuple[str, Declared], tuple[str, Declared]]]:
    """Yield who declares a thing before, and who after."""
    before, after = owners_of(given.plan.before), owners_of(given.plan.after)
    return ((before[thing], after[thing]) for thing in sorted(before.keys() & after.keys(), key=repr))


def renamed_and_changed(kind: str) -> Callable[[Schedule], bool]:
    def found(given: Schedule) -> bool:
        gone = {name for name in given.plan.before if name not in given.plan.after}
        return any(
            name in gone and new not in given.plan.before and one.kind == other.kind == kind and _content(one) != _content(other)
            for (name, one), (new, other) in both(given)
        )

    return found


def shifted(kind: str) -> Callable[[Schedule], bool]:
    """Whether an entry goes to the name that another entry has, whose own entry goes elsewhere or away."""

    def found(given: Schedule) -> bool:
        return any(
            name != new and new in given.plan.before and name in {*given.plan.before} and one.kind == other.kind == kind
            for (name, one), (new, other) in both(given)
            if _is_single(given.plan.before, name) and _is_single(given.plan.after, new)
        )

    return found


def exchanged(given: Schedule) -> bool:
    changes = {(name, new) for (name, one), (new, _) in both(given) if one.kind == "PortForward" and name != new}
    return any((new, name) in changes for name, new in changes)


def between(kind: str, *, from_set: bool, to_set: bool) -> Callable[[Schedule], bool]:
    return lambda given: any(
        name != new
        and one.kind == kind
        and (_is_single(given.plan.before, name), _is_single(given.plan.after, new)) == (not from_set, not to_set)
        for (name, one), (new, _) in both(given)
    )


def retyped(kind: str) -> Callable[[Schedule], bool]:
    return lambda given: any(one.kind != other.kind == kind for (_, one), (_, other) in both(given))


def mail_port(*, former: bool) -> Callable[[Schedule], bool]:
    def changed(one: Declared, other: Declared) -> bool:
        return one.kind == COMPONENT and one.properties.get("port") != other.properties.get("port")

    return lambda given: any(
        changed(given.plan.before[name], other) and bool(other.properties["former"]) is former
        for name, other in given.plan.after.items()
        if name in given.plan.before
    )


def changes_in_several(place: str) -> Callable[[Schedule], bool]:
    """Whether what the second program changes or adds is in more than one."""
    return lambda given: (
        len(
            {
                one.properties[place]
                for name, one in given.plan.after.items()
                if place in one.properties and given.plan.before.get(name) != one
            }
        )
        > 1
    )


def narrow(width: int) -> Callable[[Schedule], bool]:
    return lambda given: given.width == width


VARIABLES: Final = ("EnvVar", "SecretEnvVar")
MOVES: Final[Mapping[str, Callable[[Schedule], bool]]] = {
    **{f"a {kind} is renamed and changed": renamed_and_changed(kind) for kind in ("PortForward", *VARIABLES)},
    **{f"the indices of {kind}s shift": shifted(kind) for kind in ("PortForward", *VARIABLES)},
    "rules exchange their ports": exchanged,
    **{f"a {kind} enters a set": between(kind, from_set=False, to_set=True) for kind in ("PortForward", *VARIABLES)},
    **{f"a {kind} leaves a set": between(kind, from_set=True, to_set=False) for kind in ("PortForward", *VARIABLES)},
    **{f"a {kind} goes from set to set": between(kind, from_set=True, to_set=True) for kind in ("PortForward", *VARIABLES)},
    **{f"a variable becomes a {kind}": retyped(kind) for kind in VARIABLES},
    "the mail port changes": mail_port(former=False),
    "the mail port changes, and the former rule is kept": mail_port(former=True),
    "two environments change": changes_in_several("environment_id"),
    "two programs change": changes_in_several("program_id"),
    **{f"{width} at a time": narrow(width) for width in NARROW},
}
"""What may happen between the two programs of a schedule, and how that is seen in it, whoever wrote it."""


@pytest.fixture(scope="module")
def counted() -> Counter[str]:
    schedules = [schedule(seed) for seed in FIXED]
    return Counter(name for one in schedules for name, holds in MOVES.items() if holds(one))


@pytest.mark.parametrize("move", MOVES)
def test_every_move_is_among_the_fixed_schedules(move: str, counted: Counter[str]) -> None:
    assert counted[move] >= FEWEST


def _is_single(program: Program, name: str) -> bool:
    return expanded(program)[name].kind not in SETS


def _content(one: Declared) -> Any:
    return one.properties.get("name") if one.kind == "PortForward" else one.secret or one.properties.get("value")
