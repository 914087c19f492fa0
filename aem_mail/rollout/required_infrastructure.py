"""The network infrastructure that an environment's networking needs before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from aem_mail.cloud_manager.waiting import DONE, WaitVerdict, going_on, wait_for
from aem_mail.errors import AemMailError, Refused
from aem_mail.kinds.kind import DeclaredInfrastructure
from aem_mail.kinds.requests import Enable, EnablementNeeds, NetworkingRequest
from aem_mail.live.preconditions import refuse_in_vain
from aem_mail.model import Kind, NetworkInfrastructure
from aem_mail.model.statuses import GONE, INFRASTRUCTURE_FAILED, INFRASTRUCTURE_PENDING, READY
from aem_mail.rollout.access import Access
from aem_mail.rollout.wanted_infrastructure import WantedInfrastructure


@dataclass(frozen=True, slots=True)
class DeclaredNetworking:
    """What a run declares of an environment's networking: its program's infrastructures, if it makes them, and what enabling needs."""

    infrastructures: Sequence[DeclaredInfrastructure] = ()
    enables: Sequence[EnablementNeeds] = ()


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
        return [self._refusal(request.needs, usable) if isinstance(request, Enable) else None for request in requests]

    def refuse_in_vain(self, declared: DeclaredNetworking) -> None:
        """Raise what enabling the declared networking will be refused with, as far as that is known before it; waits for nothing.

        Networking that is enabled already works with what is there, and this run may change nothing of it.
        """
        try:
            self._judge(declared)
        except AemMailError:
            if not self._access.api.advanced_networking.get(self._environment).enabled:
                raise

    def _judge(self, declared: DeclaredNetworking) -> None:
        program_id, there = self._environment.program_id, self._present()
        refuse_in_vain(self._access.api, program_id, there, [one.region for one in declared.infrastructures if one.region is not None])
        for one in declared.infrastructures:
            if one.kind is not None and one.region is not None:
                WantedInfrastructure(program_id, one.kind, one.region).refuse_another(there)
        usable = there if declared.infrastructures else self._judged(there)
        for needs in () if declared.infrastructures else declared.enables:
            refusal = self._refusal(needs, usable)
            if refusal is not None:
                raise refusal

    def _usable(self) -> Sequence[NetworkInfrastructure]:
        program_id = self._environment.program_id
        found = wait_for(
            self._present,
            _readiness,
            what=f"program {program_id}: network infrastructure",
            deadline=self._access.infrastructure_timeout,
            clock=self._access.clock,
            progress=self._access.report,
            usually="15 minutes to an hour",
        )
        return self._judged(found)

    def _present(self) -> list[NetworkInfrastructure]:
        there = self._access.api.network_infrastructures.list(self._environment.program_id)
        return [infrastructure for infrastructure in there if infrastructure.status not in GONE]

    def _judged(self, found: Sequence[NetworkInfrastructure]) -> Sequence[NetworkInfrastructure]:
        if not found:
            raise self._none_there()
        usable = [infrastructure for infrastructure in found if infrastructure.status not in INFRASTRUCTURE_FAILED]
        if usable:
            return usable
        broken = found[0]
        details = f" ({broken.status_details})" if broken.status_details else ""
        raise Refused(
            f"Program {self._environment.program_id}: its network infrastructure {broken.id} ({broken.kind} in {broken.region}) is "
            f"{broken.status}{details}; delete it and create it again before environment {self._environment.environment_id} can use it."
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

    def _refusal(self, needs: EnablementNeeds, usable: Sequence[NetworkInfrastructure]) -> Refused | None:
        kind, region = needs.kind, needs.region
        if not any(kind in (None, infrastructure.kind) and region in (None, infrastructure.region) for infrastructure in usable):
            wanted = " ".join(filter(None, [kind, region and f"in {region}"]))
            there = ", ".join(f"{infrastructure.kind} in {infrastructure.region} ({infrastructure.id})" for infrastructure in usable)
            return Refused(
                f"Program {self._environment.program_id}: the egress settings ask for the network infrastructure {wanted}, "
                f"and the program has {there}; correct egress.kind or egress.region, or leave them out."
            )
        if needs.has_hosts and usable[0].kind == Kind.FLEXIBLE_PORT_EGRESS:
            return Refused(
                f"AdvancedNetworking of {self._environment}: non_proxy_hosts need a dedicatedEgressIp or vpn infrastructure, "
                "and the program's is flexiblePortEgress; leave them out."
            )
        return None


def _readiness(found: Sequence[NetworkInfrastructure]) -> WaitVerdict:
    waiting = [infrastructure for infrastructure in found if infrastructure.status in INFRASTRUCTURE_PENDING]
    if waiting and not any(infrastructure.status == READY for infrastructure in found):
        return going_on(waiting[0].status)
    return DONE
