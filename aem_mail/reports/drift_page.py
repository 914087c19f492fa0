"""The report of a run as a page: what drifted beside what the checks found and the way of the mail, a group for each environment."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from aem_mail.checks.matrix import matrices
from aem_mail.drift.classes import DRIFT, DriftClass, word
from aem_mail.drift.finding import Finding, Impact, Property
from aem_mail.drift.fleet import EnvironmentReport, Report
from aem_mail.drift.live import environment_of
from aem_mail.model import EnvironmentId
from aem_mail.reports import check_page as checks_page
from aem_mail.reports.drift import cost_sentence, decision_sentence, headline
from aem_mail.reports.live_path import live_paths
from aem_mail.reports.page import Cell, Entry, Group, Level, Outcome, Page, Skipped, Snippet, Table, worst_first
from aem_mail.stack.recorded import RecordedResource

Place = tuple[str, str]
"""The ids of a program and of an environment, empty where something belongs to none."""
Recorded = tuple[str, RecordedResource]
"""A stack's name, and a resource that it has."""

LEVELS: Final[Mapping[DriftClass, Level]] = {
    DriftClass.CHANGED: Level.ERROR,
    DriftClass.MISSING: Level.ERROR,
    DriftClass.UNKNOWN: Level.ERROR,
    DriftClass.UNMANAGED: Level.WARNING,
    DriftClass.UNDEPLOYED: Level.WARNING,
    DriftClass.IN_TRANSITION: Level.INFO,
    DriftClass.UNVERIFIABLE: Level.INFO,
}
SIDES: Final = {"declared": "declared", "recorded": "recorded", "live": "live", "program": "the present program"}


def to_page(report: Report, made: datetime) -> Page:
    """Write the report as a page; what cannot be verified is told as not looked at."""
    recorded = _recorded(report)
    groups = worst_first(_group(place, findings, recorded.get(place, ()), report) for place, findings in _places(report, recorded).items())
    tables = tuple(map(checks_page.table_of, _matrices(report)))
    notes = tuple(f"Stack {one.name}: {note}" for one in report.stacks for note in one.notes)
    text = headline(report)
    lead = f"{text[:1].upper()}{text[1:]}. To have the declarations win: {cost_sentence(report.cost)}."
    title = f"Parity of {len(tables)} programs"
    return Page("aem-mail drift", lead, made, groups, noun="place", tables=tables, tables_title=title, notes=notes)


def _recorded(report: Report) -> dict[Place, list[Recorded]]:
    """Return what the stacks have in each place."""
    found: dict[Place, list[Recorded]] = {}
    for stack in report.stacks:
        for resource in stack.resources:
            found.setdefault(_place(resource), []).append((stack.name, resource))
    return found


def _places(report: Report, recorded: Collection[Place]) -> dict[Place, list[Finding]]:
    """Return the findings of every place, also of one without any: environments, programs, and what belongs to neither."""
    environments = {(one.environment.program_id, one.environment.environment_id) for one in report.environments}
    places: dict[Place, list[Finding]] = {place: [] for place in (*environments, *recorded)}
    for finding in report.findings:
        places.setdefault((finding.program_id or "", finding.environment_id or ""), []).append(finding)
    return dict(sorted(places.items(), key=lambda one: (not one[0][0], one[0])))


def _place(resource: RecordedResource) -> Place:
    environment = environment_of(resource)
    if environment is not None:
        return environment.program_id, environment.environment_id
    return (str(resource.inputs.get("program_id", "")), "") if resource.kind == "NetworkInfrastructure" else ("", "")


def _group(place: Place, findings: Sequence[Finding], recorded: Sequence[Recorded], report: Report) -> Group:
    one = next((each for each in report.environments if each.environment == EnvironmentId(*place)), None)
    checked = _checked(one, findings)
    unverifiable = [each for each in findings if each.drift_class is DriftClass.UNVERIFIABLE and each.ignored is None]
    entries = tuple(_entry(each) for each in findings if each not in unverifiable)
    skipped = tuple(Skipped(_thing(each), each.message) for each in unverifiable)
    return replace(
        checked,
        title=_title(place),
        place=f"program {place[0]}" if place[1] else "",
        labels=tuple(_labels(one)),
        entries=(*entries, *checked.entries),
        notes=tuple(_notes(one)),
        passed=(*_as_recorded(findings, recorded), *checked.passed),
        skipped=(*skipped, *checked.skipped),
    )


def _checked(one: EnvironmentReport | None, findings: Sequence[Finding]) -> Group:
    """Return what the checks say of an environment, with the ways of its mail as they are live, as a group."""
    if one is None or one.checked is None:
        return Group("")
    return checks_page.group_of(replace(one.checked, paths=live_paths(one, findings)))


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
        yield f"To have the declarations win here: {cost_sentence(one.cost)}."


def _as_recorded(findings: Sequence[Finding], recorded: Sequence[Recorded]) -> Iterator[str]:
    """Yield the resources that are live as recorded; none where something could not be read."""
    if any(one.drift_class is DriftClass.UNKNOWN for one in findings):
        return
    found = {one.urn for one in findings}
    for stack, one in recorded:
        if not one.leftover and one.urn not in found:
            yield f"{one.kind} {one.name} of stack {stack}: as recorded"


def _entry(finding: Finding) -> Entry:
    return Entry(
        finding.key,
        word(finding.drift_class),
        LEVELS[finding.drift_class],
        _outcome(finding),
        f"{word(finding.drift_class)}: {_thing(finding)}",
        f"stack {finding.stack}" if finding.stack else "",
        finding.message,
        f"{cost_sentence(finding.impact)}." if finding.impact is not None and finding.mended_by_up else "",
        decision_sentence(finding.ignored, finding.expired),
        tuple(_tables(finding.properties)),
        tuple(Snippet(f"{remedy.kind}: {remedy.text}", remedy.snippet) for remedy in finding.remedies),
    )


def _outcome(finding: Finding) -> Outcome:
    if finding.ignored is not None:
        return Outcome.SKIPPED
    if finding.drift_class is DriftClass.UNKNOWN:
        return Outcome.ERROR
    return Outcome.FAILURE if finding.drift_class in DRIFT else Outcome.PASSED


def _thing(finding: Finding) -> str:
    return ", ".join(filter(None, (" ".join(filter(None, (finding.kind, finding.name))), finding.thing)))


def _tables(properties: Sequence[Property]) -> Iterator[Table]:
    """Yield the properties on all sides that have one of them."""
    sides = [side for side in SIDES if any(getattr(one, side) is not None for one in properties)]
    if sides:
        rows = tuple((Cell(one.name), *(_cell(one, side) for side in sides)) for one in properties)
        yield Table("Properties", ("", *(SIDES[side] for side in sides)), rows)


def _cell(one: Property, side: str) -> Cell:
    value = getattr(one, side)
    moved = side == "live" and value != one.recorded
    return Cell(_told(value), Level.WARNING if moved else None)


def _told(value: Any) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _matrices(report: Report) -> list[Any]:
    checked = [one for one in report.environments if one.subject is not None and one.checked is not None]
    judged = [judged for one in checked if one.checked is not None for judged in one.checked.judged]
    return matrices([one.subject for one in checked if one.subject is not None], judged)
