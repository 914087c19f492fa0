"""Changes of an environment's advanced networking, as batches."""

import re
from collections.abc import Sequence
from typing import Any

from aem_mail.cloud_manager.waiting import DONE, Verdict, going_on, wait_for
from aem_mail.errors import AemMailError, Refused
from aem_mail.model import AdvancedNetworking, Kind, NetworkInfrastructure
from aem_mail.rollout.access import Sent
from aem_mail.rollout.gathering import Pending
from aem_mail.rollout.lane import Lane
from aem_mail.rollout.networking import Delete, NetworkingPlan, Put, merge
from aem_mail.rollout.requests import Disable, Enable, NetworkingRequest, PutRule, RemoveRule

PENDING_STATUSES = frozenset({"creating", "updating"})
FAILED_STATUSES = frozenset({"failed", "error"})
GONE_STATUSES = frozenset({"deleting", "deleted"})


class NetworkingLane(Lane[NetworkingRequest, AdvancedNetworking]):
    """Enablement, port forwards and non-proxy hosts of one environment: one PUT or DELETE a batch."""

    doing = "advanced networking"
    usually = "10 minutes"

    def admit(self, batch: Sequence[Pending[NetworkingRequest]], timeout: float) -> Sequence[Pending[NetworkingRequest]]:
        """Refuse, or wait for, what needs a network infrastructure."""
        needy = [pending for pending in batch if isinstance(pending.request, Enable | PutRule)]
        if not needy:
            return batch
        try:
            infrastructure = self._infrastructure()
        except AemMailError as error:
            refusals = [(pending, error) for pending in needy]
        else:
            mismatches = [(pending, self._mismatch(pending.request, infrastructure)) for pending in needy]
            refusals = [(pending, mismatch) for pending, mismatch in mismatches if mismatch is not None]
        for pending, refusal in refusals:
            pending.future.set_exception(refusal)
        return [pending for pending in batch if not pending.future.done()]

    def read(self, timeout: float) -> AdvancedNetworking:
        return self.access.api.advanced_networking.get(self.access.environment)

    def merge(self, live: AdvancedNetworking, requests: Sequence[NetworkingRequest]) -> NetworkingPlan:
        return merge(self.access.environment, live, requests)

    def send(self, write: Put | Delete) -> None:
        api, environment = self.access.api.advanced_networking, self.access.environment
        if isinstance(write, Delete):
            api.delete(environment)
        else:
            api.put(environment, non_proxy_hosts=write.non_proxy_hosts, port_forwards=write.port_forwards)

    def sent(self, write: Put | Delete, outcome: Sent, before: AdvancedNetworking) -> None:
        """Nothing to remember: the document can be read back."""

    def is_removal(self, request: NetworkingRequest) -> bool:
        return isinstance(request, RemoveRule | Disable)

    def blamed(self, request: NetworkingRequest, text: str) -> bool:
        if isinstance(request, PutRule):
            words = [str(request.rule.port_orig), request.rule.name]
        elif isinstance(request, Enable):
            words = list(request.non_proxy_hosts or ())
        else:
            words = []
        return any(re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", text) for word in words)

    def trouble(self, request: NetworkingRequest, live: AdvancedNetworking) -> AemMailError | None:
        return None

    def outputs(self, request: NetworkingRequest, live: AdvancedNetworking) -> dict[str, Any]:
        return {"network_infrastructure_id": live.network_infrastructure_id} if isinstance(request, Enable) else {}

    def _infrastructure(self) -> NetworkInfrastructure:
        program_id = self.access.environment.program_id
        found = wait_for(
            lambda: [one for one in self.access.api.network_infrastructures.list(program_id) if one.status not in GONE_STATUSES],
            _readiness,
            what=f"program {program_id}: network infrastructure",
            deadline=self.access.infrastructure_timeout,
            clock=self.access.clock,
            progress=self.access.report,
            usually="15 to 60 minutes",
        )
        if not found:
            raise self._no_infrastructure()
        usable = [one for one in found if one.status not in FAILED_STATUSES]
        if usable:
            return usable[0]
        broken = found[0]
        details = f" ({broken.status_details})" if broken.status_details else ""
        raise Refused(
            f"Program {program_id}: its network infrastructure {broken.id} ({broken.kind} in {broken.region}) is {broken.status}{details}; "
            f"delete it and create it anew before {self.access.environment} can use it."
        )

    def _no_infrastructure(self) -> Refused:
        environment = self.access.environment
        program = self.access.api.programs.get(environment.program_id)
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

    def _mismatch(self, request: NetworkingRequest, infrastructure: NetworkInfrastructure) -> AemMailError | None:
        if not isinstance(request, Enable):
            return None
        wanted = {"kind": request.infrastructure_kind, "region": request.infrastructure_region}
        found = {"kind": infrastructure.kind, "region": infrastructure.region}
        wrong = [
            f"{name} {value} is wanted and {found[name]} is there" for name, value in wanted.items() if value not in (None, found[name])
        ]
        if wrong:
            return Refused(
                f"Program {self.access.environment.program_id}: its network infrastructure {infrastructure.id} is not the one that "
                f"the egress settings ask for: {', '.join(wrong)}; correct egress.kind or egress.region, or leave them out."
            )
        if request.non_proxy_hosts and infrastructure.kind == Kind.FLEXIBLE_PORT_EGRESS:
            return Refused(
                f"AdvancedNetworking of {self.access.environment}: non_proxy_hosts need a dedicatedEgressIp or vpn infrastructure, "
                "and the program's is flexiblePortEgress; leave them out."
            )
        return None


def _readiness(found: Sequence[NetworkInfrastructure]) -> Verdict:
    waiting = [one for one in found if one.status in PENDING_STATUSES]
    if waiting and not any(one.status == "ready" for one in found):
        return going_on(waiting[0].status)
    return DONE
