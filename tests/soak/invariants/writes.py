"""Invariant 4: no mutation is sent twice.

A mutation that changes nothing was sent before, or need not have been sent. The exception is a secret whose value the state
does not confirm: nobody can read it, so one more write of it is right.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.soak.history import Declared, History, Identity, Noun, Phase, Run, Violation, Write
from tests.soak.invariants.things import entries_of, place_of


def violations(history: History) -> Iterator[Violation]:
    for phase in history.phases:
        rewritten: dict[tuple[str, Identity], Write] = {}
        for write in phase.writes:
            if write.others:
                continue
            if write.noun is not Noun.VARIABLES:
                if not write.effect:
                    yield Violation(4, f"{phase.role}: {write.noun} of {write.place} was written, and it was just so before")
                continue
            for identity in sorted(write.idle, key=repr):
                earlier = rewritten.get((write.place, identity))
                if not _may_be_rewritten(phase, write.place, identity, earlier):
                    yield Violation(4, f"{phase.role}: variable {identity} of {write.place} was written, and it was just so before")
            rewritten |= {(write.place, identity): write for identity in write.touched}


def _may_be_rewritten(phase: Phase, place: str, identity: Identity, earlier: Write | None) -> bool:
    """Whether a secret that stands there may be written again: it is not confirmed, and nothing showed that it was written."""
    if earlier is not None and (earlier.seen or identity in earlier.idle):
        return False
    return earlier is not None or any(_is_unconfirmed(run, place, identity) for run in phase.runs)


def _is_unconfirmed(run: Run, place: str, identity: Identity) -> bool:
    recorded = {one.name: one.inputs for one in run.before if not one.init_errors}
    wanted = {one.name: one.inputs for one in run.after}
    return any(
        (place_of(one.properties), _identity(one.properties)) == (place, identity)
        and (name not in recorded or _content(recorded[name], entry) != _content(wanted.get(name, {}), entry) or _goes(one, recorded[name]))
        for name, declared in run.program.items()
        for entry, one in entries_of(declared).items()
        if one.kind == "SecretEnvVar"
    )


def _content(inputs: Mapping[str, Any], entry: str) -> tuple[object, object]:
    """Return what tells whether a secret is another one; of an entry of a set, under its name."""
    return (inputs.get("fingerprints") or {}).get(entry) if entry else inputs.get("fingerprint"), inputs.get("rotate_when")


def _goes(one: Declared, recorded: Mapping[str, Any]) -> bool:
    """Whether a secret by itself has another place than the state has confirmed it at."""
    return "name" in recorded and _identity(one.properties) != _identity(recorded)


def _identity(properties: Mapping[str, str | None]) -> Identity:
    return properties.get("service"), str(properties["name"])
