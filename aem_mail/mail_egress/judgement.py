"""What is said of a MailEgress's arguments before anything is declared."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi

from aem_mail.errors import InvalidInput, Problem
from aem_mail.kinds.mail_egress import MAIL_EGRESS, part, user_warnings
from aem_mail.mail_egress.arguments import DECIDING, HOLDING, resolved
from aem_mail.model import UNKNOWN
from aem_mail.resources.base.plugin import current_run
from aem_mail.resources.base.reference import NotReadable, resolve
from aem_mail.resources.base.voice import refusal, warn
from aem_mail.text.characters import visible

if TYPE_CHECKING:
    from aem_mail.checks import Finding


def refuse_problems(name: str, known: Mapping[str, Any]) -> None:
    """Raise pulumi.RunError with everything that forbids these arguments."""
    problems = list(_hidden(known)) or list(MAIL_EGRESS.problems(known))
    if problems:
        raise refusal(InvalidInput(f"MailEgress {name}", problems))


def judged(name: str, properties: Mapping[str, Any], component: pulumi.Resource, said: Sequence[str]) -> pulumi.Output[str]:
    """Return the component's name once its arguments are known, and judged as plain values are; warns of what was not ``said``.

    Fails as `refuse_problems` and `warnings` do.
    """
    name_if_allowed: pulumi.Output[str] = pulumi.Output.from_input(_judged(name, properties, component, said))
    return name_if_allowed


async def _judged(name: str, properties: Mapping[str, Any], component: pulumi.Resource, said: Sequence[str]) -> str:
    known = await resolved(properties)
    refuse_problems(name, known)
    for warning in warnings(name, known):
        if warning not in said:
            warn(warning, component)
    return name


def _hidden(known: Mapping[str, Any]) -> Iterator[Problem]:
    for path in (*HOLDING, *DECIDING):
        *holders, name = path.split(".")
        value = reduce(part, holders, known).get(name)
        if value is UNKNOWN or (isinstance(value, list) and UNKNOWN in value):
            hint = ", whose values may be outputs" if path in HOLDING else ""
            yield Problem(path, f"must be a plain value{hint}, not an output: which resources there are depends on it")


def warnings(name: str, known: Mapping[str, Any]) -> list[str]:
    """Return what will hardly work; raises pulumi.RunError for the mistakes that keep mail from being sent."""
    return [str(warning) for warning in (*MAIL_EGRESS.warnings(known), *_user_warnings(known), *_mistakes(name, known))]


def _user_warnings(known: Mapping[str, Any]) -> Iterator[Problem]:
    """Judge a user that is read by reference; one that cannot be read here is told of by its variable."""
    reference = known.get("username_from")
    if isinstance(reference, str):
        with suppress(NotReadable):
            yield from user_warnings(known, resolve(reference, current_run().project), "username_from")


def _mistakes(name: str, known: Mapping[str, Any]) -> "list[Finding]":
    # Here, because a program of single resources declares no component.
    from aem_mail.checks import Severity  # noqa: PLC0415
    from aem_mail.checks.component import mail_egress_mistakes  # noqa: PLC0415

    project = Path(pulumi.runtime.get_root_directory() or ".")
    try:
        found = mail_egress_mistakes(known, project, datetime.now(UTC).date())
    except InvalidInput as error:
        raise refusal(error) from None
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    if errors:
        raise refusal("\n  ".join([f"MailEgress {name}: no mail would arrive:", *(visible(str(finding)) for finding in errors)]))
    return [finding for finding in found if finding.severity is Severity.WARNING]
