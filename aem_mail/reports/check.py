"""What a run of the checks found, as a document for people and as JSON for machines."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from aem_mail.checks import CHECKS, Severity
from aem_mail.checks.checked import Checked
from aem_mail.checks.ignores import Ignore, Judged
from aem_mail.checks.mail_path import MailPath, Station
from aem_mail.checks.matrix import Cell, Matrix, Standing
from aem_mail.reports.document import Block, Document, Drawing, Heading, Items, Paragraph, Table

SCHEMA_VERSION: Final = 1

Draw = Callable[[MailPath], Sequence[str]]
"""Draws a path in lines."""


def to_document(checked: Sequence[Checked], matrices: Sequence[Matrix] = (), draw: Draw | None = None) -> Document:
    """Write the report for people, with the mail paths drawn where ``draw`` is given."""
    environments = [block for one in checked for block in _blocks(one, draw)]
    parity = [block for one in matrices for block in _parity(one)]
    return [Heading("aem-mail check", 1), *environments, *parity, Paragraph(summary_text(checked))]


def to_json(checked: Sequence[Checked], matrices: Sequence[Matrix] = ()) -> dict[str, Any]:
    """Write the report for machines."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "summary": _counts(checked),
        "environments": [
            {
                "programId": one.environment.program_id,
                "environmentId": one.environment.environment_id,
                "findings": [_finding(judged) for judged in one.judged],
                "unread": None if one.unread is None else str(one.unread),
                "notRun": [{"id": id_, "lacks": lacks} for id_, lacks in one.not_run],
                "mailPaths": [{"tiers": list(path.tiers), "stations": list(map(_station, path.stations))} for path in one.paths],
            }
            for one in checked
        ],
        "parity": list(map(_matrix, matrices)),
    }


def _blocks(one: Checked, draw: Draw | None) -> Iterator[Block]:
    labels = ", ".join(filter(None, one.labels))
    yield Heading(f"{one.environment} ({labels})" if labels else str(one.environment))
    if one.unread is not None:
        yield Paragraph(f"It could not be read, so nothing is known of it. {one.unread}")
        return
    if draw is not None:
        yield from (Drawing(tuple(draw(path))) for path in one.paths)
    for severity in Severity:
        lines = [_line(judged) for judged in one.judged if judged.finding.severity is severity]
        if lines:
            yield Items(tuple(lines))
    if not one.judged:
        yield Paragraph("Nothing was found.")
    if one.not_run:
        by_reason: dict[str, list[str]] = {}
        for id_, lacks in one.not_run:
            by_reason.setdefault(lacks, []).append(id_)
        yield Paragraph("Not run: " + "; ".join(f"{', '.join(ids)} (without {lacks})" for lacks, ids in by_reason.items()) + ".")


def _parity(matrix: Matrix) -> Iterator[Block]:
    yield Heading(f"Parity of the environments of program {matrix.program_id}")
    yield Table(("", *map(str, matrix.environments)), tuple((row.thing, *map(_cell_text, row.cells)) for row in matrix.rows))


def _cell_text(cell: Cell) -> str:
    told = {None: "–", "": "empty"}.get(cell.text, cell.text) or ""
    if cell.standing in (Standing.FINE, Standing.NONE):
        return told
    standing = f"{cell.standing}{', meant' if cell.meant is not None else ''}"
    return standing if cell.text is None else f"{told} ({standing})"


def _line(judged: Judged) -> str:
    finding = judged.finding
    line = f"{finding.id} {finding.severity}: {CHECKS[finding.id].title}. {finding.where}: {finding.effect} {finding.mend}"
    decision = decision_text(judged)
    return f"{line} ({decision})" if decision else line


def decision_text(judged: Judged) -> str:
    """Say who lives with a finding, or did; empty where nobody decided so."""
    if judged.ignored is not None:
        ignored = judged.ignored
        return f"Ignored until {ignored.expires}: {ignored.reason}; {ignored.owner}."
    if judged.expired is not None:
        return f"It was ignored until {judged.expired.expires} by {judged.expired.owner}, and counts again."
    return ""


def summary_text(checked: Sequence[Checked]) -> str:
    """Count the findings in a sentence."""
    counts = _counts(checked)
    told = [f"{count} {name.removesuffix('s') if count == 1 else name}" for name, count in counts.items()]
    unread = sum(one.unread is not None for one in checked)
    return f"{', '.join(told)}{f', {unread} not read' if unread else ''}."


def _counts(checked: Sequence[Checked]) -> dict[str, int]:
    found = Counter("ignored" if judged.ignored is not None else f"{judged.finding.severity}s" for one in checked for judged in one.judged)
    return {name: found[name] for name in ("errors", "warnings", "infos", "ignored")}


def _finding(judged: Judged) -> dict[str, Any]:
    finding = judged.finding
    return {
        "id": finding.id,
        "severity": str(finding.severity),
        "title": CHECKS[finding.id].title,
        "where": finding.where,
        "effect": finding.effect,
        "mend": finding.mend,
        "ignored": None if judged.ignored is None else _decision(judged.ignored),
        "ignoreExpired": None if judged.expired is None else _decision(judged.expired),
    }


def _decision(ignore: Ignore) -> dict[str, str]:
    return {"reason": ignore.reason, "owner": ignore.owner, "expires": ignore.expires.isoformat()}


def _station(station: Station) -> dict[str, Any]:
    return {
        "place": str(station.kind),
        "state": str(station.state),
        "label": station.label,
        "details": list(station.details),
        "findings": [judged.finding.id for judged in station.findings],
    }


def _matrix(matrix: Matrix) -> dict[str, Any]:
    return {
        "programId": matrix.program_id,
        "environments": [{"environmentId": one.environment.environment_id, "type": one.type} for one in matrix.environments],
        "rows": [
            {"kind": row.kind, "name": row.name, "tiers": list(row.tiers), "cells": [_cell(cell) for cell in row.cells]}
            for row in matrix.rows
        ],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {"text": cell.text, "standing": str(cell.standing), "meant": None if cell.meant is None else _decision(cell.meant)}
