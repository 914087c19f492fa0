"""What a stack declares: what its state has, or, where that names no environment yet, what its configuration says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aem_mail import settings
from aem_mail.checks.component import mail_egress_resources
from aem_mail.checks.declared import Resources, declarations
from aem_mail.cli import stack
from aem_mail.model import UNKNOWN
from aem_mail.settings.program import ProgramSettings
from aem_mail.stack.preview import TYPE_PREFIX
from aem_mail.stack.values import MASKED, properties_of

COMPONENT_PREFIX = "aem:mail:"


def stated(chosen: stack.Stack) -> Resources:
    """Return the resources that the stack declares, with UNKNOWN for every secret. Raises InvalidInput and EngineFailed."""
    configuration = settings.namespaced(chosen.configuration())
    recorded = _recorded(chosen)
    if declarations(recorded) or "programId" not in configuration:
        return recorded
    # That a secret lies there in the clear is for `pulumi preview` to say, which knows.
    given = settings.program_settings(configuration, lambda _: True)
    return list(mail_egress_resources(_arguments(given)))


def _recorded(chosen: stack.Stack) -> Resources:
    exported = chosen.run("stack", "export")
    if exported.code != 0:
        raise stack.EngineFailed(f"pulumi stack export failed: {' '.join(exported.stderr.split())}")
    deployment = json.loads(exported.stdout).get("deployment") or {}
    entries = [one for one in deployment.get("resources") or [] if _class_name(one) and one.get("inputs") and not one.get("delete")]
    return [(_class_name(one), _without_secrets(properties_of(one.get("inputs")))) for one in entries]


def _class_name(entry: Mapping[str, Any]) -> str:
    """Return the name of a resource's class, or none where it is not of this package."""
    type_ = str(entry.get("type", ""))
    return next((type_.removeprefix(prefix) for prefix in (TYPE_PREFIX, COMPONENT_PREFIX) if type_.startswith(prefix)), "")


def _without_secrets(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: UNKNOWN if value == MASKED else value for name, value in properties.items()}


def _arguments(given: ProgramSettings) -> dict[str, Any]:
    return {name: value for name in given.__slots__ if (value := getattr(given, name)) is not None}
