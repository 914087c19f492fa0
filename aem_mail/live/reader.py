"""The one reader of what is there: side by side, READERS questions at a time, and each that fails has its error for an answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Enum
from functools import partial
from importlib import import_module
from types import TracebackType
from typing import Final, Self, TypeVar

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.errors import AemMailError, NoAnswer, NotAuthenticated, NotFound
from aem_mail.live.absence import gone
from aem_mail.live.model import NOT_READ, EnvironmentAnswers, NoEntry, OutOfReach, ProgramAnswers
from aem_mail.live.preconditions import preconditions
from aem_mail.model import Connection, Environment, EnvironmentId

T = TypeVar("T")

READERS: Final = 32
"""Questions in flight. What is too many for the API is answered with 429, after which each of them waits and asks again."""

Tick = Callable[[], None]
Environments = tuple[Environment, ...]


class Part(Enum):
    """What can be asked for of an environment besides itself; one GET each."""

    NETWORKING = "networking"
    VARIABLES = "variables"


ALL: Final = frozenset(Part)


def _nothing() -> None:
    """Do nothing."""


class Reader:
    """Asks Cloud Managers what is there; a context, which ends with every question answered or dropped.

    ``tick`` is called whenever an environment or a program has been read.
    """

    def __init__(self, tick: Tick = _nothing) -> None:
        self._tick = tick
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._organizations: dict[Connection, Organization] = {}
        # What sends requests takes a tenth of a second to load: while the caller still finds out what to ask.
        self._pool.submit(import_module, "aem_mail.cloud_manager.wire")

    def at(self, connection: Connection) -> Organization:
        """Return who is to be asked there. Raises InvalidInput for a connection that cannot be used."""
        with self._lock:
            if connection not in self._organizations:
                self._organizations[connection] = Organization(connection, self._pool, self._tick)
            return self._organizations[connection]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.shutdown(cancel_futures=True)
        for organization in self._organizations.values():
            organization.close()


class Organization:
    """One Cloud Manager as one credential sees it; answers come as futures, which no error of this package fails."""

    def __init__(self, connection: Connection, pool: ThreadPoolExecutor, tick: Tick) -> None:
        self._api = CloudManager(connection)
        self._entrance = _Entrance(connection.org_id)
        self._pool = pool
        self._tick = tick

    def environment(
        self, environment: EnvironmentId, parts: Collection[Part] = ALL, *, listed: Environment | None = None
    ) -> Future[EnvironmentAnswers]:
        """Ask for an environment and its parts: a GET each, but none for the environment where it was ``listed`` already."""
        return self._pool.submit(self._counted, partial(self._environment, environment, parts, listed))

    def program(self, program_id: str, *, itself: bool = False) -> Future[ProgramAnswers]:
        """Ask for a program's network infrastructures, and for the program ``itself``: a GET each."""
        return self._pool.submit(self._counted, partial(self._program, program_id, itself))

    def environments(self, program_id: str) -> Future[Environments | AemMailError]:
        """Ask for the list of a program's environments."""
        return self._ask(lambda: tuple(self._api.environments.list(program_id)))

    def preconditions(self, program_id: str, region: str, is_primary_region: bool | None) -> Future[bool | AemMailError]:
        """Ask for what `preconditions` needs, and answer as it does: three GETs."""
        return self._ask(lambda: preconditions(self._api, program_id, region, is_primary_region))

    def networked(self, program_id: str, besides: Collection[EnvironmentId]) -> Future[Environments | AemMailError]:
        """Ask which environments of a program have advanced networking ``besides`` those: a GET each, and one for the list."""
        return self._ask(lambda: self._networked(program_id, besides))

    def close(self) -> None:
        """Close its connections."""
        self._api.close()

    def _ask(self, question: Callable[[], T]) -> Future[T | AemMailError]:
        return self._pool.submit(self._entrance.attempt, question)

    def _counted(self, read: Callable[[], T]) -> T:
        try:
            return read()
        finally:
            self._tick()

    def _environment(self, environment: EnvironmentId, parts: Collection[Part], listed: Environment | None) -> EnvironmentAnswers:
        attempt = self._entrance.attempt
        found = attempt(lambda: self._api.environments.get(environment)) if listed is None else listed
        if isinstance(found, NotFound):
            proof = attempt(lambda: gone(environment, self._api.environments.list(environment.program_id)))
            return EnvironmentAnswers(proof or found)
        if isinstance(found, AemMailError):
            return EnvironmentAnswers(found)
        return EnvironmentAnswers(
            found,
            attempt(lambda: self._api.advanced_networking.get(environment)) if Part.NETWORKING in parts else NOT_READ,
            attempt(lambda: tuple(self._api.variables.list(environment))) if Part.VARIABLES in parts else NOT_READ,
        )

    def _program(self, program_id: str, itself: bool) -> ProgramAnswers:
        attempt = self._entrance.attempt
        return ProgramAnswers(
            attempt(lambda: tuple(self._api.network_infrastructures.list(program_id))),
            attempt(lambda: self._api.programs.get(program_id)) if itself else None,
        )

    def _networked(self, program_id: str, besides: Collection[EnvironmentId]) -> Environments:
        listed = {EnvironmentId(program_id, one.id): one for one in self._api.environments.list(program_id)}
        return tuple(one for id_, one in listed.items() if id_ not in besides and self._api.advanced_networking.get(id_).enabled)


class _Entrance:
    """The way into one organization; once it is certain that nothing can be read there, nothing more is tried."""

    def __init__(self, org_id: str) -> None:
        self._org_id = org_id
        self._lock = threading.Lock()
        self._reached = False
        self._hopeless: OutOfReach | None = None

    def attempt(self, read: Callable[[], T]) -> T | AemMailError:
        """Return what is read, or why it cannot be. The first goes alone, since what keeps it out keeps all others out."""
        if not self._reached:
            with self._lock:
                if not self._reached:
                    return self._attempt(read)
        return self._attempt(read)

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
