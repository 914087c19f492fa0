"""What a drift run asks for: every environment and program of its stacks once, in as many Cloud Managers as they name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import partial
from typing import Generic, TypeVar

from aem_mail.drift.live import Live, environment_of
from aem_mail.errors import AemMailError, InvalidInput, Problem
from aem_mail.live.model import EnvironmentAnswers, ProgramAnswers
from aem_mail.live.reader import Reader
from aem_mail.model import Connection, EnvironmentId
from aem_mail.stack.recorded import RecordedResource

Asked = TypeVar("Asked", bound=EnvironmentId | str)
Answers = TypeVar("Answers")


class Reads:
    """Asks Cloud Manager, as soon as it is known for what: at most three GETs an environment, and one a program."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._environments: _Once[EnvironmentId, EnvironmentAnswers] = _Once()
        self._programs: _Once[str, ProgramAnswers] = _Once()

    def ask(self, connection: Connection, resources: Iterable[RecordedResource]) -> int:
        """Ask for the environments and programs of a stack that nobody asked for yet; return how many these are.

        Raises InvalidInput where another stack of the run reaches the same environment in another Cloud Manager.
        """
        at, where = self._reader.at(connection), f"{connection.base_url}, organization {connection.org_id}"
        with self._lock:
            before = len(self._environments) + len(self._programs)
            for resource in resources:
                environment, program_id = environment_of(resource), resource.inputs.get("program_id")
                if environment is not None:
                    self._environments.ask(environment, where, partial(at.environment, environment))
                if isinstance(program_id, str):
                    self._programs.ask(program_id, where, partial(at.program, program_id))
            return len(self._environments) + len(self._programs) - before

    def live(self, files: dict[str, str | AemMailError | None]) -> Live:
        """Wait for every answer, and return them all."""
        return Live(self._environments.answers(), self._programs.answers(), files)


class _Once(Generic[Asked, Answers]):
    """What was asked for, and where; nothing is twice."""

    def __init__(self) -> None:
        self._asked: dict[Asked, tuple[str, Future[Answers]]] = {}

    def __len__(self) -> int:
        return len(self._asked)

    def ask(self, asked: Asked, where: str, read: Callable[[], Future[Answers]]) -> None:
        if asked not in self._asked:
            self._asked[asked] = where, read()
        elsewhere, _ = self._asked[asked]
        if elsewhere != where:
            what = f"program {asked}" if isinstance(asked, str) else str(asked)
            mixed = Problem("--stack", f"{what} is another one at {elsewhere}; look at these stacks one by one")
            raise InvalidInput("aem-mail drift", [mixed])

    def answers(self) -> dict[Asked, Answers]:
        return {asked: answers.result() for asked, (_, answers) in self._asked.items()}
