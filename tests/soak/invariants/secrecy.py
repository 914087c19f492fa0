"""Invariant 5: no secret is in plain text but under the keys that the engine encrypts."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.secrets import SecretWatch
from tests.soak.history import History, Violation

ENCIPHERED = frozenset({"value", "secrets", "connections"})
"""What the resources mark as secret: the engine encrypts it in the state and masks it in what it prints."""


def violations(history: History) -> Iterator[Violation]:
    watch = SecretWatch(*history.secrets)
    places = {**history.texts, **dict(_states(history))}
    for where, text in places.items():
        try:
            watch.text(where, text)
        except AssertionError as leak:
            yield Violation(5, str(leak))


def _states(history: History) -> Iterator[tuple[str, str]]:
    for number, phase in enumerate(history.phases):
        yield f"the journal after {phase.role}", repr(phase.writes)
        for run in phase.runs:
            yield f"the errors of {phase.role} {number} of {run.stack}", "\n".join(one.error for one in run.operations)
            visible = [(one.id, _visible(one.inputs), _visible(one.outputs), one.init_errors) for one in run.after]
            yield f"the state after {phase.role} {number} of {run.stack}", repr(visible)


def _visible(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name not in ENCIPHERED}
