"""A program's network infrastructure: adopt, create, update and delete, each waited for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.cloud_manager.waiting import DONE, Clock, Verdict, failed, going_on, wait_for
from aem_mail.errors import BadRequest, Busy, CloudManagerError, NotFound, Occupied, Refused, WaitTimedOut
from aem_mail.model import EnvironmentId, Kind, NetworkInfrastructure
from aem_mail.rollout.access import Report
from aem_mail.rollout.lock import ChangeLock
from aem_mail.rollout.preconditions import preconditions
from aem_mail.rollout.requests import Answer, Origin

GONE = frozenset({"deleting", "deleted"})
BROKEN = frozenset({"failed", "error"})


@dataclass(frozen=True, slots=True)
class WantedInfrastructure:
    """A network infrastructure as declared; ``connections`` hold the shared keys and are never shown."""

    program_id: str
    kind: str
    region: str
    is_primary_region: bool | None = None
    address_space: tuple[str, ...] | None = None
    dns: Mapping[str, Any] | None = None
    connections: Sequence[Mapping[str, Any]] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"network infrastructure {self.kind} in {self.region} of program {self.program_id}"

    def body(self, *, is_primary_region: bool) -> dict[str, Any]:
        """Write it in the API's field names."""
        vpn = {"addressSpace": self.address_space and list(self.address_space), "dns": self.dns, "connections": self.connections}
        return {
            "kind": self.kind,
            "region": self.region,
            "isPrimaryRegion": is_primary_region,
            **{name: value for name, value in vpn.items() if value is not None},
        }

    def differs(self, live: NetworkInfrastructure) -> bool:
        """Say whether anything that can be read and changed is not as declared; what is not declared does not count."""
        visible = None if self.connections is None else [_without_key(connection) for connection in self.connections]
        return not (_covers(live.dns, self.dns) and _covers(list(live.connections), visible))


class Infrastructures:
    """The network infrastructures of the programs that one run deals with; thread safe."""

    def __init__(self, api: CloudManager, lock_of: Callable[[str], ChangeLock], clock: Clock, report: Report) -> None:
        self._api = api
        self._lock_of = lock_of
        self._clock = clock
        self._report = report

    def create(self, wanted: WantedInfrastructure, timeout: float) -> Answer:
        """Adopt the same kind in that region, else create it; wait until it is ready, and bring an adopted VPN up to date.

        Raises Occupied for another kind, Refused where the program cannot have one, and the client's errors.
        """
        with self._lock_of(wanted.program_id).held(timeout):
            live, origin = self._adopt_or_post(wanted, timeout)
        note = None if origin is Origin.CREATED else f"The {wanted} was there already; this stack manages it from now on."
        answer = Answer(origin, note, {"infrastructure_id": live.id, "is_primary_region": live.is_primary_region})
        try:
            ready = self._wait_until_ready(wanted, live.id, timeout)
            if origin is Origin.ADOPTED and wanted.differs(ready):
                self._put(wanted, ready, timeout)
        except (WaitTimedOut, CloudManagerError) as error:
            return Answer(answer.origin, answer.note, answer.outputs, unready=error)
        return answer

    def update(self, wanted: WantedInfrastructure, *, rewrite: bool, timeout: float) -> Answer:
        """Bring the infrastructure up to date; ``rewrite`` sends a VPN's shared keys though nothing visible differs."""
        live = self._find(wanted.program_id, wanted.region)
        if live is None:
            return self.create(wanted, timeout)
        self._refuse_another(wanted, [live])
        ready = self._wait_until_ready(wanted, live.id, timeout)
        if wanted.kind == Kind.VPN and (rewrite or wanted.differs(ready)):
            with self._lock_of(wanted.program_id).held(timeout):
                self._put(wanted, ready, timeout)
        return Answer(Origin.ADOPTED, None, {"infrastructure_id": live.id, "is_primary_region": live.is_primary_region})

    def delete(self, program_id: str, region: str, *, created: bool, replacing: bool, timeout: float) -> str | None:
        """Delete it if it was created here and no environment uses it; else leave it and say why.

        Where it must go (``replacing``), staying is an error: Refused.
        """
        live = self._find(program_id, region)
        if live is None:
            return None
        what = f"Network infrastructure {live.id} ({live.kind} in {live.region}) of program {program_id}"
        stays = self._reason_to_stay(what, program_id, created)
        if stays is None:
            try:
                self._api.network_infrastructures.delete(program_id, live.id)
            except NotFound:
                return None
            except BadRequest as error:
                stays = self._reason_to_stay(what, program_id, created) or str(error)
            except CloudManagerError as error:
                if not error.outcome_unknown:
                    raise
        if stays is None:
            self._wait_until_gone(what, program_id, live.id, timeout)
        elif replacing:
            raise Refused(f"{stays} It has to go before the new one can be created: {_STEPS}")
        return stays

    def find(self, program_id: str, region: str) -> NetworkInfrastructure | None:
        """Read the infrastructure of a region, None if the program's list has none that stays."""
        return self._find(program_id, region)

    def _find(self, program_id: str, region: str) -> NetworkInfrastructure | None:
        present = self._api.network_infrastructures.list(program_id)
        return next((one for one in present if one.region == region and one.status not in GONE), None)

    def _adopt_or_post(self, wanted: WantedInfrastructure, timeout: float) -> tuple[NetworkInfrastructure, Origin]:
        began = self._clock.now()
        sent = False
        while True:
            present = self._api.network_infrastructures.list(wanted.program_id)
            self._refuse_another(wanted, [one for one in present if one.status not in GONE])
            same = next((one for one in present if one.region == wanted.region), None)
            if same is not None and same.status in GONE:
                self._wait_until_gone(f"The previous {wanted}", wanted.program_id, same.id, timeout)
                continue
            if same is not None:
                return same, Origin.CREATED if sent else Origin.ADOPTED
            primary = preconditions(self._api, wanted.program_id, wanted.region, wanted.is_primary_region)
            try:
                return self._api.network_infrastructures.create(wanted.program_id, wanted.body(is_primary_region=primary)), Origin.CREATED
            except Busy:
                if self._clock.now() - began >= timeout:
                    raise
                self._report(f"Program {wanted.program_id}: busy, waiting to create the {wanted}")
                self._clock.sleep(1.0)
            except CloudManagerError as error:
                if not error.outcome_unknown or self._clock.now() - began >= timeout:
                    raise
                sent = True

    def _refuse_another(self, wanted: WantedInfrastructure, present: Sequence[NetworkInfrastructure]) -> None:
        for one in present:
            there = f"network infrastructure {one.id} ({one.kind} in {one.region}, {one.status})"
            if one.kind != wanted.kind:
                raise Occupied(
                    f"The stack declares a {wanted}, but the program already has {there}; a program has one kind. "
                    f'Set kind to {one.kind}, use it with egress mode "existing", or replace it: {_STEPS}'
                )
            if one.region != wanted.region:
                continue
            if one.status in BROKEN:
                details = f": {one.status_details}" if one.status_details else ""
                raise Refused(f"Program {wanted.program_id}: {there} cannot be used{details}. Replace it: {_STEPS}")
            if wanted.address_space is not None and tuple(one.address_space) != tuple(wanted.address_space):
                raise Occupied(
                    f"The stack declares a {wanted} with address space {', '.join(wanted.address_space)}, but {there} has "
                    f"{', '.join(one.address_space)}, which cannot be changed. Declare that one, or replace it: {_STEPS}"
                )

    def _put(self, wanted: WantedInfrastructure, live: NetworkInfrastructure, timeout: float) -> None:
        body = wanted.body(is_primary_region=live.is_primary_region)
        began = self._clock.now()
        while True:
            try:
                self._api.network_infrastructures.update(wanted.program_id, live.id, body)
            except Busy:
                if self._clock.now() - began >= timeout:
                    raise
                self._clock.sleep(1.0)
            except CloudManagerError as error:
                if not error.outcome_unknown or self._clock.now() - began >= timeout:
                    raise
                if self._api.network_infrastructures.get(wanted.program_id, live.id).status == "updating":
                    break
                continue
            else:
                break
            self._wait_until_ready(wanted, live.id, timeout)
        self._wait_until_ready(wanted, live.id, timeout)

    def _wait_until_ready(self, wanted: WantedInfrastructure, infrastructure_id: str, timeout: float) -> NetworkInfrastructure:
        return wait_for(
            lambda: self._api.network_infrastructures.get(wanted.program_id, infrastructure_id),
            _readiness,
            what=f"Program {wanted.program_id}: {wanted.kind} in {wanted.region}",
            deadline=timeout,
            clock=self._clock,
            progress=self._report,
            usually="45 to 60 minutes" if wanted.kind == Kind.VPN else "15 minutes",
        )

    def _wait_until_gone(self, what: str, program_id: str, infrastructure_id: str, timeout: float) -> None:
        def read() -> NetworkInfrastructure | None:
            try:
                return self._api.network_infrastructures.get(program_id, infrastructure_id)
            except NotFound:
                return None

        wait_for(read, _absence, what=f"{what}: deletion", deadline=timeout, clock=self._clock, progress=self._report, usually="15 minutes")

    def _reason_to_stay(self, what: str, program_id: str, created: bool) -> str | None:
        if not created:
            return f"{what} stays: this stack found it there, and leaves it there."
        holders = [
            f"{environment.id} ({environment.name}, {environment.type})"
            for environment in self._api.environments.list(program_id)
            if self._api.advanced_networking.get(EnvironmentId(program_id, environment.id)).enabled
        ]
        return f"{what} stays: advanced networking is still enabled on environment {', '.join(holders)}." if holders else None


_STEPS = (
    "1. disable advanced networking on every environment of the program (mail and every other forwarded connection stop), "
    "2. delete the infrastructure, 3. create the new one (15 to 60 minutes), 4. enable advanced networking again."
)


def _readiness(infrastructure: NetworkInfrastructure) -> Verdict:
    if infrastructure.status == "ready":
        return DONE
    if infrastructure.status in BROKEN | GONE:
        return failed(infrastructure.status_details or f"its status is {infrastructure.status}")
    return going_on(infrastructure.status)


def _absence(infrastructure: NetworkInfrastructure | None) -> Verdict:
    if infrastructure is None or infrastructure.status == "deleted":
        return DONE
    if infrastructure.status in BROKEN:
        return failed(infrastructure.status_details or f"its status is {infrastructure.status}")
    return going_on(infrastructure.status)


def _without_key(connection: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in connection.items() if name != "sharedKey"}


def _covers(live: Any, declared: Any) -> bool:
    if declared is None:
        return True
    if isinstance(declared, Mapping):
        return isinstance(live, Mapping) and all(_covers(live.get(name), value) for name, value in declared.items())
    if isinstance(declared, list | tuple):
        return isinstance(live, list | tuple) and len(live) == len(declared) and all(map(_covers, live, declared))
    return bool(live == declared)
