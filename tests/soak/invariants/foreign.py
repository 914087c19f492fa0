"""Invariant 1: what no stack declares is never changed, removed or invented."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.soak.history import History, Phase, Violation
from tests.soak.invariants.things import Thing, environments, ever_declared, hosts, infrastructures, rules, variables


def violations(history: History) -> Iterator[Violation]:
    ours = ever_declared(history)
    expected = {place: _networking(environment) for place, environment in environments(history.seed).items()}
    for phase in history.phases:
        for write in phase.writes:
            if write.others and write.document is not None:
                expected[write.place] = write.document
        for text in [*_environments(history, phase, ours, expected), *_infrastructures(history, phase, ours)]:
            yield Violation(1, f"after {phase.role}: {text}")


def _networking(environment: Mapping[str, Any]) -> Mapping[str, Any] | None:
    networking: Mapping[str, Any] | None = environment["advancedNetworking"]
    return networking


def _environments(history: History, phase: Phase, ours: set[Thing], expected: Mapping[str, Mapping[str, Any] | None]) -> Iterator[str]:
    live = environments(phase.live)
    for place, before in environments(history.seed).items():
        now = live[place]
        document = expected[place]
        if document is not None and now["advancedNetworking"] is None:
            yield f"advanced networking of {place} was switched off, and others had enabled it"
        if document is None and now["advancedNetworking"] is not None and Thing("switch", place) not in ours:
            yield f"advanced networking of {place} was enabled, and nobody declares it"
        was = {"advancedNetworking": document}
        yield from _compared(f"rule of {place}", rules(was), rules(now), {key for sort, at, key in ours if (sort, at) == ("rule", place)})
        if Thing("hosts", place) not in ours and hosts(was) != hosts(now):
            yield f"hosts of {place} were {hosts(was)} and are {hosts(now)}, and nobody declares them"
        own = {key for sort, at, key in ours if (sort, at) == ("variable", place)}
        yield from _compared(f"variable of {place}", variables(before), variables(now), own)


def _infrastructures(history: History, phase: Phase, ours: set[Thing]) -> Iterator[str]:
    before, now = infrastructures(history.seed), infrastructures(phase.live)
    yield from _compared("infrastructure", before, now, {thing.place for thing in ours if thing.sort == "infrastructure"} - before.keys())


def _compared(what: str, before: Mapping[Any, Any], now: Mapping[Any, Any], ours: set[Any]) -> Iterator[str]:
    for key in sorted({*before, *now} - ours, key=repr):
        if before.get(key) != now.get(key):
            yield f"{what} {key} was {before.get(key)} and is {now.get(key)}"
