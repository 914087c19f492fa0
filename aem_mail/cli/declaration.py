"""What a stack declares: what its state has, or, where that names no environment yet, what its configuration says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aem_mail import settings
from aem_mail.checks.component import mail_egress_resources
from aem_mail.checks.declared import Resources, declarations
from aem_mail.model import UNKNOWN
from aem_mail.settings.program import ProgramSettings
from aem_mail.stack.stack import Stack
from aem_mail.stack.values import MASKED


def stated(chosen: Stack) -> Resources:
    """Return the resources that the stack declares, with UNKNOWN for every secret. Raises InvalidInput and EngineFailed."""
    configuration = settings.namespaced(chosen.configuration())
    recorded = _recorded(chosen)
    if declarations(recorded) or "programId" not in configuration:
        return recorded
    # That a secret lies there in the clear is for `pulumi preview` to say, which knows.
    given = settings.program_settings(configuration, lambda _: True)
    return list(mail_egress_resources(_arguments(given)))


def _recorded(chosen: Stack) -> Resources:
    recorded = chosen.recorded()
    return [(one.kind, _without_secrets(one.inputs)) for one in (*recorded.components, *recorded.resources) if not one.leftover]


def _without_secrets(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: UNKNOWN if value == MASKED else value for name, value in properties.items()}


def _arguments(given: ProgramSettings) -> dict[str, Any]:
    return {name: value for name in given.__slots__ if (value := getattr(given, name)) is not None}
