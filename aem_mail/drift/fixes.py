"""What `pulumi up --refresh` would do about what was found, and what that sends, as the plan counts it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from aem_mail.drift.compare import Comparison
from aem_mail.drift.finding import Impact
from aem_mail.drift.live import Live
from aem_mail.kinds import Scope, kind_named
from aem_mail.live.model import EnvironmentAnswers, LiveEnvironment, LiveProgram
from aem_mail.model import AdvancedNetworking, EnvironmentId
from aem_mail.plan.changes import Change, changes_of
from aem_mail.plan.cost import Cost, EnvironmentCost, cost_of, total
from aem_mail.plan.rehearsal import rehearse
from aem_mail.plan.world import World, as_recorded
from aem_mail.stack.preview import Preview, PreviewStep, ResourceState

NOTHING_SENT: Final = Impact()


@dataclass(frozen=True, slots=True)
class Costs:
    """What all fixes together cost, and what each environment's do."""

    whole: Impact
    environments: Mapping[EnvironmentId, Impact]


def fixes(comparisons: Sequence[Comparison], preview: Preview | None = None) -> tuple[Change, ...]:
    """Return the changes of one stack: those that the present program wants, if it was asked, and those that fix what changed."""
    drifted = {one.resource.urn: one for one in comparisons if one.gone or one.changed}
    steps = [] if preview is None else list(_merged(preview.steps, drifted))
    planned = {step.urn for step in (() if preview is None else preview.steps)}
    return changes_of([*steps, *(_fix(one) for urn, one in drifted.items() if urn not in planned)])


def impact_of(change: Change, world: World) -> Impact | None:
    """Return what one change sends by itself, None where it would be refused."""
    if change.scope is Scope.PROJECT:
        return NOTHING_SENT
    if change.scope is Scope.NETWORKING and change.environment is not None and not kind_named(change.kind).enables:
        # Where the enablement is gone too, its own fix brings it back in the same PUT.
        live = world.environment(change.environment)
        enabled = replace(live, networking=replace(live.networking, enabled=True))
        world = replace(world, environments={**world.environments, change.environment: enabled})
    # By itself: what else is missing, such as the program's infrastructure, has a fix of its own.
    alone = rehearse([change], replace(world, asked=frozenset()))
    return None if alone.refusals else _sum([cost_of(alone)])


def costs_of(changes: Sequence[Change], world: World) -> Costs:
    """Return what all changes cost, programs and environments side by side.

    Environments are rehearsed one by one, except for those of a program whose infrastructure changes, for which networking waits.
    """
    building = {change.program_id for change in changes if change.scope is Scope.PROGRAM}
    groups: dict[EnvironmentId | str | None, list[Change]] = {}
    for change in changes:
        if change.scope is not Scope.PROJECT:
            groups.setdefault(change.program_id if change.program_id in building else change.environment, []).append(change)
    costs = [cost_of(rehearse(own, world)) for own in groups.values()]
    each = {one.environment: Impact(0, one.puts, one.deletes, one.patches, one.restarts, one.minutes) for one in _environments(costs)}
    return Costs(_sum(costs), each)


def world_of(live: Live) -> World:
    """Return what was read as the plan takes it; what could not be read counts as not asked."""
    there = {environment: _environment(environment, one) for environment, one in live.environments.items()}
    programs = {program_id: program for program_id, one in live.programs.items() if isinstance(program := one.live, LiveProgram)}
    return World(there, programs, frozenset({*programs, *there}))


def _environment(environment: EnvironmentId, answers: EnvironmentAnswers) -> LiveEnvironment:
    return LiveEnvironment(
        as_recorded(environment),
        answers.networking if isinstance(answers.networking, AdvancedNetworking) else AdvancedNetworking(enabled=False),
        answers.variables if isinstance(answers.variables, tuple) else (),
    )


def _fix(comparison: Comparison, wanted: ResourceState | None = None) -> PreviewStep:
    resource = comparison.resource
    new = wanted or ResourceState(resource.id, resource.inputs, {})
    old = None if comparison.outputs is None else ResourceState(resource.id, resource.inputs, comparison.outputs)
    return PreviewStep("create" if old is None else "update", resource.urn, kind_named(resource.kind).tokens[0], old, new)


def _merged(steps: Iterable[PreviewStep], drifted: Mapping[str, Comparison]) -> Iterator[PreviewStep]:
    for step in steps:
        comparison = drifted.get(step.urn)
        if comparison is None or step.operation not in {"same", "update", "delete"}:
            yield step
        elif step.operation != "delete":
            yield _fix(comparison, step.new)
        elif not comparison.gone:
            yield step


def _environments(costs: Iterable[Cost]) -> Iterator[EnvironmentCost]:
    for cost in costs:
        yield from cost.environments


def _sum(costs: Sequence[Cost]) -> Impact:
    puts, deletes, patches = total(list(_environments(costs)))
    programs = [program for cost in costs for program in cost.programs]
    return Impact(
        sum(program.count("POST") for program in programs),
        puts + sum(program.count("PUT") for program in programs),
        deletes + sum(program.count("DELETE") for program in programs),
        patches,
        tuple(restart for one in _environments(costs) for restart in one.restarts),
        max((cost.minutes for cost in costs), default=0),
    )
