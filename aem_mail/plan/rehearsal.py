"""All changes of a stack, phase by phase, against what is there: what would be sent where, and what would be refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from aem_mail.model import EnvironmentId
from aem_mail.plan import environment as environments
from aem_mail.plan import infrastructure, way_out
from aem_mail.plan.changes import Change, Operation, Phase
from aem_mail.plan.environment import Refusal, Writes
from aem_mail.plan.infrastructure import InfrastructureWrite
from aem_mail.plan.order import levels
from aem_mail.plan.requests import NETWORKING_KINDS, VARIABLE_KINDS, holders_of, uncertain
from aem_mail.plan.world import World
from aem_mail.rollout.networking_answers import held
from aem_mail.rollout.places import Holders

Urns = Mapping[str, Sequence[str]]
LANES: Final = (NETWORKING_KINDS, VARIABLE_KINDS)


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Which resources depend on which, as the program declares it (for creations) and as the stack has recorded it (for deletions)."""

    declared: Urns = field(default_factory=dict)
    recorded: Urns = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EnvironmentWrites:
    """What one environment is sent while the engine creates and updates, and what afterwards, while it deletes."""

    environment: EnvironmentId
    together: Writes
    afterwards: Writes
    waiting: tuple[str, ...] = ()
    """Names of resources that wait for one of the same environment, at the cost of a further change."""


@dataclass(frozen=True, slots=True)
class ProgramWrites:
    """What one program's network infrastructure is sent, in the same two phases."""

    program_id: str
    together: tuple[InfrastructureWrite, ...]
    afterwards: tuple[InfrastructureWrite, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The outcome. ``uncertain``: some of it may turn out to send nothing, since a secret hides whether it differs."""

    environments: tuple[EnvironmentWrites, ...] = ()
    programs: tuple[ProgramWrites, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    uncertain: bool = False


def rehearse(
    changes: Sequence[Change],
    world: World,
    dependencies: Dependencies | None = None,
    width: int | None = None,
    *,
    refreshed: bool = False,
) -> Rehearsal:
    """Carry out ``changes`` on paper. A change that would be refused is left out, as a run leaves it out.

    ``width`` is how many operations the engine runs at a time (None: all): fewer than there are come in several batches.
    A ``refreshed`` run knows what has left the program.
    """
    effective = [change for change in changes if not change.kept]
    stage = _Stage(world, dependencies or Dependencies(), width, holders_of(changes, refreshed=refreshed))
    stage.change_programs(_of(effective, Phase.FIRST, Phase.TOGETHER), Phase.TOGETHER)
    stage.change_environments(_of(effective, Phase.FIRST, Phase.TOGETHER), Phase.TOGETHER)
    stage.change_environments(_of(effective, Phase.AFTERWARDS), Phase.AFTERWARDS)
    stage.change_programs(_of(effective, Phase.AFTERWARDS), Phase.AFTERWARDS)
    outcome = stage.outcome()
    # A VPN's connections hold its keys, so they are hidden as a whole.
    hidden = any(write.method == "PUT" for one in outcome.programs for write in (*one.together, *one.afterwards))
    return replace(outcome, uncertain=hidden or any(map(uncertain, effective)))


def _of(changes: Iterable[Change], *phases: Phase) -> list[Change]:
    return [change for change in changes if change.phase in phases]


class _Stage:
    """What is there at the moment, and what has been sent so far."""

    def __init__(self, world: World, dependencies: Dependencies, width: int | None, holders: Holders) -> None:
        self._world = world
        self._dependencies = dependencies
        self._width = width
        self._holders = holders
        self._environments = dict(world.environments)
        self._programs = dict(world.programs)
        self._sent: dict[tuple[EnvironmentId, Phase], Writes] = {}
        self._built: dict[tuple[str, Phase], tuple[InfrastructureWrite, ...]] = {}
        self._waiting: dict[EnvironmentId, list[str]] = {}
        self._refusals: list[Refusal] = []
        self._notes: list[str] = []

    def change_programs(self, changes: Sequence[Change], phase: Phase) -> None:
        for change in changes:
            if change.kind != "NetworkInfrastructure" or change.urn in {refusal.change.urn for refusal in self._refusals}:
                continue
            live = self._programs.get(change.program_id, self._world.program(change.program_id))
            outcome = infrastructure.carry_out(live, change, self._enabled(change.program_id))
            self._programs[change.program_id] = outcome.live
            key = change.program_id, phase
            self._built[key] = (*self._built.get(key, ()), *outcome.writes)
            self._refusals += [outcome.refusal] if outcome.refusal is not None else []
            self._notes += [outcome.note] if outcome.note else []

    def change_environments(self, changes: Sequence[Change], phase: Phase) -> None:
        parts = 1 if self._width is None else -(-len(changes) // self._width)
        for environment in sorted({change.environment for change in changes if change.environment is not None}):
            own = self._served(environment, [change for change in changes if change.environment == environment])
            for lane in LANES:
                batches = self._batches([change for change in own if change.kind in lane], phase)
                self._waiting.setdefault(environment, []).extend(
                    change.name for batch in batches[1:] for change in batch if not change.replacement
                )
                self._change(environment, [part for batch in batches for part in divided(batch, parts)], phase)

    def outcome(self) -> Rehearsal:
        nothing = Writes()
        return Rehearsal(
            tuple(
                EnvironmentWrites(
                    environment,
                    self._sent.get((environment, Phase.TOGETHER), nothing),
                    self._sent.get((environment, Phase.AFTERWARDS), nothing),
                    tuple(self._waiting.get(environment, ())),
                )
                for environment in sorted({environment for environment, _ in self._sent})
            ),
            tuple(
                ProgramWrites(
                    program_id, self._built.get((program_id, Phase.TOGETHER), ()), self._built.get((program_id, Phase.AFTERWARDS), ())
                )
                for program_id in sorted({program_id for program_id, _ in self._built})
            ),
            tuple(self._refusals),
            tuple(self._notes),
        )

    def _enabled(self, program_id: str) -> list[str]:
        there = self._environments.items()
        return [one.environment_id for one, live in there if one.program_id == program_id and live.networking.enabled]

    def _served(self, environment: EnvironmentId, changes: list[Change]) -> list[Change]:
        """Leave out what the program cannot serve, where Cloud Manager was asked for it."""
        if environment.program_id not in self._world.asked:
            return changes
        refusals = way_out.refusals(self._programs.get(environment.program_id, self._world.program(environment.program_id)), changes)
        self._refusals += refusals
        refused = [refusal.change for refusal in refusals]
        return [change for change in changes if change not in refused]

    def _change(self, environment: EnvironmentId, batches: Sequence[Sequence[Change]], phase: Phase) -> None:
        given_up = False
        for batch in batches:
            live = self._environments.get(environment, self._world.environment(environment))
            outcome = environments.carry_out(environment, live, batch, given_up, self._holders)
            given_up = outcome.given_up
            self._environments[environment] = outcome.live
            key = environment, phase
            self._sent[key] = self._sent.get(key, Writes()) + outcome.writes
            self._refusals += outcome.refusals
        if given_up:
            networking = self._environments[environment].networking
            self._notes.append(held(environment, networking.port_forwards, networking.non_proxy_hosts))

    def _batches(self, changes: Sequence[Change], phase: Phase) -> list[list[Change]]:
        by_node = {(change.operation is Operation.DELETE, change.urn): change for change in changes}
        if phase is Phase.AFTERWARDS:
            waits = {(True, urn): [(True, one) for one in after] for urn, after in _reversed(self._dependencies.recorded).items()}
        else:
            waits = {(False, urn): [(False, one) for one in before] for urn, before in self._dependencies.declared.items()}
            for deletes, urn in by_node:
                waits[False, urn] = [*waits.get((False, urn), ()), *([(True, urn)] if deletes else [])]
        return [[by_node[node] for node in level] for level in levels(list(by_node), waits)]


def divided(batch: Sequence[Change], parts: int) -> list[list[Change]]:
    """Divide a batch into at most ``parts`` of about the same size, enablements first, since rules need them."""
    ordered = sorted(batch, key=lambda change: change.kind != "AdvancedNetworking")
    size = -(-len(ordered) // max(1, parts))
    return [ordered[at : at + size] for at in range(0, len(ordered), max(1, size))]


def _reversed(dependencies: Urns) -> dict[str, list[str]]:
    """Return who has to be deleted before whom: a resource goes after all that depend on it."""
    waits: dict[str, list[str]] = {}
    for urn, before in dependencies.items():
        for one in before:
            waits.setdefault(one, []).append(urn)
    return waits
