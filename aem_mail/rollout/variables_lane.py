"""Changes of an environment's variables, as batches."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from aem_mail.cloud_manager.waiting import DONE, WaitVerdict, going_on, wait_for
from aem_mail.errors import AemMailError, BadRequest, WaitFailed
from aem_mail.kinds.requests import SetVariable, VariableRequest, as_owner, claimed_key, place_of, takes_away
from aem_mail.model import Variable, VariableChange, VariableKey, VariableType, keyed
from aem_mail.model.statuses import DELETED, VARIABLE_CHANGING, VARIABLE_FAILED
from aem_mail.rollout.access import Access
from aem_mail.rollout.batch import Lane
from aem_mail.rollout.claims import FindHolders, as_recorded
from aem_mail.rollout.gathering import Pending
from aem_mail.rollout.refused_entries import named_places, speaking_of
from aem_mail.rollout.required_infrastructure import DeclaredNetworking, RequiredInfrastructure
from aem_mail.rollout.variables import VariablesPlan, difference, merge, took_effect


def _nowhere() -> None:
    """Say that no networking is declared."""


class VariablesLane(Lane[VariableRequest, Sequence[Variable]]):
    """Variables and secrets of one environment: one PATCH a batch, a second one only where a variable's type changes."""

    doing = "variables"
    usually = "5 minutes"

    def __init__(self, access: Access, holders: FindHolders, networking: Callable[[], DeclaredNetworking | None] = _nowhere) -> None:
        """``holders`` says what the state holds, ``networking`` what the run declares of the environment's networking (None: nothing)."""
        super().__init__(access)
        self._holders = holders
        self._networking = networking
        self._required = RequiredInfrastructure(access)
        self._written: set[VariableKey] = set()

    def admit(self, batch: Sequence[Pending[VariableRequest]]) -> Sequence[Pending[VariableRequest]]:
        """Forget which secrets the last batch wrote, and what it found; write none where the networking beside it will be refused."""
        self.forget_places()
        self._written.clear()
        new = any(map(_is_new_secret, (pending.request for pending in batch)))
        refusal = self._refusal() if new else None
        for pending in batch if refusal is not None else ():
            if not takes_away(pending.request):
                pending.future.set_exception(refusal)
        return [pending for pending in batch if not pending.future.done()]

    def may_join(self, request: VariableRequest, batch: Sequence[Pending[VariableRequest]]) -> bool:
        """Keep a secret that is not judged yet out of a batch that had none."""
        return not _is_new_secret(request) or any(_is_new_secret(pending.request) for pending in batch)

    def read(self, timeout: float) -> Sequence[Variable]:
        return self._list(_settled, timeout)

    def merge(self, live: Sequence[Variable], requests: Sequence[VariableRequest]) -> VariablesPlan:
        environment, keys = self.access.environment, [place_of(self.access.environment, request) for request in requests]
        there = {one.key for one in live if one.status != DELETED}
        holders = self._holders(
            self.unexpected(
                [(key, request.key in there and not getattr(request, "owned", True)) for key, request in zip(keys, requests, strict=True)]
            )
        )
        requests = [as_owner(request, lambda request: claimed_key(environment, request) in holders) for request in requests]
        plan = merge(environment, live, requests, self._written, holders=holders)
        return replace(plan, answers=as_recorded(plan.answers, keys, holders))

    def send(self, write: Sequence[VariableChange]) -> None:
        self.access.api.variables.patch(self.access.environment, write)

    def took_effect(self, write: Sequence[VariableChange], before: Sequence[Variable], timeout: float) -> bool:
        """Compare at once, because a secret shows only while its change is under way."""
        return took_effect(write, before, self._list(lambda _: DONE, timeout))

    def accepted(self, plan: VariablesPlan) -> None:
        """Remember the secrets that are written, so that they are not written twice."""
        self._written |= {change.key for change in plan.write or () if change.value and change.type == VariableType.SECRET_STRING}

    def refused_places(self, error: BadRequest, write: Sequence[VariableChange], requests: Sequence[VariableRequest]) -> Sequence[int]:
        keys = {change.key for place, change in enumerate(write) if place in named_places(error, "")}
        at = [place for place, request in enumerate(requests) if request.key in keys]
        return at or speaking_of(error, requests, lambda request: [request.key.name])

    def trouble(self, request: VariableRequest, live: Sequence[Variable]) -> AemMailError | None:
        there = keyed(live).get(request.key)
        if there is None or there.type != request.type or there.status not in VARIABLE_FAILED:
            return None
        return WaitFailed(
            f"Variable {request.key} of {self.access.environment}: Cloud Manager accepted the change and then reported {there.status}; "
            "run `pulumi up` again to send it again."
        )

    def difference(self, request: VariableRequest, live: Sequence[Variable]) -> str:
        return difference(request, live)

    def _refusal(self) -> AemMailError | None:
        declared = self._networking()
        try:
            if declared is not None:
                self._required.refuse_in_vain(declared)
        except AemMailError as error:
            return error
        return None

    def _list(self, verdict: Callable[[Sequence[Variable]], WaitVerdict], timeout: float) -> Sequence[Variable]:
        return wait_for(
            lambda: self.access.api.variables.list(self.access.environment),
            verdict,
            what=f"{self.access.environment}: variables",
            deadline=timeout,
            clock=self.access.clock,
            progress=self.access.report,
            usually=self.usually,
        )


def _is_new_secret(request: VariableRequest) -> bool:
    return isinstance(request, SetVariable) and request.type == VariableType.SECRET_STRING and not request.owned


def _settled(live: Sequence[Variable]) -> WaitVerdict:
    under_way = [variable for variable in live if variable.status in VARIABLE_CHANGING]
    return going_on(under_way[0].status) if under_way else DONE
