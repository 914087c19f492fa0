"""Engine runs of a test's own, in place of the one that this process would serve."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from aem_mail.resources.base.plugin import Run, begin, current_run
from aem_mail.resources.base.program import RunningProgram
from aem_mail.resources.base.record import StackRecord
from aem_mail.rollout.claims import Claims
from aem_mail.rollout.gathering import Traffic
from tests.rollout.harness import PATIENT, Bench

PATIENTLY = {"timeouts": {"environment": PATIENT, "infrastructure": PATIENT}}


@dataclass
class Heard:
    """What the user is told, in order; progress is not kept."""

    messages: list[str] = field(default_factory=list)

    def report(self, message: str) -> None:
        """Let it pass."""

    def say(self, message: str) -> None:
        self.messages.append(message)

    def warn(self, message: str) -> None:
        self.messages.append(message)


@contextmanager
def fresh_run(**parts: Any) -> Iterator[Run]:
    """Serve a run of its own for a while; ``parts`` are those of Run."""
    before, run = current_run(), Run(**parts)
    begin(run)
    try:
        yield run
    finally:
        begin(before)


def begin_again(**parts: Any) -> None:
    """Begin the next run of the same stack: with what the last one had, but for its claims, its calls and ``parts``."""
    of_a_run = {"claims": Claims(), "traffic": Traffic(), "record": StackRecord(), "_told": [RunningProgram()]}
    begin(replace(current_run(), **{**of_a_run, **parts}))


def begin_on(bench: Bench) -> None:
    """Begin a run that talks to a bench's simulator."""
    begin_again(config=PATIENTLY, connect=lambda _: bench.rollout)
