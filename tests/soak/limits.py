"""Limits that docs/reliability.md names, and the ways out that it names."""

from dataclasses import replace
from typing import Final

from tests.soak.components import expanded
from tests.soak.history import Declared, Program, Recorded, Run
from tests.soak.invariants.things import SETS, Thing, things_of

SECRETS: Final = frozenset({"SecretEnvVar", "EnvVars"})


def with_way_out(program: Program, disturbed: Run, *, plugin_killed: bool = False) -> Program:
    """Return the program that takes back what a run has left without a record.

    That is what a set gave to another resource in a run that ended before that one had it, and, where the plugin alone was killed, the
    secrets that it was creating.
    """
    given_up = _given_up(disturbed)
    unrecorded = SECRETS if plugin_killed else frozenset()
    return {name: _replacing(one) if given_up & _things(one) or one.kind in unrecorded else one for name, one in program.items()}


def _given_up(run: Run) -> set[Thing]:
    of_sets = {thing for one in run.before if one.kind in SETS for thing in _recorded(one)}
    return of_sets - {thing for one in run.after for thing in _recorded(one)}


def _recorded(one: Recorded) -> set[Thing]:
    return things_of(Declared(one.kind, {**one.inputs, **one.outputs}))


def _things(one: Declared) -> set[Thing]:
    return {thing for child in expanded({"": one}).values() for thing in things_of(child)}


def _replacing(one: Declared) -> Declared:
    return replace(one, properties={**one.properties, "on_conflict": "replace"})
