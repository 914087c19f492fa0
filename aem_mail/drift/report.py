"""The report of a run: a document for people, JSON for machines."""

from collections.abc import Sequence
from typing import Any, Final

from aem_mail.checks import report as checks_report
from aem_mail.checks.ignores import Ignore
from aem_mail.checks.report import Checked
from aem_mail.drift.finding import Finding, Impact
from aem_mail.drift.fleet import EnvironmentReport, Report, StackReport

SCHEMA_VERSION: Final = 1


def to_json(report: Report) -> dict[str, Any]:
    """Return the report as docs/drift.schema.json describes it."""
    checks = checks_report.to_json(checked_of(report))
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
