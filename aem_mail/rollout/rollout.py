"""The way from resources to Cloud Manager: one object per engine run."""

import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from aem_mail.cloud_manager.api import Api
from aem_mail.cloud_manager.waiting import SYSTEM_CLOCK, Clock
from aem_mail.errors import AemMailError, NotFound
from aem_mail.kinds import Scope
from aem_mail.kinds.requests import Answer, NetworkingRequest, PutRule, RemoveVariable, SetVariable, VariableRequest
from aem_mail.live.absence import EnvironmentGone, gone
from aem_mail.model import AdvancedNetworking, EnvironmentId, NetworkInfrastructure, Variable
from aem_mail.rollout.access import Access, ChangeLock, Report, lock_directory
from aem_mail.rollout.batch import carry_out
from aem_mail.rollout.claims import FindHolders, nobody
from aem_mail.rollout.gathering import Gathering, Traffic, Window
from aem_mail.rollout.infrastructure import Infrastructures
from aem_mail.rollout.networking_lane import NetworkingLane
from aem_mail.rollout.program_access import ProgramAccess
from aem_mail.rollout.required_infrastructure import DeclaredNetworking
from aem_mail.rollout.variables_lane import VariablesLane

T = TypeVar("T")

FRESH: Final = 2.0
"""Seconds for which an answer serves further readers, counted from when it was asked for."""


class SharedReads:
    """Answers by key; thread safe. A failed read fails everybody who waited for it, and is not kept."""

    def __init__(self, clock: Clock, fresh: float = FRESH) -> None:
        self._clock = clock
        self._fresh = fresh
        self._lock = threading.Lock()
        self._answers: dict[Hashable, tuple[float, Future[Any]]] = {}

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """Return what ``read`` returns, from another reader's call if there is a fresh one."""
        with self._lock:
            asked, future = self._answers.get(key, (0.0, None))
            mine = future is None or (future.done() and self._clock.now() - asked > self._fresh)
            if mine:
                future = Future()
                self._answers[key] = (self._clock.now(), future)
        assert future is not None  # noqa: S101 - for the type checker
        if mine:
            self._read_for_all(key, future, read)
        return future.result()  # type: ignore[no-any-return]

    def forget(self) -> None:
        """Let every further reader ask again: something was changed."""
        with self._lock:
            self._answers.clear()

    def _read_for_all(self, key: Hashable, future: "Future[Any]", read: Callable[[], Any]) -> None:
        try:
            future.set_result(read())
        except BaseException as error:  # whatever happened is the answer: the others must not hang
            with self._lock:
                if self._answers.get(key, (0.0, None))[1] is future:
                    del self._answers[key]
            future.set_exception(error)


def _nothing(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How the user is told: ``report`` for passing progress, ``say`` for what stays in the output."""

    report: Report = _nothing
    say: Report = _nothing


@dataclass(frozen=True, slots=True)
class _Queues:
    networking: Gathering[NetworkingRequest]
    variables: Gathering[VariableRequest]

    def of(self, request: NetworkingRequest | VariableRequest) -> Gathering[Any]:
        """Return where requests of this sort are gathered."""
        return self.variables if isinstance(request, SetVariable | RemoveVariable) else self.networking


def _outcome(future: "Future[Answer]") -> Answer | AemMailError:
    """Wait for an answer; an error that no user can cause is raised."""
    error = future.exception()
    if isinstance(error, AemMailError):
        return error
    return future.result()


def _never(_: object) -> bool:
    return False


def _none(_: object) -> Sequence[PutRule]:
    return ()


def _nowhere(_: object) -> None:
    """Say that no networking is declared."""


@dataclass(frozen=True, slots=True)
class RolloutOptions:
    """How requests are gathered, how many seconds networking waits for an infrastructure, and where the lock files lie.

    ``declared`` says whether this run declares the enablement of an environment: then rules need not wait for it.
    ``holders`` says what the stack's state holds, as far as it is known by then, ``rules`` which rules the program declares in an
    environment, ``networking`` what it declares of its networking (None: nothing), ``traffic`` what the engine is about.
    """

    infrastructure_timeout: float = 90 * 60.0
    window: Window = field(default_factory=Window)
    locks: Path = field(default_factory=lock_directory)
    declared: Callable[[EnvironmentId], bool] = _never
    holders: FindHolders = nobody
    rules: Callable[[EnvironmentId], Sequence[PutRule]] = _none
    networking: Callable[[EnvironmentId], DeclaredNetworking | None] = _nowhere
    traffic: Traffic = field(default_factory=Traffic)


class Rollout:
    """All changes and shared reads of one engine run; thread safe.

    ``scope`` tells one Cloud Manager from another (its base URL and organization), for the locks between processes.
    """

    def __init__(self, api: Api, scope: str, voice: Voice, options: RolloutOptions | None = None, clock: Clock = SYSTEM_CLOCK) -> None:
        self._api = api
        self._scope = scope
        self._voice = voice
        self._options = options or RolloutOptions()
        self._clock = clock
        self._lock = threading.Lock()
        self._queues: dict[EnvironmentId, _Queues] = {}
        self._program_locks: dict[str, ChangeLock] = {}
        self._reads = SharedReads(clock)
        self.infrastructures = Infrastructures(self._program)

    def change(self, environment: EnvironmentId, request: NetworkingRequest | VariableRequest, timeout: float) -> Answer:
        """Have one request carried out, together with others that come at the same time; raises why it was not."""
        try:
            return self._queues_of(environment).of(request).submit(request, timeout)
        finally:
            self._reads.forget()

    def change_together(
        self, environment: EnvironmentId, requests: Sequence[NetworkingRequest | VariableRequest], timeout: float
    ) -> list[Answer | AemMailError]:
        """Have the requests of one resource carried out, all on networking or all on variables, and return what became of each."""
        queues = self._queues_of(environment)
        try:
            return [_outcome(future) for future in [queues.of(request).add(request, timeout) for request in requests]]
        finally:
            self._reads.forget()

    def read_networking(self, environment: EnvironmentId) -> AdvancedNetworking | None:
        """Read the networking document; None only where the environment is proven to be gone."""
        return self._reads.get(("networking", environment), lambda: self._unless_gone(environment, self._api.advanced_networking.get))

    def read_variables(self, environment: EnvironmentId) -> Sequence[Variable] | None:
        """Read the variables; None only where the environment is proven to be gone."""
        return self._reads.get(("variables", environment), lambda: self._unless_gone(environment, self._api.variables.list))

    def read_infrastructures(self, program_id: str) -> Sequence[NetworkInfrastructure]:
        """Read a program's network infrastructures."""
        return self._reads.get(("infrastructures", program_id), lambda: self._api.network_infrastructures.list(program_id))

    def _unless_gone(self, environment: EnvironmentId, read: Callable[[EnvironmentId], T]) -> T | None:
        try:
            return read(environment)
        except NotFound:
            if self._reads.get(("gone", environment), partial(self._proof, environment)) is None:
                raise
            return None

    def _proof(self, environment: EnvironmentId) -> EnvironmentGone | None:
        return gone(environment, self._api.environments.list(environment.program_id))

    def _queues_of(self, environment: EnvironmentId) -> _Queues:
        with self._lock:
            if environment not in self._queues:
                self._queues[environment] = self._new_queues(environment)
            return self._queues[environment]

    def _new_queues(self, environment: EnvironmentId) -> _Queues:
        lock = ChangeLock(self._scope, str(environment), self._options.locks)
        access = Access(self._api, environment, lock, self._clock, self._voice.report, self._options.infrastructure_timeout)
        networking = NetworkingLane(
            access, partial(self._options.declared, environment), self._options.holders, partial(self._options.rules, environment)
        )
        variables = VariablesLane(access, self._options.holders, partial(self._options.networking, environment))
        window, signs = self._options.window, self._options.traffic.signs
        both = partial(signs, (environment, Scope.NETWORKING)), partial(signs, (environment, Scope.VARIABLES))
        return _Queues(
            Gathering(f"networking of {environment}", partial(carry_out, networking), window, both[0]),
            Gathering(f"variables of {environment}", partial(carry_out, variables), window, both[1]),
        )

    def _program(self, program_id: str, timeout: float) -> ProgramAccess:
        with self._lock:
            name = f"program {program_id}"
            lock = self._program_locks.setdefault(program_id, ChangeLock(self._scope, name, self._options.locks))
        return ProgramAccess(self._api, program_id, lock, self._clock, self._voice.report, timeout)
