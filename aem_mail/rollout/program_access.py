"""One program's network infrastructure as a thing to be changed: found, waited for, and compared with others."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

from aem_mail.cloud_manager.api import Api
from aem_mail.cloud_manager.waiting import DONE, Clock, WaitVerdict, failed, going_on, wait_for
from aem_mail.errors import NotFound
from aem_mail.kinds.replacement import provisioning
from aem_mail.model import EnvironmentId, NetworkInfrastructure
from aem_mail.model.statuses import DELETED, GONE, INFRASTRUCTURE_FAILED, INFRASTRUCTURE_PENDING, READY
from aem_mail.rollout.access import Lock, Report, Sender

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ProgramAccess:
    """The API, the lock and the clock for one program; ``timeout`` is the seconds that each wait may take."""

    api: Api
    program_id: str
    lock: Lock
    clock: Clock
    report: Report
    timeout: float

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold this program's infrastructure against other changes of this machine."""
        return self.lock.held(self.timeout, self.report)

    def sender(self) -> Sender:
        """Return what sends one change of this program's infrastructure."""
        return Sender(f"program {self.program_id}: network infrastructure", self.clock, self.report, self.timeout)

    def present(self) -> list[NetworkInfrastructure]:
        """Read the program's infrastructures, those that are being deleted at the end."""
        there = [one for one in self.api.network_infrastructures.list(self.program_id) if one.status != DELETED]
        return sorted(there, key=lambda one: one.status in GONE)

    def in_region(self, region: str) -> NetworkInfrastructure | None:
        """Read the infrastructure of a region; one that is being deleted only where there is no other."""
        return next((one for one in self.present() if one.region == region), None)

    def wait_until_ready(self, live: NetworkInfrastructure) -> NetworkInfrastructure:
        """Return it once it is ready; raises WaitFailed, WaitTimedOut and the client's errors."""
        return self._wait(lambda: self._get(live), _ready, _named(live), provisioning(live.kind))

    def wait_until_idle(self, live: NetworkInfrastructure) -> None:
        """Return once it can be changed or deleted, whatever its status, or is gone; raises as `wait_until_ready` does."""
        self._wait(lambda: self.find(live), _idle, _named(live), "")

    def wait_until_gone(self, live: NetworkInfrastructure) -> None:
        """Return once it is gone; raises as `wait_until_ready` does."""
        self._wait(lambda: self.find(live), _gone, f"{_named(live)}: deletion", provisioning(live.kind))

    def find(self, live: NetworkInfrastructure) -> NetworkInfrastructure | None:
        """Read it again, None where it is gone."""
        try:
            return self._get(live)
        except NotFound:
            return None

    def users(self) -> list[str]:
        """Name the environments of the program on which advanced networking is enabled, whoever enabled it."""
        return [
            f"{environment.id} ({environment.name}, {environment.type})"
            for environment in self.api.environments.list(self.program_id)
            if self.api.advanced_networking.get(EnvironmentId(self.program_id, environment.id)).enabled
        ]

    def _get(self, live: NetworkInfrastructure) -> NetworkInfrastructure:
        return self.api.network_infrastructures.get(self.program_id, live.id)

    def _wait(self, read: Callable[[], T], verdict: Callable[[T], WaitVerdict], what: str, usually: str) -> T:
        return wait_for(
            read,
            verdict,
            what=f"program {self.program_id}: {what}",
            deadline=self.timeout,
            clock=self.clock,
            progress=self.report,
            usually=usually,
        )


def _named(live: NetworkInfrastructure) -> str:
    return f"network infrastructure {live.id} ({live.kind} in {live.region})"


def _ready(live: NetworkInfrastructure) -> WaitVerdict:
    if live.status == READY:
        return DONE
    if live.status in INFRASTRUCTURE_FAILED | GONE:
        return failed(live.status_details or f"its status is {live.status}")
    return going_on(live.status)


def _idle(live: NetworkInfrastructure | None) -> WaitVerdict:
    return going_on(live.status) if live is not None and live.status in INFRASTRUCTURE_PENDING else DONE


def _gone(live: NetworkInfrastructure | None) -> WaitVerdict:
    if live is None or live.status == DELETED:
        return DONE
    if live.status in INFRASTRUCTURE_FAILED:
        return failed(live.status_details or f"its status is {live.status}")
    return going_on(live.status)
