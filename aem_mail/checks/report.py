"""What a run of the checks found, as a document for people and as JSON for machines."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.checks import CHECKS, Severity, Subject
from aem_mail.checks.ignores import Ignore, Judged, counted
from aem_mail.document import Block, Document, Heading, Items, Paragraph
from aem_mail.model import EnvironmentId

SCHEMA_VERSION: Final = 1
CLEAN, ERRORS = 0, 2


@dataclass(frozen=True, slots=True)
class Checked:
    """One environment's findings; ``not_run`` tells for each check that could not run what it lacked."""

    environment: EnvironmentId
    judged: Sequence[Judged]
    not_run: Sequence[tuple[str, str]]


def not_run(subject: Subject) -> list[tuple[str, str]]:
    """Return the checks that lack something, and what."""
    lacking = ((one.id, " and ".join(one.missing(subject))) for one in CHECKS.values())
    return [(id_, missing) for id_, missing in lacking if missing]


def exit_code(checked: Sequence[Checked]) -> int:
    """Return 2 if an error counts, else 0."""
    return ERRORS if any(counted(one.judged, Severity.ERROR) for one in checked) else CLEAN


def to_document(checked: Sequence[Checked]) -> Document:
    """Write the report for people."""
    return [Heading("aem-mail check", 1), *(block for one in checked for block in _blocks(one)), Paragraph(_summary(checked))]


def to_json(checked: Sequence[Checked]) -> dict[str, Any]:
    """Write the report for machines."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "summary": _counts(checked),
        "environments": [
            {
                "programId": one.environment.program_id,
                "environmentId": one.environment.environment_id,
                "findings": [_finding(judged) for judged in one.judged],
                "notRun": [{"id": id_, "lacks": lacks} for id_, lacks in one.not_run],
            }
            for one in checked
        ],
    }


def _blocks(one: Checked) -> Iterator[Block]:
    yield Heading(str(one.environment))
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


def _line(judged: Judged) -> str:
    finding = judged.finding
    line = f"{finding.id} {finding.severity}: {CHECKS[finding.id].title}. {finding.where}: {finding.effect} {finding.mend}"
    if judged.ignored is not None:
        ignored = judged.ignored
        return f"{line} (Ignored until {ignored.expires}: {ignored.reason}; {ignored.owner}.)"
    if judged.expired is not None:
        return f"{line} (It was ignored until {judged.expired.expires} by {judged.expired.owner}, and counts again.)"
    return line


def _summary(checked: Sequence[Checked]) -> str:
    counts = _counts(checked)
    return f"{counts['errors']} errors, {counts['warnings']} warnings, {counts['infos']} infos, {counts['ignored']} ignored."


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
