"""What writes cost: restarts and minutes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from aem_mail.model import EnvironmentId, Kind, Service
from aem_mail.plan.rehearsal import EnvironmentWrites, ProgramWrites, Rehearsal
from aem_mail.plan.writes import InfrastructureWrite, Patch, Writes

NETWORKING_MINUTES: Final = 10
PATCH_MINUTES: Final = 5
INFRASTRUCTURE_MINUTES: Final = 15
VPN_MINUTES: Final = 50


@dataclass(frozen=True, slots=True)
class EnvironmentCost:
    """What one environment goes through; ``restarts`` has the tiers of each restart, in order."""

    environment: EnvironmentId
    puts: int
    deletes: int
    patches: int
    restarts: tuple[tuple[str, ...], ...]
    minutes: int
    waiting: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether it is sent nothing."""
        return not (self.puts or self.deletes or self.patches)


@dataclass(frozen=True, slots=True)
class ProgramCost:
    """What one program's network infrastructure goes through."""

    program_id: str
    writes: tuple[InfrastructureWrite, ...]
    minutes: int

    def count(self, method: str) -> int:
        """Count the writes of one method."""
        return sum(write.method == method for write in self.writes)


@dataclass(frozen=True, slots=True)
class Cost:
    """The whole: ``minutes`` from the first write to the last answer, environments side by side; ``restarts`` in all of them."""

    environments: tuple[EnvironmentCost, ...] = ()
    programs: tuple[ProgramCost, ...] = ()
    minutes: int = 0

    @property
    def restarts(self) -> int:
        """How many times any environment restarts."""
        return sum(len(one.restarts) for one in self.environments)

    def of(self, environment: EnvironmentId) -> EnvironmentCost:
        """Return what one environment goes through, which may be nothing."""
        nothing = EnvironmentCost(environment, 0, 0, 0, (), 0)
        return next((one for one in self.environments if one.environment == environment), nothing)

    @property
    def nothing(self) -> bool:
        """Whether nothing is sent at all."""
        return not self.environments and not self.programs


def cost_of(rehearsal: Rehearsal) -> Cost:
    """Return what a rehearsed run costs.

    Creations and updates come first: an infrastructure and the variables' PATCH at the same time, then networking, which needs the
    infrastructure; PATCH and PUT of one environment wait for one another. Deletions follow when all that is over, an
    infrastructure's last, once no environment needs it.
    """
    environments = tuple(one for one in map(_environment_cost, rehearsal.environments) if not one.nothing)
    programs = tuple(one for one in map(_program_cost, rehearsal.programs) if one.writes)
    return Cost(environments, programs, _together(rehearsal) + _afterwards(rehearsal))


def tiers(patch: Patch) -> tuple[str, ...]:
    """Return the tiers that a PATCH restarts, of those that are there: author and publish; only preview where it is about nothing else."""
    services = {key.service for key in patch.keys}
    preview = (str(Service.PREVIEW),) if Service.PREVIEW in services else ()
    restarted = preview if services == {Service.PREVIEW} else (str(Service.AUTHOR), str(Service.PUBLISH), *preview)
    return tuple(tier for tier in restarted if patch.tiers is None or tier in patch.tiers)


def infrastructure_minutes(writes: Iterable[InfrastructureWrite]) -> int:
    """Return how long changes of one program's infrastructure take: one after the other in a region, regions side by side."""
    regions: dict[str, int] = {}
    for write in writes:
        minutes = VPN_MINUTES if write.kind == Kind.VPN else INFRASTRUCTURE_MINUTES
        regions[write.region] = regions.get(write.region, 0) + minutes
    return max(regions.values(), default=0)


def _environment_cost(one: EnvironmentWrites) -> EnvironmentCost:
    writes = one.together + one.afterwards
    return EnvironmentCost(
        one.environment,
        writes.networking.count("PUT"),
        writes.networking.count("DELETE"),
        len(writes.patches),
        tuple(map(tiers, writes.patches)),
        _patching(writes) + _networking(writes),
        one.waiting,
    )


def _program_cost(one: ProgramWrites) -> ProgramCost:
    return ProgramCost(
        one.program_id, (*one.together, *one.afterwards), infrastructure_minutes(one.together) + infrastructure_minutes(one.afterwards)
    )


def _together(rehearsal: Rehearsal) -> int:
    ready = {one.program_id: infrastructure_minutes(one.together) for one in rehearsal.programs}
    ends = [_end(one.together, ready.get(one.environment.program_id, 0)) for one in rehearsal.environments]
    return max([*ready.values(), *ends], default=0)


def _end(writes: Writes, infrastructure: int) -> int:
    """Return when one environment is done, if its networking waits for an infrastructure."""
    if not writes.networking:
        return _patching(writes)
    return max(infrastructure, _patching(writes)) + _networking(writes)


def _afterwards(rehearsal: Rehearsal) -> int:
    """Return how long deletions take at most: an infrastructure's begins when no environment of its program needs it any more."""
    over: dict[str, int] = {}
    for one in rehearsal.environments:
        program_id, end = one.environment.program_id, _patching(one.afterwards) + _networking(one.afterwards)
        over[program_id] = max(over.get(program_id, 0), end)
    ends = [over.get(one.program_id, 0) + infrastructure_minutes(one.afterwards) for one in rehearsal.programs]
    return max([*over.values(), *ends], default=0)


def _patching(writes: Writes) -> int:
    return PATCH_MINUTES * len(writes.patches)


def _networking(writes: Writes) -> int:
    return NETWORKING_MINUTES * len(writes.networking)


def total(costs: Sequence[EnvironmentCost]) -> tuple[int, int, int]:
    """Return how many PUTs, DELETEs and PATCHes all environments are sent."""
    return sum(one.puts for one in costs), sum(one.deletes for one in costs), sum(one.patches for one in costs)
