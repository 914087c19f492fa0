"""All changes of a stack, phase by phase as the engine runs them: the rollout itself, on paper."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from aem_mail.model import EnvironmentId
from aem_mail.plan.changes import Change, Phase
from aem_mail.plan.order import Batches, Dependencies, Order, Round
from aem_mail.plan.paper import Taken
from aem_mail.plan.requests import claims_of, uncertain
from aem_mail.plan.run import PaperRun, Refusal
from aem_mail.plan.world import World
from aem_mail.plan.writes import InfrastructureWrite, Writes, in_batches
from aem_mail.stack.recorded import RecordedResource

__all__ = ["Dependencies", "EnvironmentWrites", "ProgramWrites", "Refusal", "Rehearsal", "rehearse"]


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
    """The outcome. ``uncertain``: some of it may turn out to send nothing, since a secret hides whether it differs.

    ``adopted`` are the URNs of creations that send nothing, since Cloud Manager shows what they declare.
    """

    environments: tuple[EnvironmentWrites, ...] = ()
    programs: tuple[ProgramWrites, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    uncertain: bool = False
    adopted: frozenset[str] = frozenset()


def rehearse(
    changes: Sequence[Change],
    world: World,
    dependencies: Dependencies | None = None,
    width: int | None = None,
    cut_off: Sequence[RecordedResource] = (),
) -> Rehearsal:
    """Carry out ``changes`` on paper. As in a run, what waits for a refused change never begins, and nothing is deleted afterwards.

    ``width`` is how many operations the engine runs at a time (None: all): fewer than there are come in several batches, of which
    the outcome has the most. ``cut_off`` as in `claims_of`.
    """
    effective = [change for change in changes if not change.kept]
    first = [change for change in effective if change.phase is not Phase.AFTERWARDS]
    last = [change for change in effective if change.phase is Phase.AFTERWARDS]
    order = Order(dependencies or Dependencies(), width)
    run = PaperRun(world, effective, claims_of(changes, cut_off), width)
    run.change(_begun(order.together(first), run, order))
    run.settle()
    together = run.paper.taken()
    for phase in order.afterwards(last):
        if not run.refusals:
            run.change(phase)
            run.settle()
    outcome = _outcome(run, together, order.waiting(first, last), uncertain=any(map(uncertain, effective)))
    return outcome if width is None else replace(outcome, environments=_narrowed(outcome, *order.most_batches(first, last)))


def _begun(rounds: Iterable[Round], run: PaperRun, order: Order) -> Iterator[Round]:
    """Leave out what waits for a refused change, the creation after the deletion that it needs among them."""
    for round_ in rounds:
        refused = {refusal.change.urn for refusal in run.refusals}
        begun = [[change for change in batch if refused.isdisjoint(order.requirements(change))] for batch in round_]
        yield [batch for batch in begun if batch]


def _narrowed(outcome: Rehearsal, together: Batches, afterwards: Batches) -> tuple[EnvironmentWrites, ...]:
    return tuple(
        replace(
            one,
            together=in_batches(one.together, *(together[one.environment, networking] for networking in (True, False))),
            afterwards=in_batches(one.afterwards, *(afterwards[one.environment, networking] for networking in (True, False))),
        )
        for one in outcome.environments
    )


def _outcome(run: PaperRun, together: Taken, waiting: Mapping[EnvironmentId, Sequence[str]], *, uncertain: bool) -> Rehearsal:
    (sent, built), (sent_afterwards, built_afterwards) = together, run.paper.taken()
    nothing = Writes()
    # A VPN's connections hold its keys, so they are hidden as a whole.
    hidden = any(write.method == "PUT" for one in (built, built_afterwards) for writes in one.values() for write in writes)
    return Rehearsal(
        tuple(
            EnvironmentWrites(one, sent.get(one, nothing), sent_afterwards.get(one, nothing), tuple(waiting.get(one, ())))
            for one in sorted(run.environments)
        ),
        tuple(ProgramWrites(one, built.get(one, ()), built_afterwards.get(one, ())) for one in sorted(run.programs)),
        tuple(run.refusals),
        tuple(dict.fromkeys(run.notes)),
        hidden or uncertain,
        frozenset(run.adopted),
    )
