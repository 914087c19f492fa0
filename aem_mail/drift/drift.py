"""A whole run, from what the stacks recorded and what was read to the report: pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from aem_mail.checks.ignores import decision
from aem_mail.drift.compare import Comparison, compare
from aem_mail.drift.differences import differences, is_gone
from aem_mail.drift.draft import Draft
from aem_mail.drift.environments import environment_reports
from aem_mail.drift.finding import DriftFinding, Impact
from aem_mail.drift.fixes import costs_of, fixes, impact_of, world_of
from aem_mail.drift.fleet import DriftReport, StackReport
from aem_mail.drift.homes import Context, context_of, contexts_of
from aem_mail.drift.live import Live
from aem_mail.drift.managed_twice import Managers, managed_twice, managers
from aem_mail.drift.remedies import remedies
from aem_mail.drift.state import ProjectContext, StackState, declared_in
from aem_mail.drift.transitions import at_rest, environments_in_transition
from aem_mail.drift.undeployed import declared_by, undeployed, wanted_by
from aem_mail.drift.unknowns import Unknowns, interrupted, unknown_stack
from aem_mail.drift.unmanaged import claims_of, unmanaged
from aem_mail.errors import AemMailError
from aem_mail.model import EnvironmentId
from aem_mail.plan.changes import Change
from aem_mail.stack.recorded import RecordedResource, RecordedStack

NOTHING_RECORDED: Final = "Nothing of this package is recorded in this stack, so there is nothing to compare."


def find_drift(stacks: Sequence[StackState], live: Live, project_context: ProjectContext, *, program_asked: bool = False) -> DriftReport:
    """Compare every stack with what was read; nothing that failed keeps the rest from being judged."""
    run = _Run(stacks, live, project_context)
    findings = [*(finding for state in stacks for finding in run.of_stack(state)), *run.of_all_stacks()]
    costs, managed = costs_of(run.changes, run.world), managers(stacks)
    return DriftReport(
        tuple(sorted((_stack_report(state, managed) for state in stacks), key=lambda one: one.name)),
        tuple(sorted(live.programs)),
        tuple(environment_reports(declared_in(stacks), live, project_context, costs.environments)),
        tuple(sorted(findings, key=_place)),
        costs.whole,
        program_asked,
    )


class _Run:
    """What the stacks of one run share: what they declare together, what could not be read, and what fixes would be made."""

    def __init__(self, stacks: Sequence[StackState], live: Live, project_context: ProjectContext) -> None:
        self._contexts = contexts_of(state.recorded for state in stacks if isinstance(state.recorded, RecordedStack))
        self._live = live
        self._project_context = project_context
        self._all_known = all(isinstance(state.recorded, RecordedStack) for state in stacks)
        self._claims = claims_of(one for state in stacks for one in _claimed(state))
        self._unknowns = Unknowns()
        self.world = world_of(live)
        self.changes: list[Change] = []

    def of_stack(self, state: StackState) -> Iterator[DriftFinding]:
        """Yield the findings of one stack."""
        recorded, preview = state.recorded, state.wanted
        if isinstance(recorded, AemMailError):
            yield self._finished(Draft(unknown_stack(state.name, recorded)))
            return
        comparisons = list(self._comparisons(state.name, recorded))
        changes = fixes([one for one in comparisons if not is_gone(one.resource, self._live)], preview)
        self.changes += changes
        impacts = {change.urn: impact_of(change, self.world) for change in changes}
        for draft in self._drafts(state, recorded, comparisons):
            yield self._finished(draft, impacts.get(draft.finding.urn) if draft.finding.fixed_by_up else None)

    def of_all_stacks(self) -> Iterator[DriftFinding]:
        """Yield what is about environments and programs as such, whichever stacks have something there."""
        for finding in (*self._unknowns.findings(), *environments_in_transition(self._live)):
            yield self._finished(Draft(finding))
        for draft in (
            unmanaged(self._live.environments, self._claims, self._context_of, self._project_context.secrets) if self._all_known else ()
        ):
            yield self._finished(at_rest(draft, self._live))

    def _context_of(self, environment: EnvironmentId) -> Context:
        """Return the one stack that has something in an environment: of several, nobody knows which is to declare more."""
        there = self._contexts.get(environment, ())
        return there[0] if len(there) == 1 else Context()

    def _drafts(self, state: StackState, recorded: RecordedStack, comparisons: Sequence[Comparison]) -> Iterator[Draft]:
        context, wanted = replace(context_of(recorded), stack=state.name), wanted_by(state.wanted)
        for comparison in comparisons:
            yield from differences(comparison, self._live, self._claims, context, wanted.get(comparison.resource.urn))
        yield from map(Draft, interrupted(state.name, recorded.pending))
        if isinstance(state.preview, AemMailError):
            yield Draft(unknown_stack(state.name, state.preview, "Preview"))
        if state.wanted is not None:
            yield from map(Draft, undeployed(state.name, state.wanted))

    def _comparisons(self, stack: str, recorded: RecordedStack) -> Iterator[Comparison]:
        interrupted_urns = {one.resource.urn for one in recorded.pending}
        for resource in recorded.resources:
            if resource.leftover or resource.urn in interrupted_urns:
                continue
            source, read = self._live.read_of(resource)
            if isinstance(read, AemMailError):
                self._unknowns.add(source, read, stack, resource)
            else:
                yield compare(resource, read, self._project_context.project)

    def _finished(self, draft: Draft, impact: Impact | None = None) -> DriftFinding:
        today, finding = self._project_context.today, replace(draft.finding, impact=impact)
        ignored, expired = decision(finding.key, finding.stack, self._project_context.ignores, today)
        ways = tuple(remedies(replace(draft, finding=finding), today))
        return replace(finding, remedies=ways, ignored=ignored, expired=expired)


def _claimed(state: StackState) -> Iterator[RecordedResource]:
    """Yield what a stack has, is about to have or is about to let go of: nothing of that is foreign."""
    if isinstance(state.recorded, RecordedStack):
        yield from state.recorded.resources
        yield from (one.resource for one in state.recorded.pending)
    yield from declared_by(state.wanted)


def _stack_report(state: StackState, managed: Managers) -> StackReport:
    if isinstance(state.recorded, AemMailError):
        return StackReport(state.name, error=str(state.recorded))
    return StackReport(state.name, state.recorded.resources, (*_notes(state.recorded), *managed_twice(state, managed)))


def _notes(recorded: RecordedStack) -> Iterator[str]:
    if not recorded.resources and not recorded.pending:
        yield NOTHING_RECORDED
    for one in recorded.resources:
        if one.leftover:
            yield f"{one.kind} {one.name} ({one.id}) was replaced and is still to be deleted: the next `pulumi up` does it."


def _place(finding: DriftFinding) -> tuple[str, ...]:
    return finding.program_id or "", finding.environment_id or "", finding.kind, finding.id, str(finding.drift_class), finding.stack
