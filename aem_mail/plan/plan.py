"""The plan as a value: everything that its report says, in any form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from aem_mail.errors import AemMailError, InvalidInput, Refused
from aem_mail.kinds import Scope
from aem_mail.kinds.requests import Operation
from aem_mail.plan.adopted import finds_its_file
from aem_mail.plan.changes import Change, recorded_states
from aem_mail.plan.cost import Cost, cost_of
from aem_mail.plan.gates import Gates, exceeded, refused_takeovers
from aem_mail.plan.rehearsal import Dependencies, Rehearsal, rehearse
from aem_mail.plan.takeovers import Takeover, Takeovers
from aem_mail.plan.world import World
from aem_mail.settings.surface import Surface, surface_of
from aem_mail.stack.preview import Preview
from aem_mail.stack.recorded import RecordedResource
from aem_mail.text.words import counted

FAILED = 2
"""Exit code where the plan was made and does not pass: a limit is exceeded, or something would be refused."""


class Asked(StrEnum):
    """Whether Cloud Manager was asked what it knows; without it, the stack's own record is all there is to plan from."""

    YES = "yes"
    NO_CREDENTIALS = "noCredentials"
    NOTHING_TO_ASK = "nothingToAsk"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that blocks the changes; ``resource`` is a name in the program, empty where it is about no single one."""

    resource: str
    message: str
    exit_code: int = FAILED


@dataclass(frozen=True, slots=True)
class Plan:
    """What would change, what that costs, what it takes over, what blocks it, and which limits it exceeds.

    ``cost`` is the most that it costs, ``least`` the least: nothing, where that is not known.
    """

    stack: str
    refreshed: bool
    destroys: bool
    asked: Asked
    why_not_asked: str
    changes: tuple[Change, ...]
    others: int
    cost: Cost
    least: Cost
    troubles: tuple[Trouble, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    exceeded: tuple[str, ...]
    takeovers: tuple[Takeover, ...] = ()

    @property
    def at_most(self) -> bool:
        """Whether it may cost less."""
        return self.cost != self.least

    @property
    def files(self) -> tuple[Change, ...]:
        """The changes of OSGi configuration files."""
        return tuple(change for change in self.changes if change.scope is Scope.PROJECT and not change.kept and not change.adopted)

    @property
    def exit_code(self) -> int:
        """0; else what is worst: no permission, then a failed API, then an id of nothing, then what a limit or a refusal says."""
        codes = {trouble.exit_code for trouble in self.troubles} | ({FAILED} if self.exceeded else set())
        return next((code for code in (10, 30, 40, 3, FAILED) if code in codes), max(codes, default=0))


@dataclass(frozen=True, slots=True)
class Findings:
    """What asking Cloud Manager brought: the world, whether it was asked, why not, and which questions failed."""

    world: World
    asked: Asked
    why_not: str = ""
    errors: tuple[AemMailError, ...] = ()
    notes: tuple[str, ...] = ()


def make_plan(
    stack: str,
    preview: Preview,
    changes: Sequence[Change],
    findings: Findings,
    *,
    refreshed: bool = False,
    destroys: bool = False,
    gates: Gates | None = None,
    dependencies: Dependencies | None = None,
    width: int | None = None,
    cut_off: Sequence[RecordedResource] = (),
) -> Plan:
    """Rehearse a preview's changes, as `rehearse` says, and judge the outcome."""
    rehearsal = rehearse(changes, findings.world, dependencies, width, cut_off)
    wide = rehearse(changes, findings.world, dependencies, cut_off=cut_off)
    cost, widest = cost_of(rehearsal), cost_of(wide)
    known = findings.asked is Asked.YES and not rehearsal.uncertain and len(rehearsal.refusals) == len(wide.refusals)
    gates = gates or Gates()
    judge, surface = Takeovers(recorded_states(preview.steps), findings.world), surface_of(preview.config or {})
    effective = [change for change in changes if change.urn not in {refusal.change.urn for refusal in rehearsal.refusals}]
    takeovers = judge.among(effective)
    return Plan(
        stack,
        refreshed,
        destroys,
        findings.asked,
        findings.why_not,
        tuple(_judged(change, rehearsal, findings.world) for change in changes),
        _others(preview),
        cost,
        widest if known else Cost(),
        (*_failed_questions(findings, surface), *_refusals(rehearsal, surface)),
        (*findings.notes, *rehearsal.notes, *_narrow(cost, widest, width)),
        tuple(dict.fromkeys(one.message for one in preview.diagnostics if one.severity == "warning")),
        (*exceeded(gates, cost), *refused_takeovers(gates, takeovers, judge.unknown(effective))),
        takeovers,
    )


def _judged(change: Change, rehearsal: Rehearsal, world: World) -> Change:
    """Mark a creation that finds what it declares."""
    found = change.operation is Operation.CREATE and change.urn in rehearsal.adopted
    return replace(change, adopted=found or finds_its_file(change, world))


def _others(preview: Preview) -> int:
    """Count the steps of resources that are not of this package; the stack, providers and components do nothing themselves."""
    idle = {"same", "read", "refresh", "replace"}
    return sum(
        step.kind is None and step.operation not in idle and not step.type.startswith(("pulumi:pulumi:", "pulumi:providers:", "aem:mail:"))
        for step in preview.steps
    )


def _failed_questions(findings: Findings, surface: Surface) -> list[Trouble]:
    codes = [FAILED if isinstance(error, InvalidInput | Refused) else error.exit_code for error in findings.errors]
    return [Trouble("", surface(str(error), ""), code) for error, code in zip(findings.errors, codes, strict=True)]


def _refusals(rehearsal: Rehearsal, surface: Surface) -> list[Trouble]:
    messages: dict[str, list[str]] = {}
    for refusal in rehearsal.refusals:
        of_component = refusal.change.wanted.get("component") is not None
        message = surface(str(refusal.error), refusal.change.kind) if of_component else str(refusal.error)
        messages.setdefault(message, []).append(refusal.change.name)
    return [Trouble(", ".join(sorted(set(names))), message) for message, names in messages.items()]


def _narrow(cost: Cost, widest: Cost, width: int | None) -> list[str]:
    if cost == widest:
        return []
    return [
        f"The engine runs {counted(width or 0, 'operation')} at a time, fewer than come together here, so they may arrive in several "
        "batches. What depends on others of the same change (a rule on its AdvancedNetworking, exchanged ports on both rules) may then "
        f"be refused. Set PULUMI_PARALLEL=256, and it takes {widest.minutes} minutes with {counted(widest.restarts, 'restart')}."
    ]
