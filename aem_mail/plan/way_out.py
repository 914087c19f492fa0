"""Whether a program's network infrastructure serves what an environment asks of its advanced networking."""

from collections.abc import Sequence

from aem_mail.errors import Refused
from aem_mail.model import GONE, Kind
from aem_mail.plan.changes import Change, Operation
from aem_mail.plan.environment import Refusal
from aem_mail.plan.requests import NETWORKING_KINDS
from aem_mail.plan.world import LiveProgram
from aem_mail.rollout.infrastructure import BROKEN


def refusals(live: LiveProgram, changes: Sequence[Change]) -> list[Refusal]:
    """Return the changes of one environment that this program, as it is after its own changes, cannot serve."""
    needy = [change for change in changes if change.kind in NETWORKING_KINDS and change.operation is not Operation.DELETE]
    return [Refusal(change, error) for change in needy if (error := _refusal(live, change)) is not None]


def _refusal(live: LiveProgram, change: Change) -> Refused | None:
    usable = [one for one in live.infrastructures if one.status not in BROKEN | GONE]
    program, environment = f"Program {change.program_id}", f"environment {change.wanted.get('environment_id')}"
    if live.sandbox:
        return Refused(
            f"{program} is a sandbox program: it cannot have advanced networking, so mail cannot leave {environment}; "
            "use an environment of a production program."
        )
    if not usable:
        state = "no usable network infrastructure" if live.infrastructures else "no network infrastructure"
        return Refused(
            f"{program} has {state}, so {change.kind} {change.name} has no effect to rely on: declare a NetworkInfrastructure, or set "
            'the egress mode to "managed" in one stack of the program, and run that first.'
        )
    kind, region = change.wanted.get("infrastructure_kind"), change.wanted.get("infrastructure_region")
    if not any(kind in (None, one.kind) and region in (None, one.region) for one in usable):
        wanted = " ".join(str(one) for one in (kind, region and f"in {region}") if one)
        there = ", ".join(f"{one.kind} in {one.region}" for one in usable)
        return Refused(
            f"{program} has {there}, but AdvancedNetworking {change.name} asks for {wanted}; correct egress.kind or egress.region, "
            "or leave them out."
        )
    if change.wanted.get("non_proxy_hosts") and usable[0].kind == Kind.FLEXIBLE_PORT_EGRESS:
        return Refused(
            f"AdvancedNetworking {change.name}: non_proxy_hosts need a dedicatedEgressIp or vpn infrastructure, and that of "
            f"program {change.program_id} is flexiblePortEgress; leave them out."
        )
    return None
