"""What is being changed right now: what is read of it may be what was before, so that a difference is no drift."""

from collections.abc import Iterator
from dataclasses import replace

from aem_mail.checks.place import environment_place
from aem_mail.drift.draft import Draft
from aem_mail.drift.finding import DriftFinding
from aem_mail.drift.live import Live, environment_of, place_id
from aem_mail.errors import AemMailError
from aem_mail.kinds import Scope, kind_named
from aem_mail.model import EnvironmentId, Variable
from aem_mail.model.drift_classes import DriftClass
from aem_mail.model.statuses import ENVIRONMENT_CHANGING, INFRASTRUCTURE_CHANGING, VARIABLE_CHANGING
from aem_mail.stack.recorded import RecordedResource


def moving(resource: RecordedResource, live: Live) -> str | None:
    """Return a sentence where the thing itself, or its environment, is being changed; None where it is at rest."""
    if resource.scope is Scope.PROGRAM:
        status = _infrastructure_status(resource, live)
        return None if status is None else f"The network infrastructure is {status}."
    environment = environment_of(resource)
    there = None if environment is None else live.environments.get(environment)
    if there is None:
        return None
    if there.found is not None and there.found.status in ENVIRONMENT_CHANGING:
        return f"The environment is {there.found.status}."
    status = _variable_status(resource, there.variables)
    return None if status is None else f"The variable is {status}."


def environments_in_transition(live: Live) -> Iterator[DriftFinding]:
    """Yield a finding for each environment that is being changed."""
    for environment, there in live.environments.items():
        if there.found is not None and there.found.status in ENVIRONMENT_CHANGING:
            yield _finding(environment, there.found.status)


def at_rest(draft: Draft, live: Live) -> Draft:
    """Return something foreign as it is, or, where its environment is being changed, as in transition."""
    finding = draft.finding
    environment = EnvironmentId(str(finding.program_id), str(finding.environment_id))
    there = live.environments.get(environment)
    if there is None or there.found is None or there.found.status not in ENVIRONMENT_CHANGING:
        return draft
    return Draft(
        replace(finding, drift_class=DriftClass.IN_TRANSITION, message=f"The environment is {there.found.status}. {finding.message}")
    )


def _finding(environment: EnvironmentId, status: str) -> DriftFinding:
    return DriftFinding(
        DriftClass.IN_TRANSITION,
        "Environment",
        place_id(environment),
        "environment",
        f"It is {status}: a change is under way, and what is read may be what was before it. Look again when it is ready.",
        program_id=environment.program_id,
        environment_id=environment.environment_id,
        place=environment_place(environment.environment_id),
    )


def _infrastructure_status(resource: RecordedResource, live: Live) -> str | None:
    there = live.programs.get(str(resource.inputs.get("program_id")))
    if there is None or isinstance(there.infrastructures, AemMailError):
        return None
    region = resource.inputs.get("region")
    return next((one.status for one in there.infrastructures if one.region == region and one.status in INFRASTRUCTURE_CHANGING), None)


def _variable_status(resource: RecordedResource, variables: tuple[Variable, ...] | AemMailError) -> str | None:
    keys = {one.key for one in kind_named(resource.kind).variables(resource.inputs)}
    there = () if isinstance(variables, AemMailError) else variables
    return next((one.status for one in there if one.key in keys and one.status in VARIABLE_CHANGING), None)
