"""One environment as a thing to be changed: its lock and its status."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from aem_mail.cloud_manager.api import Api
from aem_mail.cloud_manager.waiting import DONE, Clock, Verdict, failed, going_on, wait_for
from aem_mail.errors import NotFound
from aem_mail.live.absence import gone
from aem_mail.model import Environment, EnvironmentId
from aem_mail.model.statuses import ENVIRONMENT_CHANGING, ENVIRONMENT_UNCHANGEABLE
from aem_mail.rollout.lock import Lock
from aem_mail.rollout.sending import Sender

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Access:
    """The API, the lock and the clock for changing one environment; ``report`` shows progress."""

    api: Api
    environment: EnvironmentId
    lock: Lock
    clock: Clock
    report: Report
    infrastructure_timeout: float

    def exclusive(self, timeout: float) -> AbstractContextManager[None]:
        """Hold this environment against other changes of this machine."""
        return self.lock.held(timeout, self.report)

    def sender(self, timeout: float) -> Sender:
        """Return what sends the changes of one batch."""
        return Sender(str(self.environment), self.clock, self.report, timeout)

    def wait_until_idle(self, doing: str, timeout: float) -> Environment:
        """Return the environment once ``doing`` can be changed.

        An environment that failed before can be changed all the same: it is for Cloud Manager to accept that or not.
        Raises EnvironmentGone, WaitFailed, WaitTimedOut and the client's errors.
        """
        return self._wait(f"waiting until {doing} can be changed", _idle, timeout, "")

    def wait_until_done(self, doing: str, timeout: float, usually: str, before: Environment) -> Environment:
        """Return the environment once an accepted change has ended, ``before`` being what it was when the change was sent.

        Raises as `wait_until_idle` does, and WaitFailed where the environment has failed since.
        """
        return self._wait(doing, lambda now: _done(before, now), timeout, usually)

    def _wait(self, what: str, verdict: Callable[[Environment], Verdict], timeout: float, usually: str) -> Environment:
        return wait_for(
            self._read,
            verdict,
            what=f"{self.environment}: {what}",
            deadline=timeout,
            clock=self.clock,
            progress=self.report,
            usually=usually,
        )

    def _read(self) -> Environment:
        try:
            return self.api.environments.get(self.environment)
        except NotFound as error:
            raise gone(self.environment, self.api.environments.list(self.environment.program_id)) or error from None


def _idle(environment: Environment) -> Verdict:
    if environment.status in ENVIRONMENT_CHANGING:
        return going_on(environment.status)
    hint = ENVIRONMENT_UNCHANGEABLE.get(environment.status)
    return failed(hint) if hint else DONE


def _done(before: Environment, now: Environment) -> Verdict:
    if now.status == "failed" != before.status:
        return failed("the environment's status is failed; look at it in Cloud Manager, then run `pulumi up` again")
    return _idle(now)
