"""From a change to the request that its resource would make of the rollout, with texts in the place of what a preview does not tell."""

from collections.abc import Sequence
from typing import Final

from aem_mail.kinds import kind_named
from aem_mail.kinds.kind import Request
from aem_mail.kinds.requests import Operation
from aem_mail.model import UNKNOWN, Properties, Variable, VariableType, keyed
from aem_mail.plan.changes import Change
from aem_mail.rollout.claims import Claims
from aem_mail.rollout.wanted_infrastructure import WantedInfrastructure, wanted_infrastructure
from aem_mail.stack.recorded import RecordedResource
from aem_mail.stack.values import MASKED

LATER: Final = "(known after up)"


class UnknownPort(int):
    """A port that only `pulumi up` will know: equal to no other port, and to no other unknown one."""

    def __str__(self) -> str:
        return LATER


def request_of(change: Change, live: tuple[Variable, ...], place: int = 0) -> Request:
    """Return what a resource asks of its environment, which has ``live`` variables; ``place`` tells unknown ports apart.

    A plain variable whose value is a secret in the program cannot be compared: it is taken as what is there when it is
    adopted, and as another one when it is updated.
    """
    wanted = _named(change, place)
    return kind_named(change.kind).request(change.operation, change.recorded, wanted, _value(change, wanted, live))


def infrastructure_of(change: Change) -> WantedInfrastructure:
    """Return a NetworkInfrastructure as declared; connections that are hidden are left out."""
    known = {name: LATER if value is UNKNOWN else value for name, value in change.wanted.items()}
    return wanted_infrastructure({**known, "connections": None if hides_connections(change) else known.get("connections")})


def hides_connections(change: Change) -> bool:
    """Say whether a VPN's connections are masked as a whole, since they hold its keys: then nobody can tell whether they differ."""
    return change.wanted.get("connections") == MASKED


def claims_of(changes: Sequence[Change], cut_off: Sequence[RecordedResource] = ()) -> Claims:
    """Return who holds which place before the changes, as a run knows from the stack's record.

    ``cut_off`` are the resources in whose creation an earlier run was interrupted, and entries that sets have left to others: what stands
    in their places is this stack's.
    """
    claims = Claims()
    for change in changes:
        kind = kind_named(change.kind)
        keys = kind.claim_keys(change.recorded)
        if change.operation is not Operation.DELETE:
            for key, place in kind.places(keys, kind.claim_keys(change.wanted)):
                claims.remember(key, change.name, place)
        else:
            for key in keys:
                claims.remember(key, change.name)
    for resource in cut_off:
        for key in kind_named(resource.kind).claim_keys(resource.outputs):
            claims.remember(key, resource.name)
    return claims


def uncertain(change: Change) -> bool:
    """Say whether it cannot be told if a variable has to be written: no fingerprint stands for its secret or unknown value."""
    declared = kind_named(change.kind).variables(_named(change)) if change.operation is not Operation.DELETE else ()
    return any(one.type == VariableType.STRING and one.value in (MASKED, None) for one in declared)


def _named(change: Change, place: int = 0) -> Properties:
    """Return what is wanted, as its owner names itself, with texts and ports in the place of what is not known yet."""
    known = kind_named(change.kind).with_stand_ins(change.wanted, LATER, UnknownPort(-1 - place))
    return {**known, "logical_name": change.name}


def _value(change: Change, wanted: Properties, live: tuple[Variable, ...]) -> str | None:
    """Return the value of the variable that is wanted, if there is one."""
    declared = kind_named(change.kind).variables(wanted) if change.operation is not Operation.DELETE else ()
    return next((_plain(change, one, live) if one.type == VariableType.STRING else _secret(wanted) for one in declared), None)


def _plain(change: Change, declared: Variable, live: tuple[Variable, ...]) -> str:
    if declared.value not in (None, MASKED):
        return declared.value
    there = keyed(live).get(declared.key)
    if there is None:
        return MASKED
    adopted = change.operation is Operation.CREATE and there.type == VariableType.STRING
    return there.value or "" if adopted else f"{MASKED} another"


def _secret(wanted: Properties) -> str | None:
    if wanted.get("value") is None and wanted.get("value_from") is None:
        return None
    return f"{MASKED} {wanted.get('fingerprint', '')}"
