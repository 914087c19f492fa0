"""Changes of an environment's variables, as batches."""

import re
from collections.abc import Sequence
from typing import Any

from aem_mail.cloud_manager.waiting import DONE, Verdict, going_on, wait_for
from aem_mail.errors import AemMailError, WaitFailed
from aem_mail.model import Variable, VariableChange, VariableKey, VariableType, keyed
from aem_mail.rollout.access import Access, Sent
from aem_mail.rollout.lane import Lane
from aem_mail.rollout.requests import RemoveVariable, SetVariable, VariableRequest
from aem_mail.rollout.variables import UNSETTLED, VariablesPlan, merge

FAILED_STATUSES = frozenset({"failed", "deleted_failed"})


class VariablesLane(Lane[VariableRequest, Sequence[Variable]]):
    """Variables and secrets of one environment: one PATCH a batch, a second one only where a variable's type changes."""

    doing = "variables"
    usually = "5 minutes"

    def __init__(self, access: Access) -> None:
        super().__init__(access)
        self._written: set[VariableKey] = set()

    def read(self, timeout: float) -> Sequence[Variable]:
        return wait_for(
            lambda: self.access.api.variables.list(self.access.environment),
            _settled,
            what=f"{self.access.environment}: variables",
            deadline=timeout,
            clock=self.access.clock,
            progress=self.access.report,
            usually=self.usually,
        )

    def begin(self) -> None:
        """Forget which secrets the last batch wrote."""
        self._written.clear()

    def merge(self, live: Sequence[Variable], requests: Sequence[VariableRequest]) -> VariablesPlan:
        return merge(self.access.environment, live, requests, self._written)

    def send(self, write: Sequence[VariableChange]) -> None:
        self.access.api.variables.patch(self.access.environment, write)

    def sent(self, write: Sequence[VariableChange], outcome: Sent, before: Sequence[Variable]) -> None:
        """Remember the secrets that are written, so that they are not written twice.

        After a lost answer these are the ones that show it: not there before, or under way now.
        """
        secrets = {change.key for change in write if change.value and change.type == VariableType.SECRET_STRING}
        if outcome is Sent.UNKNOWN:
            were = keyed(before)
            now = keyed(self.access.api.variables.list(self.access.environment))
            secrets = {key for key in secrets if key in now and (key not in were or now[key].status in UNSETTLED)}
        self._written |= secrets

    def is_removal(self, request: VariableRequest) -> bool:
        return isinstance(request, RemoveVariable)

    def blamed(self, request: VariableRequest, text: str) -> bool:
        return isinstance(request, SetVariable) and bool(re.search(rf"\b{re.escape(request.key.name)}\b", text))

    def trouble(self, request: VariableRequest, live: Sequence[Variable]) -> AemMailError | None:
        there = keyed(live).get(request.key)
        if there is None or there.status not in FAILED_STATUSES:
            return None
        return WaitFailed(
            f"Variable {request.key} of {self.access.environment}: Cloud Manager accepted the change and then reported {there.status}; "
            "run `pulumi up` again to send it once more."
        )

    def outputs(self, request: VariableRequest, live: Sequence[Variable]) -> dict[str, Any]:
        return {}


def _settled(live: Sequence[Variable]) -> Verdict:
    under_way = [variable for variable in live if variable.status in UNSETTLED]
    return going_on(under_way[0].status) if under_way else DONE
