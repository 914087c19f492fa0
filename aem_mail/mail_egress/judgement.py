"""What is said of a MailEgress's arguments before anything is declared."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pulumi

from aem_mail.checks import Finding, Severity
from aem_mail.checks.component import mail_egress_mistakes
from aem_mail.errors import InvalidInput
from aem_mail.kinds.mail_egress import MAIL_EGRESS
from aem_mail.resources.base.voice import refusal
from aem_mail.text.characters import visible


def refuse_problems(name: str, known: Mapping[str, Any]) -> None:
    """Raise pulumi.RunError with everything that forbids these arguments."""
    problems = list(MAIL_EGRESS.problems(known))
    if problems:
        raise refusal(InvalidInput(f"MailEgress {name}", problems))


def warnings(name: str, known: Mapping[str, Any]) -> list[str]:
    """Return what will hardly work; raises pulumi.RunError for the mistakes that keep mail from being sent."""
    return [str(warning) for warning in (*MAIL_EGRESS.warnings(known), *_mistakes(name, known))]


def _mistakes(name: str, known: Mapping[str, Any]) -> list[Finding]:
    project = Path(pulumi.runtime.get_root_directory() or ".")
    try:
        found = mail_egress_mistakes(known, project, datetime.now(UTC).date())
    except InvalidInput as error:
        raise refusal(error) from None
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    if errors:
        raise refusal("\n  ".join([f"MailEgress {name}: no mail would arrive:", *(visible(str(finding)) for finding in errors)]))
    return [finding for finding in found if finding.severity is Severity.WARNING]
