"""The report of a drift run: what drifted beside what the checks found and the mail path, as a document, and as JSON."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from aem_mail.checks.matrix import Matrix, matrices
from aem_mail.drift.finding import DriftFinding, Impact, Property, RemedyKind
from aem_mail.drift.fleet import DriftReport, EnvironmentReport, StackReport
from aem_mail.drift.live import environment_of
from aem_mail.kinds import Scope
from aem_mail.model import EnvironmentId
from aem_mail.model.drift_classes import DRIFT, DriftClass, word
from aem_mail.reports import check
from aem_mail.reports.document import (
    Block,
    Cell,
    Code,
    Document,
    Entry,
    Group,
    Heading,
    Outcome,
    Paragraph,
    Skipped,
    Snippet,
    Table,
    section,
)
from aem_mail.reports.live_path import live_paths
from aem_mail.reports.mail_path import MailPath, State
from aem_mail.stack.recorded import RecordedResource
from aem_mail.text.words import counted

SCHEMA_VERSION: Final = 2
MOST_SNIPPETS: Final = 20
"""As many are shown together; each finding has its own, and the JSON all of them."""
LEVELS: Final[Mapping[DriftClass, State]] = {
    DriftClass.CHANGED: State.ERROR,
    DriftClass.MISSING: State.ERROR,
    DriftClass.UNKNOWN: State.UNKNOWN,
    DriftClass.UNMANAGED: State.WARNING,
    DriftClass.UNDEPLOYED: State.WARNING,
    DriftClass.IN_TRANSITION: State.INFO,
    DriftClass.UNVERIFIABLE: State.INFO,
}
SIDES: Final = {"declared": "declared", "recorded": "recorded", "live": "live", "program": "the present program"}

Place = tuple[str, str]
"""The ids of a program and of an environment, empty where something belongs to none."""
Recorded = tuple[str, RecordedResource]
"""A stack's name, and a resource that it has."""


def to_document(report: DriftReport) -> Document:
    """Return the report, a group for each environment, each program, and for what belongs to neither."""
    recorded = _recorded(report)
    places = _places(report, recorded)
    environments = {_ids(one.environment): one for one in report.environments}
    shared = _shared(report)
    paths = {place: live_paths(one, [*places[place], *_besides(one, shared)]) for place, one in environments.items()}
    groups = [
        _group(place, found, recorded.get(place, ()), environments.get(place), paths.get(place, ())) for place, found in places.items()
    ]
    adopting = _pasted("To adopt what is live", report, RemedyKind.ADOPT)
    ignoring = _pasted("To ignore, in aem-mail-ignore.yaml", report, RemedyKind.IGNORE)
    tables = map(check.table_of, _matrices(report))
    notes = (f"{one.name or 'the selected stack'}: {note}" for one in report.stacks for note in one.notes)
    return Document(
        "aem-mail drift",
        (*section("Stacks", notes), *groups, *tables, *_restoring(report), *adopting, *ignoring, Paragraph(summary(report))),
        lead=headline(report),
        data=_to_json(report, paths),
        exit_code=report.exit_code,
        noun="place",
    )


def headline(report: DriftReport) -> str:
    """Say in a few words what was found."""
    drifted = [f"{len(found)} {word(one)}" for one in DriftClass if one in DRIFT and (found := report.of_class(one))]
    unknown = len(report.of_class(DriftClass.UNKNOWN))
    failed = [counted(report.failed_checks, "failed check")] if report.failed_checks else []
    return ", ".join([*(drifted or ["no drift"]), *([f"{unknown} unknown"] if unknown else []), *failed])


def summary(report: DriftReport) -> str:
    """Count everything, what is no drift too."""
    counts = ", ".join(f"{len(report.of_class(one))} {word(one)}" for one in DriftClass if report.program_asked or one != "undeployed")
    ignored = sum(one.ignored is not None for one in report.findings)
    looked_at = f"{counted(len(report.stacks), 'stack')}, {counted(len(report.environments), 'environment')}"
    text = f"{looked_at}: {counts}, {ignored} ignored."
    if report.of_class(DriftClass.UNKNOWN):
        return f"{text} What is unknown is not clean: it could not be read."
    return text


def cost_sentence(impact: Impact) -> str:
    """Say what a fix sends, how long that takes, and what restarts."""
    counts = (("POST", impact.posts), ("PUT", impact.puts), ("DELETE", impact.deletes), ("PATCH", impact.patches))
    writes = [f"{count} {method if count == 1 else f'{method}s' if method != 'PATCH' else 'PATCHes'}" for method, count in counts if count]
    if not writes:
        return "nothing is sent to Cloud Manager"
    tiers = list(dict.fromkeys(" and ".join(restart) for restart in impact.restarts))
    restarts = f"restarts {', '.join(tiers)}" if tiers else "no restart"
    return f"{', '.join(writes)}; about {impact.minutes} minutes, {restarts}"


def _ids(environment: EnvironmentId) -> Place:
    return environment.program_id, environment.environment_id


def _recorded(report: DriftReport) -> dict[Place, list[Recorded]]:
    """Return what the stacks have in each place."""
    found: dict[Place, list[Recorded]] = {}
    for stack in report.stacks:
        for resource in stack.resources:
            found.setdefault(_place(resource), []).append((stack.name, resource))
    return found


def _places(report: DriftReport, recorded: Collection[Place]) -> dict[Place, list[DriftFinding]]:
    """Return the findings of every place, also of one without any: environments, programs, and what belongs to neither."""
    environments = {(one.environment.program_id, one.environment.environment_id) for one in report.environments}
    places: dict[Place, list[DriftFinding]] = {place: [] for place in (*environments, *recorded)}
    for finding in report.findings:
        places.setdefault((finding.program_id or "", finding.environment_id or ""), []).append(finding)
    return dict(sorted(places.items(), key=lambda one: (not one[0][0], one[0])))


def _shared(report: DriftReport) -> Mapping[str, Sequence[DriftFinding]]:
    """Return the findings of infrastructures by program and those of files by stack: the mail of several environments comes by these."""
    found: dict[str, list[DriftFinding]] = {}
    for finding in report.findings:
        if not finding.environment_id:
            found.setdefault(finding.program_id or finding.stack, []).append(finding)
    return found


def _besides(one: EnvironmentReport, shared: Mapping[str, Sequence[DriftFinding]]) -> Iterator[DriftFinding]:
    for key in (one.environment.program_id, *one.stacks):
        yield from shared.get(key, ())


def _place(resource: RecordedResource) -> Place:
    environment = environment_of(resource)
    if environment is not None:
        return environment.program_id, environment.environment_id
    return (str(resource.inputs.get("program_id", "")), "") if resource.scope is Scope.PROGRAM else ("", "")


def _group(
    place: Place, findings: Sequence[DriftFinding], recorded: Sequence[Recorded], one: EnvironmentReport | None, paths: Sequence[MailPath]
) -> Group:
    """Return the group of a place; what cannot be verified was not looked at."""
    checked = Group("") if one is None or one.checked is None else check.group_of(one.checked, paths)
    unverifiable = [each for each in findings if each.drift_class is DriftClass.UNVERIFIABLE and each.ignored is None]
    return replace(
        checked,
        title=_title(place),
        place=f"program {place[0]}" if place[1] else "",
        labels=tuple(_labels(one)),
        entries=(*(_entry(each) for each in findings if each not in unverifiable), *checked.entries),
        notes=tuple(_notes(one)),
        passed=(*_as_recorded(findings, recorded), *checked.passed),
        skipped=(*(Skipped(_thing(each), each.message, _named(each)) for each in unverifiable), *checked.skipped),
    )


def _title(place: Place) -> str:
    program_id, environment_id = place
    if environment_id:
        return f"environment {environment_id}"
    return f"program {program_id}" if program_id else "files, stacks and previews"


def _labels(one: EnvironmentReport | None) -> Iterator[str]:
    if one is not None:
        if one.live is not None:
            yield from filter(None, (one.live.name, one.live.type, one.live.status))
        yield from (f"stack {name}" for name in one.stacks)


def _notes(one: EnvironmentReport | None) -> Iterator[str]:
    if one is not None and one.cost != Impact():
        yield f"To restore what is declared here: {cost_sentence(one.cost)}."


def _as_recorded(findings: Sequence[DriftFinding], recorded: Sequence[Recorded]) -> Iterator[str]:
    """Yield the resources that are live as recorded; none where something could not be read."""
    if any(one.drift_class is DriftClass.UNKNOWN for one in findings):
        return
    found = {one.urn for one in findings}
    for stack, one in recorded:
        if not one.leftover and one.urn not in found:
            yield f"{one.kind} {one.name} of stack {stack}: as recorded"


def _entry(finding: DriftFinding) -> Entry:
    stack = f" of stack {finding.stack}" if finding.stack and finding.kind not in ("Stack", "Preview") else ""
    return Entry(
        finding.key,
        word(finding.drift_class),
        LEVELS[finding.drift_class],
        _outcome(finding),
        f"{word(finding.drift_class)}: {_thing(finding, stack)}",
        text=finding.message,
        fix=_fix(finding),
        note=check.decision_text(finding.ignored, finding.expired),
        tables=tuple(_tables(finding.properties)),
        snippets=tuple(Snippet(f"{remedy.kind}: {remedy.text}", remedy.snippet) for remedy in finding.remedies),
    )


def _fix(finding: DriftFinding) -> str:
    """Say what restoring it sends, or what has to be done first where `pulumi up` alone does not."""
    if finding.fixed_by_up:
        return "" if finding.impact is None else f"{cost_sentence(finding.impact)}."
    return next((remedy.text for remedy in finding.remedies if remedy.kind is RemedyKind.APPLY), "")


def _outcome(finding: DriftFinding) -> Outcome:
    if finding.ignored is not None:
        return Outcome.SKIPPED
    if finding.drift_class is DriftClass.UNKNOWN:
        return Outcome.ERROR
    return Outcome.FAILURE if finding.drift_class in DRIFT else Outcome.PASSED


def _thing(finding: DriftFinding, stack: str = "") -> str:
    return ", ".join(filter(None, (f"{_named(finding)}{stack}", finding.thing)))


def _named(finding: DriftFinding) -> str:
    return " ".join(filter(None, (finding.kind, finding.name)))


def _tables(properties: Sequence[Property]) -> Iterator[Table]:
    """Yield the properties on all sides that have one of them."""
    sides = [side for side in SIDES if any(getattr(one, side) is not None for one in properties)]
    if sides:
        rows = tuple((Cell(one.name), *(_cell(one, side) for side in sides)) for one in properties)
        yield Table(("", *(SIDES[side] for side in sides)), rows, "Properties")


def _cell(one: Property, side: str) -> Cell:
    value = getattr(one, side)
    changed = side == "live" and value != one.recorded
    return Cell(_told(value), State.WARNING if changed else None)


def _told(value: Any) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _matrices(report: DriftReport) -> Sequence[Matrix]:
    checked = [one.checked for one in report.environments if one.checked is not None]
    return matrices([one.subject for one in checked], [judged for one in checked for judged in one.judged])


def _restoring(report: DriftReport) -> Iterator[Block]:
    commands = _snippets(report, RemedyKind.APPLY)
    if commands:
        more = f" ({len(commands) - MOST_SNIPPETS} more stacks)" if len(commands) > MOST_SNIPPETS else ""
        yield Heading("To restore what is declared")
        yield Code(_lines(commands))
        yield Paragraph(f"In all{more}: {cost_sentence(report.cost)}.")


def _pasted(heading: str, report: DriftReport, kind: RemedyKind) -> Iterator[Block]:
    snippets = _snippets(report, kind)
    if snippets:
        yield Heading(heading)
        yield Code(_lines(snippets))
    if len(snippets) > MOST_SNIPPETS:
        yield Paragraph(f"{len(snippets) - MOST_SNIPPETS} more are in the JSON.")


def _lines(snippets: Sequence[str]) -> tuple[str, ...]:
    return tuple(line for snippet in snippets[:MOST_SNIPPETS] for line in snippet.splitlines())


def _snippets(report: DriftReport, kind: RemedyKind) -> tuple[str, ...]:
    """Return what is to be pasted for all that counts, each once."""
    remedies = (remedy for one in report.findings if one.counts for remedy in one.remedies)
    return tuple(dict.fromkeys(remedy.snippet for remedy in remedies if remedy.kind is kind and remedy.snippet))


def _to_json(report: DriftReport, paths: Mapping[Place, Sequence[MailPath]]) -> dict[str, Any]:
    """Return the report as drift.schema.json beside this describes it."""
    checked = {_ids(one.environment): one.checked for one in report.environments if one.checked is not None}
    return {
        "schemaVersion": SCHEMA_VERSION,
        "exitCode": report.exit_code,
        "programAsked": report.program_asked,
        "summary": dict(report.summary),
        "cost": _impact_json(report.cost),
        "stacks": [_stack_json(one) for one in report.stacks],
        "programs": list(report.programs),
        "environments": [_environment_json(one) for one in report.environments],
        "findings": [_finding_json(one) for one in report.findings],
        "checks": {
            "summary": check.counts_of([*checked.values()]),
            "environments": [check.environment_json(one, paths.get(ids, ())) for ids, one in checked.items()],
        },
    }


def _stack_json(stack: StackReport) -> dict[str, Any]:
    return {"name": stack.name, "resources": len(stack.resources), "notes": list(stack.notes), "error": stack.error}


def _environment_json(one: EnvironmentReport) -> dict[str, Any]:
    live = one.live
    return {
        "programId": one.environment.program_id,
        "environmentId": one.environment.environment_id,
        "name": None if live is None else live.name,
        "type": None if live is None else live.type,
        "status": None if live is None else live.status,
        "stacks": list(one.stacks),
        "cost": _impact_json(one.cost),
    }


def _finding_json(finding: DriftFinding) -> dict[str, Any]:
    return {
        "key": finding.key,
        "class": str(finding.drift_class),
        "kind": finding.kind,
        "id": finding.id,
        "thing": finding.thing,
        "message": finding.message,
        "stack": finding.stack or None,
        "name": finding.name or None,
        "urn": finding.urn or None,
        "programId": finding.program_id,
        "environmentId": finding.environment_id,
        "properties": [
            {"name": one.name, "declared": one.declared, "recorded": one.recorded, "live": one.live, "program": one.program}
            for one in finding.properties
        ],
        "fixedByUp": finding.fixed_by_up,
        "impact": None if finding.impact is None else _impact_json(finding.impact),
        "remedies": [
            {"kind": str(one.kind), "text": one.text, "snippet": one.snippet, "language": one.language} for one in finding.remedies
        ],
        "ignored": check.decision_json(finding.ignored),
        "ignoreExpired": check.decision_json(finding.expired),
    }


def _impact_json(impact: Impact) -> dict[str, Any]:
    return {
        "posts": impact.posts,
        "puts": impact.puts,
        "deletes": impact.deletes,
        "patches": impact.patches,
        "restarts": [list(tiers) for tiers in impact.restarts],
        "minutes": impact.minutes,
    }
