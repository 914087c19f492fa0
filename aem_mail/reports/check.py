"""What a run of the checks found: as a document, and as JSON for machines."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import Any, Final

from aem_mail.checks import CHECKS, Finding, Severity
from aem_mail.checks.checked import Checked, exit_code
from aem_mail.checks.ignores import Ignore, JudgedFinding, counted
from aem_mail.checks.matrix import Matrix, ParityCell, Standing
from aem_mail.checks.place import PlaceKind
from aem_mail.reports import document
from aem_mail.reports.document import Document, Entry, Group, Location, Outcome, Skipped, Table
from aem_mail.reports.mail_path import MailPath, State, Station, mail_paths
from aem_mail.reports.mail_path.model import OF_SEVERITY
from aem_mail.text import words
from aem_mail.text.words import listed

SCHEMA_VERSION: Final = 2
LEVELS: Final[Mapping[Standing, State]] = {Standing.MISSING: State.WARNING, Standing.DIFFERS: State.INFO}

Paths = Sequence[MailPath]
"""The ways of an environment's mail."""


def to_document(checked: Sequence[Checked], matrices: Sequence[Matrix] = (), folders: Sequence[str] = ()) -> Document:
    """Return the report, a group for each environment and a table for each program; ``folders`` are those that were found and judged."""
    paths = [mail_paths(one.subject, one.judged) for one in checked]
    taken = (document.Paragraph(f"OSGi configuration: {listed(folders)}."),) if folders else ()
    groups = map(group_of, checked, paths)
    return Document(
        "aem-mail check",
        (*taken, *groups, *map(table_of, matrices), document.Paragraph(_summary(checked))),
        lead="; ".join((*_unjudged(checked), _verdict(checked))),
        data={**_to_json(checked, matrices, paths), "folders": list(folders)},
        exit_code=exit_code(checked),
    )


def group_of(one: Checked, paths: Paths) -> Group:
    """Return one environment's group."""
    return Group(
        f"environment {one.name}" if one.environment is not None else f"environments of {one.name}",
        f"program {one.environment.program_id}" if one.environment is not None else "",
        one.labels,
        tuple(_entries(one)),
        tuple(paths),
        notes=tuple(f"Not judged: {note}." for note in one.unjudged),
        passed=tuple(_passed(one)) if one.unread is None else (),
        skipped=tuple(Skipped(_name(id_), f"it lacks {lacks}", id_) for id_, lacks in one.not_run),
    )


def table_of(matrix: Matrix) -> Table:
    """Return the table of a program's environments."""
    rows = tuple((document.Cell(row.thing), *map(_cell, row.cells)) for row in matrix.rows)
    return Table(("", *map(str, matrix.environments)), rows, f"Parity of the environments of program {matrix.program_id}")


def counts_of(checked: Sequence[Checked]) -> dict[str, int]:
    """Count the findings as JSON has them."""
    found = Counter("ignored" if judged.ignored is not None else f"{judged.finding.severity}s" for one in checked for judged in one.judged)
    return {name: found[name] for name in ("errors", "warnings", "infos", "ignored")}


def environment_json(one: Checked, paths: Paths) -> dict[str, Any]:
    """Return one environment as check.schema.json beside this describes it."""
    program_id, environment_id = one.ids
    return {
        "programId": program_id,
        "environmentId": environment_id,
        "environmentTypes": list(one.types),
        "findings": [_finding_json(judged) for judged in one.judged],
        "notJudged": list(one.unjudged),
        "unread": None if one.unread is None else str(one.unread),
        "notRun": [{"id": id_, "lacks": lacks} for id_, lacks in one.not_run],
        "mailPaths": [{"tiers": list(path.tiers), "stations": list(map(_station_json, path.stations))} for path in paths],
    }


def decision_text(ignored: Ignore | None, expired: Ignore | None) -> str:
    """Say who lives with a finding, or did; empty where nobody decided so."""
    if ignored is not None:
        return f"Ignored until {ignored.expires}: {ignored.reason}; {ignored.owner}."
    if expired is not None:
        return f"It was ignored until {expired.expires} by {expired.owner}, and counts again."
    return ""


def decision_json(ignore: Ignore | None) -> dict[str, str] | None:
    """Return a decision as JSON has it, None for none."""
    return None if ignore is None else {"reason": ignore.reason, "owner": ignore.owner, "expires": ignore.expires.isoformat()}


def _unjudged(checked: Sequence[Checked]) -> Iterator[str]:
    """Yield what was not judged, and where if that is not so everywhere."""
    lacking: dict[str, list[str]] = {}
    for one in checked:
        for note in one.unjudged:
            lacking.setdefault(note, []).append(one.name)
    everywhere = sum(one.unread is None for one in checked)
    return (note if len(where) == everywhere else f"{note} ({listed(where)})" for note, where in lacking.items())


def _verdict(checked: Sequence[Checked]) -> str:
    stopped, unread = sum(counted(one.judged, Severity.ERROR) > 0 for one in checked), sum(one.unread is not None for one in checked)
    of = "the environment" if len(checked) == 1 else f"{stopped} of {len(checked)} environments"
    clean = "nothing that was judged is wrong" if any(one.unjudged for one in checked) else "nothing was found that stops the mail"
    found = f"{of} would send no mail, or not the one that was meant" if stopped else clean
    besides = [*_ignored(checked), *([f"{unread} of {len(checked)} environments could not be read"] if unread else [])]
    return f"{found}, {'and' if stopped else 'but'} {listed(besides)}" if besides else found


def _ignored(checked: Sequence[Checked]) -> Iterator[str]:
    """Yield how many errors somebody lives with, nothing of none."""
    errors = [one for each in checked for one in each.judged if one.ignored is not None and one.finding.severity is Severity.ERROR]
    if errors:
        yield f"{words.counted(len(errors), 'error')} {'is' if len(errors) == 1 else 'are'} ignored"


def _summary(checked: Sequence[Checked]) -> str:
    told = [f"{count} {name.removesuffix('s') if count == 1 else name}" for name, count in counts_of(checked).items()]
    unread, incomplete = sum(one.unread is not None for one in checked), sum(one.incomplete for one in checked)
    told += [f"{count} {what}" for count, what in ((incomplete, "without a check of mail"), (unread, "not read")) if count]
    return f"{', '.join(told)}."


def _entries(one: Checked) -> Iterator[Entry]:
    if one.unread is not None:
        title = "It could not be read, so nothing is known of it"
        yield Entry("unread", "not read", State.UNKNOWN, Outcome.ERROR, title, text=str(one.unread))
    if one.incomplete:
        yield Entry("unchecked", "not checked", State.UNKNOWN, Outcome.ERROR, "Mail was not checked", text=f"{one.unjudged[0]}.")
    yield from (_entry(one, judged) for judged in one.judged)


def _entry(one: Checked, judged: JudgedFinding) -> Entry:
    """Return the entry of a finding; an error that counts is a failure."""
    finding = judged.finding
    failed = Outcome.FAILURE if finding.severity is Severity.ERROR else Outcome.PASSED
    return Entry(
        finding.id,
        _name(finding.id),
        OF_SEVERITY[finding.severity],
        failed if judged.ignored is None else Outcome.SKIPPED,
        CHECKS[finding.id].title,
        finding.where,
        finding.effect,
        finding.fix,
        decision_text(judged.ignored, judged.expired),
        label=f"{finding.id} {finding.severity}",
        locations=tuple(_locations(one, finding)),
        identity=(finding.id, *(id_ or "" for id_ in one.ids), astuple(finding.place)),
    )


def _locations(one: Checked, finding: Finding) -> Iterator[Location]:
    files = {file.path: file for file in one.subject.files}
    place = finding.place
    for path in place.names if place.kind is PlaceKind.FILE else ():
        file = files.get(path)
        if file is not None and file.source is not None:
            yield Location(file.source, file.line(place.parts))


def _passed(one: Checked) -> Iterator[str]:
    found = {judged.finding.id for judged in one.judged} | {id_ for id_, _ in one.not_run}
    return (_name(id_) for id_ in CHECKS if id_ not in found)


def _name(id_: str) -> str:
    return f"{id_}: {CHECKS[id_].title}"


def _cell(cell: ParityCell) -> document.Cell:
    text = {None: "missing" if cell.standing is Standing.MISSING else "–", "": "empty"}.get(cell.text, cell.text) or ""
    notes = ["differs"] if cell.standing is Standing.DIFFERS else []
    if cell.meant is not None:
        return document.Cell(text, None, ", ".join([*notes, "meant"]))
    return document.Cell(text, LEVELS.get(cell.standing), ", ".join(notes))


def _to_json(checked: Sequence[Checked], matrices: Sequence[Matrix], paths: Sequence[Paths]) -> dict[str, Any]:
    return {
        "schemaVersion": SCHEMA_VERSION,
        "summary": counts_of(checked),
        "environments": list(map(environment_json, checked, paths)),
        "parity": list(map(_matrix_json, matrices)),
    }


def _finding_json(judged: JudgedFinding) -> dict[str, Any]:
    finding = judged.finding
    return {
        "id": finding.id,
        "severity": str(finding.severity),
        "title": CHECKS[finding.id].title,
        "where": finding.where,
        "effect": finding.effect,
        "fix": finding.fix,
        "ignored": decision_json(judged.ignored),
        "ignoreExpired": decision_json(judged.expired),
    }


def _station_json(station: Station) -> dict[str, Any]:
    return {
        "place": str(station.kind),
        "state": str(station.state),
        "label": station.label,
        "details": list(station.details),
        "findings": [judged.finding.id for judged in station.findings],
    }


def _matrix_json(matrix: Matrix) -> dict[str, Any]:
    return {
        "programId": matrix.program_id,
        "environments": [{"environmentId": one.environment.environment_id, "type": one.type} for one in matrix.environments],
        "rows": [
            {"kind": row.kind, "name": row.name, "tiers": list(row.tiers), "cells": [_cell_json(cell) for cell in row.cells]}
            for row in matrix.rows
        ],
    }


def _cell_json(cell: ParityCell) -> dict[str, Any]:
    return {"text": cell.text, "standing": str(cell.standing), "meant": decision_json(cell.meant)}
