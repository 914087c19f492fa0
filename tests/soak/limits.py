"""A limit that docs/reliability.md names, and the way out that it names."""

from dataclasses import replace

from tests.soak.components import expanded
from tests.soak.history import Declared, Program, Recorded, Run
from tests.soak.invariants.things import SETS, Thing, things_of


def with_way_out(program: Program, disturbed: Run) -> Program:
    """Return the program that takes back what a set gave to another resource in a run that ended before that one had it."""
    given_up = _given_up(disturbed)
    return {name: _replacing(one) if given_up & _things(one) else one for name, one in program.items()}


def _given_up(run: Run) -> set[Thing]:
    of_sets = {thing for one in run.before if one.kind in SETS for thing in _recorded(one)}
    return of_sets - {thing for one in run.after for thing in _recorded(one)}


def _recorded(one: Recorded) -> set[Thing]:
    return things_of(Declared(one.kind, {**one.inputs, **one.outputs}))


def _things(one: Declared) -> set[Thing]:
    return {thing for child in expanded({"": one}).values() for thing in things_of(child)}


def _replacing(one: Declared) -> Declared:
    return replace(one, properties={**one.properties, "on_conflict": "replace"})
