"""Whether a program's network infrastructure serves an environment: what a networking request needs before anything is sent."""

from collections.abc import Sequence

from aem_mail.cloud_manager.waiting import DONE, Verdict, going_on, wait_for
from aem_mail.errors import AemMailError, Refused
from aem_mail.kinds.requests import Enable, NetworkingRequest
from aem_mail.model import Kind, NetworkInfrastructure
from aem_mail.model.statuses import GONE, INFRASTRUCTURE_FAILED, INFRASTRUCTURE_PENDING, READY
from aem_mail.rollout.access import Access


class RequiredInfrastructure:
    """The network infrastructures of the environment's program, as far as its advanced networking needs them."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._environment = access.environment

    def refusals(self, requests: Sequence[NetworkingRequest]) -> list[AemMailError | None]:
        """Return for each request why it cannot be served, if so; waits for an infrastructure that is being created."""
        try:
            usable = self._usable()
        except AemMailError as error:
            return [error for _ in requests]
        return [self._refusal(request, usable) if isinstance(request, Enable) else None for request in requests]

    def _usable(self) -> Sequence[NetworkInfrastructure]:
        program_id = self._environment.program_id
        found = wait_for(
            lambda: [one for one in self._access.api.network_infrastructures.list(program_id) if one.status not in GONE],
            _readiness,
            what=f"program {program_id}: network infrastructure",
            deadline=self._access.infrastructure_timeout,
            clock=self._access.clock,
            progress=self._access.report,
            usually="15 to 60 minutes",
        )
        if not found:
            raise self._none_there()
        usable = [one for one in found if one.status not in INFRASTRUCTURE_FAILED]
        if usable:
            return usable
        broken = found[0]
        details = f" ({broken.status_details})" if broken.status_details else ""
        raise Refused(
            f"Program {program_id}: its network infrastructure {broken.id} ({broken.kind} in {broken.region}) is {broken.status}{details}; "
            f"delete it and create it anew before environment {self._environment.environment_id} can use it."
        )

    def _none_there(self) -> Refused:
        environment = self._environment
        program = self._access.api.programs.get(environment.program_id)
        if program.sandbox:
            return Refused(
                f"Program {program.id} ({program.name}) is a sandbox program: it cannot have advanced networking, so mail cannot leave "
                f"environment {environment.environment_id}; use an environment of a production program."
            )
        return Refused(
            f"Program {environment.program_id} has no network infrastructure, so advanced networking cannot be enabled on "
            f"environment {environment.environment_id}; create one first: declare a NetworkInfrastructure resource, or "
            'set the egress mode to "managed" in one stack of the program.'
        )

    def _refusal(self, request: Enable, usable: Sequence[NetworkInfrastructure]) -> Refused | None:
        kind, region = request.infrastructure_kind, request.infrastructure_region
        if not any(kind in (None, one.kind) and region in (None, one.region) for one in usable):
            wanted = " ".join(filter(None, [kind, region and f"in {region}"]))
            there = ", ".join(f"{one.kind} in {one.region} ({one.id})" for one in usable)
            return Refused(
                f"Program {self._environment.program_id}: the egress settings ask for the network infrastructure {wanted}, "
                f"and the program has {there}; correct egress.kind or egress.region, or leave them out."
            )
        if request.non_proxy_hosts and usable[0].kind == Kind.FLEXIBLE_PORT_EGRESS:
            return Refused(
                f"AdvancedNetworking of {self._environment}: non_proxy_hosts need a dedicatedEgressIp or vpn infrastructure, "
                "and the program's is flexiblePortEgress; leave them out."
            )
        return None


def _readiness(found: Sequence[NetworkInfrastructure]) -> Verdict:
    waiting = [one for one in found if one.status in INFRASTRUCTURE_PENDING]
    if waiting and not any(one.status == READY for one in found):
        return going_on(waiting[0].status)
    return DONE
