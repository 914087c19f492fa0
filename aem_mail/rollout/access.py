"""What may be changed, one change at a time: locks between threads and processes, an environment's status, and what sends its changes."""

import hashlib
import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TypeVar

from filelock import FileLock, Timeout

from aem_mail.cloud_manager.api import Api
from aem_mail.cloud_manager.waiting import DONE, PATIENCE, Clock, WaitProgress, WaitVerdict, failed, going_on, interval, wait_for
from aem_mail.errors import AemMailError, BadRequest, Busy, CloudManagerError, InvalidInput, NotFound, Problem, WaitTimedOut
from aem_mail.live.absence import gone
from aem_mail.model import Environment, EnvironmentId
from aem_mail.model.statuses import ENVIRONMENT_CHANGING, ENVIRONMENT_UNCHANGEABLE


def lock_directory() -> Path:
    """Return the folder of the lock files, in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(cache) / "aem-mail" / "locks"


class Lock(Protocol):
    """Keeps others from what is being changed."""

    def held(self, timeout: float, report: Callable[[str], None]) -> AbstractContextManager[None]:
        """Hold it."""


class ChangeLock:
    """Held while ``name`` (an environment, a program) is changed; the operating system frees it when its holder dies."""

    def __init__(self, scope: str, name: str, directory: Path) -> None:
        self._name = name
        self._within = threading.Lock()
        digest = hashlib.sha256(f"{scope} {name}".encode()).hexdigest()[:24]
        self._path = directory / f"{digest}.lock"

    @contextmanager
    def held(self, timeout: float, report: Callable[[str], None]) -> Iterator[None]:
        """Hold the lock; ``report`` is told if another process has it.

        Raises WaitTimedOut after ``timeout`` seconds of another process, InvalidInput where the lock file cannot be written.
        Another thread of this process is waited for without limit, since its own waits have theirs.
        """
        with self._within:
            between = self._between(timeout, report)
            try:
                yield
            finally:
                between.release()

    def _between(self, timeout: float, report: Callable[[str], None]) -> FileLock:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self._path, mode=0o600)
            try:
                lock.acquire(blocking=False)
            except Timeout:
                report(f"waiting for another `pulumi up` on this machine: {self._name}")
                lock.acquire(timeout=timeout)
        except Timeout:
            raise WaitTimedOut(
                f"{self._name}: another `pulumi up` on this machine has been changing it for {timeout:.0f} s; "
                "run the command again when that one has ended."
            ) from None
        except OSError as error:
            cause = f"{self._path.parent} cannot be written ({error.strerror or error}); set it to a folder that can"
            raise InvalidInput(f"Lock file of {self._name}", [Problem("XDG_CACHE_HOME", cause)]) from None
        return lock


T = TypeVar("T")

SHORTLY: Final = 20.0
"""Seconds that trouble counts as having lasted already when its first pause is chosen."""

UNEXPLAINED: Final = 600.0
"""Seconds for which a refusal without a reason is borne while something else may be the reason: it may be a mistake anyway."""


class NotDone(Enum):
    """Why a change is not known to be accepted."""

    BUSY = auto()
    UNKNOWN = auto()


class Sender:
    """Sends changes of ``what`` ("program 1, environment 2"); bears another's change for ``timeout`` seconds, other trouble for less."""

    def __init__(self, what: str, clock: Clock, report: Callable[[str], None], timeout: float) -> None:
        self._clock = clock
        self._begin = partial(WaitProgress, what, "", clock, report)
        self._progress = self._begin()
        self._timeout = timeout
        self._trouble_since: float | None = None
        self._lost: CloudManagerError | None = None

    def send(self, write: Callable[[], T], excused: Callable[[BadRequest], BadRequest | None] = lambda _: None) -> T | NotDone:
        """Send once and return what ``write`` returns.

        After a pause, BUSY where another change is under way, to be tried again (raises Busy when the time is over), and
        UNKNOWN where the answer was lost: then read what became of it. Raises what else ``write`` does. A 400 of which ``excused``
        returns the error that tells of another change is BUSY too, and that error is raised when the time is over.
        """
        self._lost = None
        try:
            result = write()
        except Busy as error:
            self._tell("busy with another change")
            self._bear(error, self._timeout)
            return NotDone.BUSY
        except BadRequest as error:
            told = excused(error)
            if told is None:
                raise
            self._tell("busy with another change")
            self._bear(told, min(UNEXPLAINED, self._timeout))
            return NotDone.BUSY
        except CloudManagerError as error:
            if not error.outcome_unknown:
                raise
            self._tell("reading what became of a change whose answer was lost")
            self._lost = error
            self._pause(0.0)
            return NotDone.UNKNOWN
        self._trouble_since = None
        return result

    def try_again(self) -> None:
        """Return, after a pause, if a change that had no effect may be sent again; else raise the error that it ended with."""
        if self._lost is not None:
            self._bear(self._lost, min(PATIENCE, self._timeout))

    def _tell(self, trouble: str) -> None:
        if self._trouble_since is None:
            self._progress = self._begin()
        self._progress.tell(trouble)

    def _bear(self, error: CloudManagerError, limit: float) -> None:
        now = self._clock.now()
        self._trouble_since = now if self._trouble_since is None else self._trouble_since
        if now - self._trouble_since >= limit:
            raise error
        self._pause(now - self._trouble_since)

    def _pause(self, lasted: float) -> None:
        spread = random.uniform(-1, 1)  # noqa: S311 - spreads retries, guards nothing
        self._clock.sleep(interval(max(lasted, SHORTLY), spread))


Report = Callable[[str], None]

JUST_NOW: Final = 1.0
"""Seconds for which an environment that was idle need not be read again before a change: where it is not any more, sending tells."""


@dataclass(slots=True)
class LastSeen:
    """The environment as the last wait left it, idle; None once something is sent. Used by one batch at a time."""

    environment: Environment | None = None
    at: float = 0.0

    def just_now(self, now: float) -> Environment | None:
        """Return it unless that is too long ago."""
        return self.environment if now - self.at <= JUST_NOW else None

    def note(self, environment: Environment, now: float) -> Environment:
        """Take note of what a wait found, and return it."""
        self.environment, self.at = environment, now
        return environment

    def forget(self) -> None:
        """Let the next wait look again, since something is sent."""
        self.environment = None


@dataclass(frozen=True, slots=True)
class Access:
    """The API, the lock and the clock for changing one environment; ``report`` shows progress."""

    api: Api
    environment: EnvironmentId
    lock: Lock
    clock: Clock
    report: Report
    infrastructure_timeout: float
    seen: LastSeen = field(default_factory=LastSeen)

    def exclusive(self, timeout: float) -> AbstractContextManager[None]:
        """Hold this environment against other changes of this machine."""
        return self.lock.held(timeout, self.report)

    def sender(self, timeout: float) -> Sender:
        """Return what sends the changes of one batch."""
        return Sender(str(self.environment), self.clock, self.report, timeout)

    def excused(self, error: BadRequest) -> BadRequest | None:
        """Return a refusal with what may be its reason: an update or a pipeline of the environment. None where there is no such one."""
        reason = self._under_way()
        if reason is None:
            return None
        text = f"{error} {reason} is under way, and may be the reason."
        return BadRequest(
            text, status=error.status, title=error.title, type_=error.type, problems=error.problems, request_id=error.request_id
        )

    def _under_way(self) -> str | None:
        with suppress(AemMailError):
            if self._read().status in ENVIRONMENT_CHANGING:
                return "An update of the environment"
            for pipeline in self.api.pipelines.list(self.environment.program_id):
                if pipeline.is_deploying_to(self.environment.environment_id):
                    return f"Pipeline {pipeline.id} ({pipeline.name})"
        return None

    def wait_until_idle(self, doing: str, timeout: float, since: float | None = None) -> Environment:
        """Return the environment once ``doing`` can be changed; at once where a wait of this process has just found that.

        An environment that failed before can be changed anyway: it is for Cloud Manager to accept that or not. ``since`` is when the
        wait began, where it goes on.
        Raises EnvironmentGone, WaitFailed, WaitTimedOut and the client's errors.
        """
        return self.seen.just_now(self.clock.now()) or self._wait(f"waiting until {doing} can be changed", _idle, timeout, "", since)

    def wait_until_done(self, doing: str, timeout: float, usually: str, before: Environment, since: float | None = None) -> Environment:
        """Return the environment once an accepted change has ended, ``before`` being what it was when the change was sent.

        Raises as `wait_until_idle` does, and WaitFailed where the environment has failed since.
        """
        return self._wait(doing, lambda now: _done(before, now), timeout, usually, since)

    def _wait(
        self, what: str, verdict: Callable[[Environment], WaitVerdict], timeout: float, usually: str, since: float | None
    ) -> Environment:
        found = wait_for(
            self._read,
            verdict,
            what=f"{self.environment}: {what}",
            deadline=timeout,
            clock=self.clock,
            progress=self.report,
            usually=usually,
            since=since,
        )
        return self.seen.note(found, self.clock.now())

    def _read(self) -> Environment:
        try:
            return self.api.environments.get(self.environment)
        except NotFound as error:
            raise gone(self.environment, self.api.environments.list(self.environment.program_id)) or error from None


def _idle(environment: Environment) -> WaitVerdict:
    if environment.status in ENVIRONMENT_CHANGING:
        return going_on(environment.status)
    hint = ENVIRONMENT_UNCHANGEABLE.get(environment.status)
    return failed(hint) if hint else DONE


def _done(before: Environment, now: Environment) -> WaitVerdict:
    if now.status == "failed" != before.status:
        return failed("the environment's status is failed; look at it in Cloud Manager, then run `pulumi up` again")
    return _idle(now)
