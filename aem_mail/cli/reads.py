"""The reads of a drift run: every environment and program once, side by side, one token for each organization."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from importlib import import_module
from types import TracebackType
from typing import Final, Self, TypeVar

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.drift.live import Live, environment_of
from aem_mail.errors import AemMailError, InvalidInput, NoAnswer, NotAuthenticated, NotFound, Problem
from aem_mail.live.absence import gone
from aem_mail.live.model import EnvironmentAnswers, NoEntry, OutOfReach, ProgramAnswers
from aem_mail.model import Connection, EnvironmentId
from aem_mail.stack.recorded import RecordedResource

T = TypeVar("T")

READERS: Final = 32
"""Requests in flight. What is too many for the API is answered with 429, after which each of them waits and asks again."""

Tick = Callable[[], None]


class Reads:
    """Asks Cloud Manager, as soon as it is known for what: at most three GETs an environment, and one a program.

    ``tick`` is called whenever an environment or a program has been read.
    """

    def __init__(self, tick: Tick) -> None:
        self._tick = tick
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._organizations: dict[Connection, Organization] = {}
        self._asked: dict[EnvironmentId | str, tuple[str, Future[object]]] = {}
        # What sends requests takes a tenth of a second to load: while the first stack is being exported.
        self._pool.submit(import_module, "aem_mail.cloud_manager.wire")

    def ask(self, connection: Connection, resources: Iterable[RecordedResource]) -> int:
        """Ask for the environments and programs of a stack that nobody asked for yet; return how many these are.

        Raises InvalidInput where another stack of the run reaches the same environment in another Cloud Manager.
        """
        with self._lock:
            organization = self._organizations.setdefault(connection, Organization(connection))
            before = len(self._asked)
            for resource in resources:
                environment, program_id = environment_of(resource), resource.inputs.get("program_id")
                if environment is not None:
                    self._ask(organization, environment, partial(organization.environment, environment))
                if isinstance(program_id, str):
                    self._ask(organization, program_id, partial(organization.program, program_id))
            return len(self._asked) - before

    def live(self, files: dict[str, str | AemMailError | None]) -> Live:
        """Wait for every answer, and return them all."""
        answers = {asked: future.result() for asked, (_, future) in self._asked.items()}
        environments = {asked: one for asked, one in answers.items() if isinstance(asked, EnvironmentId)}
        programs = {asked: one for asked, one in answers.items() if isinstance(asked, str)}
        return Live(environments, programs, files)  # type: ignore[arg-type]  # each question has answers of its own kind

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.shutdown(cancel_futures=True)
        for organization in self._organizations.values():
            organization.close()

    def _ask(self, organization: Organization, asked: EnvironmentId | str, read: Callable[[], object]) -> None:
        if asked not in self._asked:
            self._asked[asked] = organization.where, self._pool.submit(self._counted, read)
        where, _ = self._asked[asked]
        if where != organization.where:
            what = f"program {asked}" if isinstance(asked, str) else str(asked)
            raise InvalidInput("aem-mail drift", [Problem("--stack", f"{what} is another one at {where}; look at these stacks one by one")])

    def _counted(self, read: Callable[[], object]) -> object:
        try:
            return read()
        finally:
            self._tick()


class Organization:
    """One Cloud Manager as one credential sees it; once it is certain that nothing can be read there, nothing more is tried."""

    def __init__(self, connection: Connection) -> None:
        self._api = CloudManager(connection)
        self._hopeless: OutOfReach | None = None
        self._reached = False
        self._org_id = connection.org_id
        self.where = f"{connection.base_url}, organization {connection.org_id}"

    def environment(self, environment: EnvironmentId) -> EnvironmentAnswers:
        """Read an environment, its networking and its variables; an error takes the place of what could not be read."""
        found = self._attempt(lambda: self._api.environments.get(environment))
        if isinstance(found, NotFound):
            proof = self._attempt(lambda: gone(environment, self._api.environments.list(environment.program_id)))
            return EnvironmentAnswers(proof or found)
        if isinstance(found, AemMailError):
            return EnvironmentAnswers(found)
        return EnvironmentAnswers(
            found,
            self._attempt(lambda: self._api.advanced_networking.get(environment)),
            self._attempt(lambda: tuple(self._api.variables.list(environment))),
        )

    def program(self, program_id: str) -> ProgramAnswers:
        """Read a program's network infrastructures, or return why that is not possible."""
        return ProgramAnswers(self._attempt(lambda: tuple(self._api.network_infrastructures.list(program_id))))

    def close(self) -> None:
        """Close its connections."""
        self._api.close()

    def _attempt(self, read: Callable[[], T]) -> T | AemMailError:
        if self._hopeless is not None:
            return self._hopeless
        try:
            answer = read()
        except NotAuthenticated as error:
            self._hopeless = NoEntry(str(error), self._org_id)
            return self._hopeless
        except NoAnswer as error:
            if self._reached:
                return error
            self._hopeless = OutOfReach(str(error), self._org_id)
            return self._hopeless
        except AemMailError as error:
            self._reached = True
            return error
        self._reached = True
        return answer
