"""Invariant 3: after any fault the next undisturbed `up` converges, and one more changes nothing; some faults are just borne."""

from collections.abc import Iterator

from tests.soak.history import History, Result, Role, Step, Violation
from tests.soak.invariants.things import kept_in_use


def violations(history: History) -> Iterator[Violation]:
    for phase in history.phases:
        if phase.role is Role.DISTURBED and not phase.tolerated:
            continue
        for run in phase.runs:
            where = f"{phase.role} of {run.stack}"
            if not run.completed:
                yield Violation(3, f"{where}: it did not come to its end")
            for operation in run.operations:
                if operation.result is Result.FAILED and operation.name in kept_in_use(run, phase):
                    continue
                if operation.result is not Result.DONE:
                    yield Violation(3, f"{where}: {operation.step} of {operation.name} {operation.result}: {operation.error}")
                elif phase.role is Role.AGAIN and operation.step not in {Step.CHECK, Step.SAME, Step.READ}:
                    yield Violation(3, f"{where}: {operation.step} of {operation.name}, though everything was as declared")
        if phase.role is Role.AGAIN:
            for write in phase.writes:
                yield Violation(3, f"{phase.role}: {write.noun} of {write.place} was written, though everything was as declared")
