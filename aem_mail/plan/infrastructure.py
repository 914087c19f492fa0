"""The changes of one program's network infrastructures: what is sent, how long it takes, and what would be refused."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from aem_mail.decide import decide
from aem_mail.errors import AemMailError, Refused
from aem_mail.model import GONE, Kind, NetworkInfrastructure, Properties
from aem_mail.plan.changes import Change, Operation
from aem_mail.plan.environment import Refusal
from aem_mail.plan.requests import CREATED
from aem_mail.plan.values import MASKED
from aem_mail.plan.world import LiveProgram
from aem_mail.rollout.infrastructure import BROKEN, WantedInfrastructure
from aem_mail.rollout.vpn_connections import declared_before

ALONE: Final = frozenset({"timeout"})
"""Inputs whose change is only recorded."""


@dataclass(frozen=True, slots=True)
class InfrastructureWrite:
    """One POST, PUT or DELETE of a network infrastructure."""

    method: str
    kind: str
    region: str


@dataclass(frozen=True, slots=True)
class ProgramOutcome:
    """What one change of a program's infrastructure sends, what is live after it, and whether it is refused."""

    live: LiveProgram
    writes: tuple[InfrastructureWrite, ...] = ()
    refusal: Refusal | None = None
    note: str = ""


def carry_out(live: LiveProgram, change: Change, enabled: Sequence[str]) -> ProgramOutcome:
    """Apply one change; ``enabled`` names the environments that have advanced networking by then."""
    try:
        if change.operation is Operation.DELETE:
            return _delete(live, change, enabled)
        return _update(live, change) if change.operation is Operation.UPDATE else _create(live, change)
    except AemMailError as error:
        return ProgramOutcome(live, refusal=Refusal(change, error))


def _create(live: LiveProgram, change: Change) -> ProgramOutcome:
    wanted = wanted_infrastructure(change.wanted)
    if live.sandbox:
        raise Refused(
            f"Program {wanted.program_id} is a sandbox program: it cannot have a network infrastructure; use a production program."
        )
    wanted.refuse_another([one for one in live.infrastructures if one.status not in GONE])
    same = in_region(live, wanted.region)
    if same is None:
        made = NetworkInfrastructure("", wanted.kind, wanted.region, "ready", address_space=wanted.address_space or ())
        return ProgramOutcome(replace(live, infrastructures=(*live.infrastructures, made)), (_write("POST", wanted),))
    wanted.refuse_broken(same)
    hidden = change.wanted.get("connections") == MASKED
    differs = wanted.kind == Kind.VPN and (hidden or wanted.differs(same))
    if differs:
        wanted.refuse_loss(same)
    return ProgramOutcome(live, (_write("PUT", wanted),) if differs else ())


def _update(live: LiveProgram, change: Change) -> ProgramOutcome:
    wanted = wanted_infrastructure(change.wanted)
    there = in_region(live, wanted.region)
    if there is None:
        return _create(live, change)
    wanted.refuse_another([there])
    if wanted.kind == Kind.VPN:
        return _update_vpn(live, change, wanted, there)
    if there.status in BROKEN:
        if change.recorded.get("origin") != CREATED:
            wanted.refuse_broken(there)
        return ProgramOutcome(live, (_write("DELETE", wanted), _write("POST", wanted)))
    return ProgramOutcome(live)


def _update_vpn(live: LiveProgram, change: Change, wanted: WantedInfrastructure, there: NetworkInfrastructure) -> ProgramOutcome:
    if not _vpn_is_sent(change, wanted, there):
        return ProgramOutcome(live)
    wanted.refuse_loss(there, declared_before(change.recorded))
    return ProgramOutcome(live, (_write("PUT", wanted),))


def _delete(live: LiveProgram, change: Change, enabled: Sequence[str]) -> ProgramOutcome:
    region = str(change.recorded.get("region"))
    there = in_region(live, region)
    if there is None:
        return ProgramOutcome(live)
    named = f"Network infrastructure {there.kind} in {region} of program {change.program_id}"
    users = sorted({*live.users, *enabled})
    stays = (
        f"{named} stays: this stack found it there, and leaves it there."
        if change.recorded.get("origin") != CREATED
        else f"{named} stays: advanced networking is enabled on environment {', '.join(users)}."
        if users
        else None
    )
    if stays is not None and change.replacement:
        raise Refused(f"{stays} It has to go before the new one can be created: take AdvancedNetworking out of those environments first.")
    if stays is not None:
        return ProgramOutcome(live, note=stays)
    left = tuple(one for one in live.infrastructures if one is not there)
    return ProgramOutcome(replace(live, infrastructures=left), (InfrastructureWrite("DELETE", there.kind, region),))


def wanted_infrastructure(properties: Properties) -> WantedInfrastructure:
    """Return a network infrastructure as declared; connections that are masked are left out."""
    space, connections = properties.get("address_space"), properties.get("connections")
    return WantedInfrastructure(
        str(properties.get("program_id")),
        str(properties.get("kind")),
        str(properties.get("region")),
        properties.get("is_primary_region"),
        tuple(space) if isinstance(space, list) else None,
        properties.get("dns"),
        connections if isinstance(connections, list) else None,
    )


def in_region(live: LiveProgram, region: str) -> NetworkInfrastructure | None:
    """Return the program's infrastructure in a region, if there is one."""
    return next((one for one in live.infrastructures if one.region == region and one.status not in GONE), None)


def _vpn_is_sent(change: Change, wanted: WantedInfrastructure, there: NetworkInfrastructure) -> bool:
    """Say whether a VPN's update has something to send; connections that are masked may have changed unseen."""
    moved: set[Any] = set(decide(change.kind, change.recorded, change.wanted).moved)
    hidden = change.wanted.get("connections") == MASKED
    return there.status in BROKEN or wanted.differs(there) or bool(moved - ALONE) or hidden


def _write(method: str, wanted: WantedInfrastructure) -> InfrastructureWrite:
    return InfrastructureWrite(method, wanted.kind, wanted.region)
