"""One environment as a thing to be changed: wait until it is ready, send one change, learn what became of it."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.cloud_manager.waiting import DONE, Clock, Verdict, failed, going_on, interval, wait_for
from aem_mail.errors import Busy, CloudManagerError, NotFound, Refused
from aem_mail.model import Environment, EnvironmentId
from aem_mail.rollout.lock import ChangeLock

Report = Callable[[str], None]

IN_TRANSITION: Final = frozenset({"creating", "created", "updating", "restoring", "resetting", "deleting"})


class Sent(Enum):
    """What is known of a change after it was sent."""

    ACCEPTED = auto()
    NOT_ACCEPTED = auto()
    UNKNOWN = auto()


class EnvironmentGone(Refused):
    """The environment is not in its program: the program's list of environments was read and lacks it."""


@dataclass(frozen=True, slots=True)
class Access:
    """The API, the lock and the clock for changing one environment; ``report`` shows progress."""

    api: CloudManager
    environment: EnvironmentId
    lock: ChangeLock
    clock: Clock
    report: Report
    infrastructure_timeout: float

    def exclusive(self, timeout: float) -> AbstractContextManager[None]:
        """Hold this environment against other changes of this machine."""
        return self.lock.held(timeout)

    def wait_until_ready(self, doing: str, timeout: float, usually: str) -> Environment:
        """Return the environment once it is ready; raises EnvironmentGone, WaitFailed, WaitTimedOut and the client's errors."""
        return wait_for(
            self._read,
            _readiness,
            what=f"{self.environment}: {doing}",
            deadline=timeout,
            clock=self.clock,
            progress=self.report,
            usually=usually,
        )

    def send(self, write: Callable[[], object], since: float, timeout: float) -> Sent:
        """Send one change.

        Busy is waited out, ``timeout`` seconds from ``since`` at the most; a lost answer is UNKNOWN, for the caller to read.
        """
        try:
            write()
        except Busy:
            waited = self.clock.now() - since
            if waited >= timeout:
                raise
            self.report(f"{self.environment}: busy with another change, waiting")
            self.clock.sleep(interval(max(waited, 20.0), random.uniform(-1, 1)))  # noqa: S311 - spreads retries
            return Sent.NOT_ACCEPTED
        except CloudManagerError as error:
            if not error.outcome_unknown:
                raise
            self.report(f"{self.environment}: the answer to a change was lost, reading what became of it")
            return Sent.UNKNOWN
        return Sent.ACCEPTED

    def _read(self) -> Environment:
        try:
            return self.api.environments.get(self.environment)
        except NotFound as error:
            raise gone(self.api, self.environment) or error from None


def gone(api: CloudManager, environment: EnvironmentId) -> EnvironmentGone | None:
    """Prove that an environment is not there: its program's list, answered with 200, lacks it. None where it is listed."""
    listed = api.environments.list(environment.program_id)
    if any(one.id == environment.environment_id for one in listed):
        return None
    there = ", ".join(f"{one.id} ({one.type})" for one in listed) or "none"
    return EnvironmentGone(
        f"Environment {environment.environment_id} does not exist in program {environment.program_id}, whose environments are: {there}. "
        "Set environmentId to one of them, or programId to the environment's own program."
    )


def _readiness(environment: Environment) -> Verdict:
    if environment.status == "ready":
        return DONE
    if environment.status in IN_TRANSITION:
        return going_on(environment.status)
    hint = {
        "hibernated": "it is hibernated; wake it up in Cloud Manager, then run `pulumi up` again",
    }.get(environment.status, f"its status is {environment.status}; look at it in Cloud Manager, then run `pulumi up` again")
    return failed(hint)
