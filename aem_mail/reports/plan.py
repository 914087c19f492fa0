"""The report of a plan: a document for people, JSON for machines."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from aem_mail.kinds.requests import Operation
from aem_mail.plan.cost import Cost, EnvironmentCost, ProgramCost, total
from aem_mail.plan.plan import FAILED, Asked, Plan
from aem_mail.plan.rows import Row, rows_of
from aem_mail.plan.takeovers import Takeover
from aem_mail.reports.document import Block, Cell, Document, Paragraph, Table, section
from aem_mail.reports.mail_path.model import State
from aem_mail.text.words import counted, listed, spanned

SCHEMA_VERSION: Final = 2
SIGNS: Final = {
    "create": Cell("+", State.OK),
    "update": Cell("~", State.WARNING),
    "replace": Cell("±", State.WARNING),
    "delete": Cell("-", State.ERROR),
}
ADOPTED: Final = Cell("=", State.INFO)
UNCOMPARED: Final = "The program was compared with the state alone. `aem-mail plan --refresh` reads what is live too."
UNASKED: Final = (
    "So it is planned from what the stack has recorded. Permissions, a sandbox program, another network infrastructure, an occupied "
    "port or a variable of that name may still block this; what is there as it is wanted sends nothing, and a variable that is "
    "there with the other type costs one PATCH more."
)


def to_json(plan: Plan) -> dict[str, Any]:
    """Return the plan as docs/plan.md describes it."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "stack": plan.stack,
        "refreshed": plan.refreshed,
        "destroys": plan.destroys,
        "asked": str(plan.asked),
        "whyNotAsked": plan.why_not_asked,
        "changes": [_change_json(row) for row in rows_of(plan.changes)],
        "otherChanges": plan.others,
        "cost": {
            "atMost": plan.at_most,
            **_sums_json(plan.cost),
            "least": _sums_json(plan.least),
            "programs": [_program_json(one) for one in plan.cost.programs],
            "environments": [_environment_json(one) for one in plan.cost.environments],
        },
        "files": [row.thing for row in rows_of(plan.files) if not row.kept],
        "takeovers": [_takeover_json(one) for one in plan.takeovers],
        "problems": [{"resource": trouble.resource, "message": trouble.message} for trouble in plan.troubles],
        "exceeded": list(plan.exceeded),
        "notes": list(plan.notes),
        "warnings": list(plan.warnings),
        "exitCode": plan.exit_code,
    }


def to_document(plan: Plan) -> Document:
    """Return the plan as a document."""
    rows = rows_of(plan.changes)
    what = f"{'destroying ' if plan.destroys else ''}{f'stack {plan.stack}' if plan.stack else 'the selected stack'}"
    blocks: list[Block] = [_table(rows)] if rows else []
    blocks += section("Cost", _cost(plan))
    blocks += section("Taken over", map(_takeover, plan.takeovers), State.WARNING)
    blocks += section("Blocked by", (": ".join(filter(None, (one.resource, one.message))) for one in plan.troubles), State.ERROR)
    blocks += section("Limits exceeded", plan.exceeded, State.ERROR)
    blocks += section("To know", (*plan.notes, *_waiting(plan.cost.environments)))
    blocks += section("Warnings of the preview", plan.warnings, State.WARNING)
    blocks += map(Paragraph, _basis(plan))
    return Document(f"Plan for {what}", tuple(blocks), _counts(rows), to_json(plan), plan.exit_code)


def _counts(rows: Sequence[Row]) -> str:
    adopted = sum(row.adopted for row in rows)
    changes = counted(len(rows) - adopted, "change") if len(rows) > adopted else "nothing to change"
    return f"{changes}, {adopted} adopted" if adopted else changes


def _takeover(one: Takeover) -> str:
    (row,) = rows_of([one.change])
    place = _place(row, whole=True)
    return f"{row.kind} {row.name} overwrites {row.thing}{place}. It is there, and not recorded by this stack, as {one.there}."


def _table(rows: Sequence[Row]) -> Table:
    cells = tuple(map(_cells, rows))
    width = 5 if any(row[-1].text for row in cells) else 4
    return Table(("", "kind", "name", "what", "remark")[:width], tuple(row[:width] for row in cells))


def _cells(row: Row) -> tuple[Cell, ...]:
    sign = ADOPTED if row.adopted else SIGNS[row.operation]
    return sign, *map(Cell, (row.kind, row.name, f"{row.thing}{_place(row)}", _remark(row)))


def _place(row: Row, *, whole: bool = False) -> str:
    """Name the environment or the program that a row is about; with ``whole`` both."""
    program = f" of program {row.program_id}" if row.program_id and (whole or not row.environment_id) else ""
    return f"{f' of environment {row.environment_id}' if row.environment_id else ''}{program}"


def _remark(row: Row) -> str:
    if row.kept:
        return "stays live"
    if row.adopted:
        return "adopted: it is there as declared"
    if row.state_only:
        return "recorded only, nothing is sent"
    return f"changed: {', '.join(row.changed)}" if row.changed else ""


def _cost(plan: Plan) -> Iterator[str]:
    cost, least = plan.cost, plan.cost if plan.least.nothing else plan.least
    if cost.nothing:
        yield "Nothing is sent to Cloud Manager, and nothing restarts."
    for program in cost.programs:
        yield _program_sentence(program)
    for environment in cost.environments:
        yield _environment_sentence(environment, least.of(environment.environment))
    if not cost.nothing:
        at_most = " at most" if plan.at_most and plan.least.nothing else ""
        side = ", environments side by side" if len(cost.environments) > 1 else ""
        restarts = spanned(least.restarts, cost.restarts, "restart") if cost.restarts else "no restart"
        yield f"In all{at_most}: {restarts}, about {spanned(least.minutes, cost.minutes, 'minute')}{side}."
    yield from _files(plan)
    if plan.others:
        yield f"{counted(plan.others, 'change')} of resources that are not of this package, whose cost is not known here."


def _files(plan: Plan) -> Iterator[str]:
    rows = [row for row in rows_of(plan.files) if not row.kept]
    if rows:
        done = "removed from" if all(row.operation == str(Operation.DELETE) for row in rows) else "written into"
        yield (
            f"{listed([row.thing for row in rows])}: {done} the AEM project, which restarts nothing; AEM knows of it once it is committed "
            "and a pipeline has deployed it."
        )


def _program_sentence(cost: ProgramCost) -> str:
    writes = ", ".join(f"{write.method} {write.kind} in {write.region}" for write in cost.writes)
    return f"Program {cost.program_id}, network infrastructure: {writes}; about {cost.minutes} minutes, no restart."


def _environment_sentence(cost: EnvironmentCost, least: EnvironmentCost) -> str:
    counts = (least.puts, cost.puts, "PUT"), (least.deletes, cost.deletes, "DELETE")
    networking = [spanned(*count) for count in counts if count[1]]
    parts = [f"{' and '.join(networking)} of advanced networking (no restart)"] if networking else []
    if cost.patches:
        parts.append(f"{spanned(least.patches, cost.patches, 'PATCH', 'PATCHes')} of variables ({_restarts(cost.restarts)})")
    place = f"Program {cost.environment.program_id}, environment {cost.environment.environment_id}"
    return f"{place}: {', '.join(parts)}; about {spanned(least.minutes, cost.minutes, 'minute')}."


def _restarts(restarts: Sequence[tuple[str, ...]]) -> str:
    told = list(dict.fromkeys(listed(tiers) for tiers in restarts))
    return "restarts " + ", then ".join(told) + (" each time" if len(told) < len(restarts) else "")


def _waiting(costs: Sequence[EnvironmentCost]) -> Iterator[str]:
    for cost in costs:
        if cost.waiting:
            verb = "waits" if len(cost.waiting) == 1 else "wait"
            yield (
                f"{listed(cost.waiting)} of environment {cost.environment.environment_id} {verb} for another resource of the same "
                "environment, and each wait costs one change more. Take the dependency out (`depends_on`, or an output that is passed "
                "on), and all of them are one change. Deletions go by depth: declare what stands beside a component in the component "
                "(`parent=`), and they go together."
            )


def _basis(plan: Plan) -> Iterator[str]:
    match plan.asked:
        case Asked.YES:
            yield "Counted against what Cloud Manager shows now. Whether the credential may write shows only when it does."
        case Asked.NO_CREDENTIALS | Asked.FAILED if not plan.cost.nothing or plan.troubles:
            asked = "was not asked" if plan.asked is Asked.NO_CREDENTIALS else "did not answer every question"
            yield f"Cloud Manager {asked}. {plan.why_not_asked} {UNASKED}".replace("  ", " ")
        case Asked.NOTHING_TO_ASK if not plan.refreshed and not plan.changes:
            yield UNCOMPARED
        case _:
            pass
    if plan.exit_code == FAILED:
        yield "This plan does not pass."


def _sums_json(cost: Cost) -> dict[str, int]:
    puts, deletes, patches = total(cost.environments)
    return {"restarts": cost.restarts, "minutes": cost.minutes, "puts": puts, "deletes": deletes, "patches": patches}


def _change_json(row: Row) -> dict[str, Any]:
    return {
        "operation": row.operation,
        **_thing_json(row),
        "changed": list(row.changed),
        "stateOnly": row.state_only,
        "kept": row.kept,
        "adopted": row.adopted,
    }


def _thing_json(row: Row) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "name": row.name,
        "urn": row.urn,
        "programId": row.program_id,
        "environmentId": row.environment_id,
        "thing": row.thing,
    }


def _takeover_json(one: Takeover) -> dict[str, Any]:
    (row,) = rows_of([one.change])
    return {
        **_thing_json(row),
        "there": one.there,
    }


def _program_json(cost: ProgramCost) -> dict[str, Any]:
    return {
        "programId": cost.program_id,
        "posts": cost.count("POST"),
        "puts": cost.count("PUT"),
        "deletes": cost.count("DELETE"),
        "minutes": cost.minutes,
    }


def _environment_json(cost: EnvironmentCost) -> dict[str, Any]:
    return {
        "programId": cost.environment.program_id,
        "environmentId": cost.environment.environment_id,
        "puts": cost.puts,
        "deletes": cost.deletes,
        "patches": cost.patches,
        "restarts": [list(tiers) for tiers in cost.restarts],
        "minutes": cost.minutes,
        "waiting": list(cost.waiting),
    }
