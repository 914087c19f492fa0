"""The ways to deal with a finding: restore what is declared, declare what is live, or ignore it for a while."""

import shlex
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import yaml

from aem_mail.checks.place import PlaceKind
from aem_mail.drift.draft import Draft
from aem_mail.drift.finding import DriftFinding, Remedy, RemedyKind
from aem_mail.model.drift_classes import DRIFT, DriftClass

DAYS: Final = 90
"""For how long an ignore that is pasted holds."""


def remedies(draft: Draft, today: date) -> Iterator[Remedy]:
    """Yield what can be done."""
    finding, adoption, repair = draft.finding, draft.adoption, draft.repair
    if finding.fixed_by_up and draft.fixable and finding.drift_class in DRIFT:
        yield _written(finding) if _is_file(finding) else _apply(finding)
    elif repair is not None and finding.drift_class in DRIFT:
        yield Remedy(RemedyKind.APPLY, repair.text, repair.snippet, repair.language)
    if finding.publisher:
        yield _published(finding)
    if adoption is not None:
        yield Remedy(RemedyKind.ADOPT, adoption.text, adoption.snippet, adoption.language)
    if finding.drift_class in DRIFT | {DriftClass.UNKNOWN}:
        yield Remedy(
            RemedyKind.IGNORE, "Fill in reason and owner, and paste it into aem-mail-ignore.yaml.", ignore_entry(finding, today), "yaml"
        )


def ignore_entry(finding: DriftFinding, today: date) -> str:
    """Return the entry for the file of ignores."""
    entry = {"check": finding.key, "reason": "", "owner": "", "expires": today + timedelta(days=DAYS)}
    return yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=1000).rstrip("\n")


def _is_file(finding: DriftFinding) -> bool:
    return finding.place is not None and finding.place.kind is PlaceKind.FILE and finding.drift_class is not DriftClass.UNDEPLOYED


def _written(finding: DriftFinding) -> Remedy:
    command = ["aem-mail", "osgi", "render", "--stack", finding.stack]
    return Remedy(RemedyKind.APPLY, "Write the declared file, and commit it.", shlex.join(command), "sh")


def _published(finding: DriftFinding) -> Remedy:
    if finding.drift_class is not DriftClass.MISSING:
        text = 'Revert the edit in the repository, or set on_conflict to "replace" and run `pulumi up` with --replace.'
        return Remedy(RemedyKind.APPLY, text)
    command = ["pulumi", "up", "--replace", finding.publisher, "--stack", finding.stack]
    return Remedy(RemedyKind.APPLY, "Publish it again.", shlex.join(command), "sh")


def _apply(finding: DriftFinding) -> Remedy:
    command = ["pulumi", "up", *([] if finding.drift_class is DriftClass.UNDEPLOYED else ["--refresh"]), "--stack", finding.stack]
    return Remedy(RemedyKind.APPLY, "Restore what is declared.", shlex.join(command), "sh")
