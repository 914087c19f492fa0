"""Changes of an environment's advanced networking, as batches."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from aem_mail.errors import BadRequest
from aem_mail.kinds.port_forward import ENABLED_AHEAD, rules_on
from aem_mail.kinds.requests import Enable, NetworkingRequest, PutRule, as_owner, claimed_key, enablement_key, place_of
from aem_mail.model import AdvancedNetworking, EnvironmentId
from aem_mail.rollout.access import Access
from aem_mail.rollout.batch import Lane
from aem_mail.rollout.claims import FindHolders, Holders, as_recorded
from aem_mail.rollout.gathering import Pending
from aem_mail.rollout.networking import UNDECLARED, Delete, NetworkingPlan, Put, companions, merge
from aem_mail.rollout.networking_answers import difference
from aem_mail.rollout.refused_entries import named_places, names_field, speaking_of
from aem_mail.rollout.required_infrastructure import RequiredInfrastructure


class NetworkingLane(Lane[NetworkingRequest, AdvancedNetworking]):
    """Enablement, port forwards and non-proxy hosts of one environment: one PUT or DELETE a batch."""

    doing = "advanced networking"
    usually = "10 minutes"

    def __init__(
        self, access: Access, declared: Callable[[], bool], holders: FindHolders, rules: Callable[[], Sequence[PutRule]] = tuple
    ) -> None:
        """``declared`` says whether this run declares the enablement, ``holders`` what the state holds, ``rules`` which are declared."""
        super().__init__(access)
        self._holders = holders
        self._rules = rules
        self._required = RequiredInfrastructure(access)
        self._declared = declared
        self._enablement = UNDECLARED

    def admit(self, batch: Sequence[Pending[NetworkingRequest]]) -> Sequence[Pending[NetworkingRequest]]:
        """Refuse, or wait for, what needs a network infrastructure."""
        self.forget_places()
        needy = [pending for pending in batch if _needs_infrastructure(pending.request)]
        refusals = self._required.refusals([pending.request for pending in needy]) if needy else []
        for pending, refusal in zip(needy, refusals, strict=True):
            if refusal is not None:
                pending.future.set_exception(refusal)
                self._enablement = replace(self._enablement, refused=self._enablement.refused or isinstance(pending.request, Enable))
        return [pending for pending in batch if not pending.future.done()]

    def may_join(self, request: NetworkingRequest, batch: Sequence[Pending[NetworkingRequest]]) -> bool:
        """Keep what might wait for an infrastructure out of a batch that did not: it would hold up the environment's variables."""
        return not _needs_infrastructure(request) or any(_needs_infrastructure(pending.request) for pending in batch)

    def read(self, timeout: float) -> AdvancedNetworking:
        return self.access.api.advanced_networking.get(self.access.environment)

    def merge(self, live: AdvancedNetworking, requests: Sequence[NetworkingRequest]) -> NetworkingPlan:
        environment, keys = self.access.environment, [place_of(self.access.environment, request) for request in requests]
        with_others, holders = self._with_companions(live, requests)
        asked = [as_owner(request, lambda request: claimed_key(environment, request) in holders) for request in with_others]
        begun = self._enablement.begun or _begun(environment, holders)
        plan = merge(environment, live, asked, replace(self._enablement, declared=self._declared(), begun=begun), holders=holders)
        held = tuple(place for place in plan.held if place < len(requests))
        return replace(plan, answers=as_recorded(plan.answers[: len(requests)], keys, holders), held=held)

    def _with_companions(self, live: AdvancedNetworking, requests: Sequence[NetworkingRequest]) -> tuple[list[NetworkingRequest], Holders]:
        """Return the requests with those that have to come with them, and who holds their places: those of companions are asked for too."""
        together = list(requests)
        while True:
            there = [(place_of(self.access.environment, request), _is_there(request, live)) for request in together]
            holders = self._holders(self.unexpected(there))
            found = [*requests, *companions(self.access.environment, live, requests, holders, self._rules())]
            if len(found) <= len(together):
                return found, holders
            together = found

    def send(self, write: Put | Delete) -> None:
        api, environment = self.access.api.advanced_networking, self.access.environment
        if isinstance(write, Delete):
            api.delete(environment)
        else:
            api.put(
                environment,
                non_proxy_hosts=write.non_proxy_hosts,
                port_forwards=write.port_forwards,
                other_fields=write.other_fields,
            )

    def accepted(self, plan: NetworkingPlan) -> None:
        """Remember an enablement that rules have begun: it is this stack's, though its own resource comes later."""
        begun = plan.enablement.begun and isinstance(plan.write, Put)
        self._enablement = replace(self._enablement, begun=begun)

    def took_effect(self, write: Put | Delete, before: AdvancedNetworking, timeout: float) -> bool:
        """Compare the document with what was sent, once the environment is ready, since until then it may be the old one."""
        self.access.wait_until_idle(self.doing, timeout)
        now = self.read(timeout)
        if isinstance(write, Delete):
            return not now.enabled
        return now.enabled and all(entry in now.port_forwards for entry in write.port_forwards)

    def refused_places(self, error: BadRequest, write: Put | Delete, requests: Sequence[NetworkingRequest]) -> Sequence[int]:
        forwards = write.port_forwards if isinstance(write, Put) else ()
        ports = {int(entry["portOrig"]) for place, entry in enumerate(forwards) if place in named_places(error, "portForwards")}
        hosts = names_field(error, "nonProxyHosts")

        def is_named(request: NetworkingRequest) -> bool:
            if isinstance(request, PutRule):
                return request.rule.port_orig in ports
            return hosts and isinstance(request, Enable) and bool(request.non_proxy_hosts)

        return [place for place, request in enumerate(requests) if is_named(request)] or speaking_of(error, requests, _words)

    def difference(self, request: NetworkingRequest, live: AdvancedNetworking) -> str:
        return difference(request, live)

    def outputs(self, request: NetworkingRequest, live: AdvancedNetworking) -> dict[str, Any]:
        if isinstance(request, Enable):
            return {"network_infrastructure_id": live.network_infrastructure_id}
        return {ENABLED_AHEAD: True} if isinstance(request, PutRule) and self._enablement.begun else {}

    def finished(self, plan: NetworkingPlan) -> None:
        """Remember an enablement that was given up: the removal that takes its last entry disables it, later in this run."""
        self._enablement = replace(self._enablement, given_up=plan.enablement.given_up)


def _begun(environment: EnvironmentId, holders: Holders) -> bool:
    """Say whether rules of this stack have enabled it in an earlier run, in which the enablement's own resource did not come."""
    place = {"program_id": environment.program_id, "environment_id": environment.environment_id, ENABLED_AHEAD: True}
    recorded = [holder.recorded for holder in holders.values() if holder.recorded is not None]
    return enablement_key(environment) not in holders and any(place.items() <= one.items() for one in recorded)


def _needs_infrastructure(request: NetworkingRequest) -> bool:
    return isinstance(request, Enable | PutRule)


def _is_there(request: NetworkingRequest, live: AdvancedNetworking) -> bool:
    """Say whether what a request wants made stands there, in whatever form, though it does not know so."""
    if isinstance(request, PutRule):
        return not request.owned and bool(rules_on(live, request.rule.port_orig))
    return isinstance(request, Enable) and live.enabled and not request.owned


def _words(request: NetworkingRequest) -> Sequence[str]:
    if isinstance(request, PutRule):
        return [str(request.rule.port_orig), request.rule.name]
    return list(request.non_proxy_hosts or ()) if isinstance(request, Enable) else []
