"""Invariant 6: every failure is reported, with the resource, as a sentence, and never as success."""

from collections.abc import Iterator, Mapping

from tests.soak.history import History, Operation, Result, Run, Violation

NAMING = ("program_id", "environment_id", "name", "port_orig", "pid", "directory")


def violations(history: History) -> Iterator[Violation]:
    for phase in history.phases:
        for run in phase.runs:
            for operation in run.operations:
                for text in _faults(operation, run):
                    yield Violation(6, f"{phase.role} of {run.stack}: {operation.step} of {operation.name}: {text}")


def _faults(operation: Operation, run: Run) -> Iterator[str]:
    if operation.result is Result.DONE:
        return
    if not operation.expected:
        yield f"an error that is not this package's own: {operation.error}"
    elif not operation.error.strip():
        yield "it failed without a word"
    elif not any(name in operation.error for name in _names(operation, run)):
        yield f"the error names neither the resource nor its environment: {operation.error}"


def _names(operation: Operation, run: Run) -> list[str]:
    recorded = next((one.inputs for one in run.before if one.name == operation.name), {})
    properties: Mapping[str, object] = run.program[operation.name].properties if operation.name in run.program else recorded
    return [operation.name, *(str(properties[name]) for name in NAMING if properties.get(name))]
