"""The report of a drift run: a document for people, JSON for machines."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from aem_mail.characters import visible
from aem_mail.checks import Severity
from aem_mail.checks.checked import Checked
from aem_mail.checks.ignores import Ignore
from aem_mail.drift.classes import DRIFT, DriftClass, word
from aem_mail.drift.finding import Finding, Impact, RemedyKind
from aem_mail.drift.fleet import EnvironmentReport, Report, StackReport
from aem_mail.model import EnvironmentId
from aem_mail.reports import check
from aem_mail.reports.document import Block, Document, Drawing, Heading, Items, Paragraph
from aem_mail.words import counted

SCHEMA_VERSION: Final = 1
MOST_SNIPPETS: Final = 20
"""As many are shown; the JSON has all of them."""
SHOWN: Final = frozenset(DriftClass) - {DriftClass.UNVERIFIABLE}
"""What is listed; of the rest it is said how many there are."""


def to_document(report: Report) -> Document:
    """Return the report as blocks: what was found where, what its mend costs, and what to paste."""
    blocks: list[Block] = [Heading(f"aem-mail drift: {headline(report)}", 1)]
    for heading, findings in _grouped(report):
        blocks += [Heading(heading), Items(tuple(map(_line, findings)))]
    blocks += _stacks(report)
    blocks += _checks(report.environments)
    blocks += _mend(report)
    blocks += _pasted("To adopt what is live", [one for one in report.findings if one.counts], RemedyKind.ADOPT)
    blocks += _pasted("To ignore, in aem-mail-ignore.yaml", [one for one in report.findings if one.counts], RemedyKind.IGNORE)
    return [*blocks, Paragraph(summary(report))]


def headline(report: Report) -> str:
    """Say in a few words what was found."""
    drifted = [f"{len(found)} {word(one)}" for one in DriftClass if one in DRIFT and (found := report.of_class(one))]
    unknown = len(report.of_class(DriftClass.UNKNOWN))
    failed = [counted(report.failed_checks, "failed check")] if report.failed_checks else []
    return ", ".join([*(drifted or ["no drift"]), *([f"{unknown} unknown"] if unknown else []), *failed])


def summary(report: Report) -> str:
    """Count everything, what is no drift too."""
    counts = ", ".join(f"{len(report.of_class(one))} {word(one)}" for one in DriftClass if report.program_asked or one != "undeployed")
    ignored = sum(one.ignored is not None for one in report.findings)
    looked_at = f"{counted(len(report.stacks), 'stack')}, {counted(len(report.environments), 'environment')}"
    text = f"{looked_at}: {counts}, {ignored} ignored."
    if report.of_class(DriftClass.UNKNOWN):
        return f"{text} What is unknown is not clean: it could not be read."
    return text


def cost_sentence(impact: Impact) -> str:
    """Say what a mend sends, how long that takes, and what restarts."""
    counts = (("POST", impact.posts), ("PUT", impact.puts), ("DELETE", impact.deletes), ("PATCH", impact.patches))
    writes = [f"{count} {method if count == 1 else f'{method}s' if method != 'PATCH' else 'PATCHes'}" for method, count in counts if count]
    if not writes:
        return "nothing is sent to Cloud Manager"
    tiers = list(dict.fromkeys(" and ".join(restart) for restart in impact.restarts))
    restarts = f"restarts {', '.join(tiers)}" if tiers else "no restart"
    return f"{', '.join(writes)}; about {impact.minutes} minutes, {restarts}"


def decision_sentence(ignored: Ignore | None, expired: Ignore | None) -> str:
    """Say who lives with a finding, or did; empty where nobody decided so."""
    if ignored is not None:
        return f"Ignored until {ignored.expires}: {ignored.reason}; {ignored.owner}."
    if expired is not None:
        return f"It was ignored until {expired.expires} by {expired.owner}, and counts again."
    return ""


def _grouped(report: Report) -> Iterator[tuple[str, list[Finding]]]:
    """Yield the findings of each place under its heading: environments, programs, then what belongs to neither."""
    there = {one.environment: one for one in report.environments}
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in report.findings:
        if finding.drift_class in SHOWN:
            groups.setdefault((finding.program_id or "", finding.environment_id or ""), []).append(finding)
    for (program_id, environment_id), findings in sorted(groups.items(), key=lambda group: (not group[0][0], group[0])):
        yield _heading(program_id, environment_id, there.get(EnvironmentId(program_id, environment_id))), findings


def _heading(program_id: str, environment_id: str, one: EnvironmentReport | None) -> str:
    if not program_id:
        return "Files, stacks and previews"
    if not environment_id:
        return f"Program {program_id}"
    live = f" ({one.live.type}, {one.live.status})" if one is not None and one.live is not None else ""
    return f"Program {program_id}, environment {environment_id}{live}"


def _line(finding: Finding) -> str:
    named = " ".join(filter(None, [finding.kind, finding.name]))
    stack = f" of stack {finding.stack}" if finding.stack and finding.kind not in ("Stack", "Preview") else ""
    mend = f" Mend: {cost_sentence(finding.impact)}." if finding.impact is not None and finding.mended_by_up else ""
    decision = decision_sentence(finding.ignored, finding.expired)
    text = f"{word(finding.drift_class)}: {named}{stack}, {finding.thing}: {finding.message}{mend}{f' ({decision})' if decision else ''}"
    return visible(text)


def _stacks(report: Report) -> Iterator[Block]:
    notes = [f"{one.name or 'the selected stack'}: {note}" for one in report.stacks for note in one.notes]
    if notes:
        yield Heading("Stacks")
        yield Items(tuple(map(visible, notes)))


def _checks(environments: Iterable[EnvironmentReport]) -> Iterator[Block]:
    lines = [
        visible(f"{one.environment}: {judged.finding} {decision_sentence(judged.ignored, judged.expired)}".rstrip())
        for one in environments
        if one.checked is not None
        for judged in one.checked.judged
        if judged.finding.severity is not Severity.INFO
    ]
    if lines:
        yield Heading("Checks")
        yield Items(tuple(lines))


def _mend(report: Report) -> Iterator[Block]:
    snippets = (remedy.snippet for one in report.findings if one.counts for remedy in one.remedies if remedy.kind is RemedyKind.APPLY)
    commands = tuple(dict.fromkeys(snippets))
    if commands:
        yield Heading("To have the declarations win")
        yield Drawing(commands[:MOST_SNIPPETS])
        yield Paragraph(f"In all{_left_out(commands)}: {cost_sentence(report.cost)}.")


def _pasted(heading: str, findings: Sequence[Finding], kind: RemedyKind) -> Iterator[Block]:
    snippets = [one.snippet for finding in findings for one in finding.remedies if one.kind is kind and one.snippet]
    unique = list(dict.fromkeys(snippets))
    if unique:
        yield Heading(heading)
        yield Drawing(tuple(line for snippet in unique[:MOST_SNIPPETS] for line in snippet.splitlines()))
    if len(unique) > MOST_SNIPPETS:
        yield Paragraph(f"{len(unique) - MOST_SNIPPETS} more are in the JSON.")


def _left_out(commands: Sequence[str]) -> str:
    return f" ({len(commands) - MOST_SNIPPETS} more stacks)" if len(commands) > MOST_SNIPPETS else ""


def to_json(report: Report) -> dict[str, Any]:
    """Return the report as docs/drift.schema.json describes it."""
    checks = check.to_json(checked_of(report))
    return {
        "schemaVersion": SCHEMA_VERSION,
        "exitCode": report.exit_code,
        "programAsked": report.program_asked,
        "summary": dict(report.summary),
        "cost": _impact(report.cost),
        "stacks": [_stack(one) for one in report.stacks],
        "programs": list(report.programs),
        "environments": [_environment(one) for one in report.environments],
        "findings": [_finding(one) for one in report.findings],
        "checks": {"summary": checks["summary"], "environments": checks["environments"]},
    }


def checked_of(report: Report) -> Sequence[Checked]:
    """Return what the checks found, for each environment that they looked at."""
    return [one.checked for one in report.environments if one.checked is not None]


def _stack(stack: StackReport) -> dict[str, Any]:
    return {"name": stack.name, "resources": len(stack.resources), "notes": list(stack.notes), "error": stack.error}


def _environment(one: EnvironmentReport) -> dict[str, Any]:
    live = one.live
    return {
        "programId": one.environment.program_id,
        "environmentId": one.environment.environment_id,
        "name": None if live is None else live.name,
        "type": None if live is None else live.type,
        "status": None if live is None else live.status,
        "stacks": list(one.stacks),
        "cost": _impact(one.cost),
    }


def _finding(finding: Finding) -> dict[str, Any]:
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
        "mendedByUp": finding.mended_by_up,
        "impact": None if finding.impact is None else _impact(finding.impact),
        "remedies": [
            {"kind": str(one.kind), "text": one.text, "snippet": one.snippet, "language": one.language} for one in finding.remedies
        ],
        "ignored": _decision(finding.ignored),
        "ignoreExpired": _decision(finding.expired),
    }


def _impact(impact: Impact) -> dict[str, Any]:
    return {
        "posts": impact.posts,
        "puts": impact.puts,
        "deletes": impact.deletes,
        "patches": impact.patches,
        "restarts": [list(tiers) for tiers in impact.restarts],
        "minutes": impact.minutes,
    }


def _decision(ignore: Ignore | None) -> dict[str, str] | None:
    if ignore is None:
        return None
    return {"reason": ignore.reason, "owner": ignore.owner, "expires": ignore.expires.isoformat()}
