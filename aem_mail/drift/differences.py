"""From the comparisons of one stack to its findings: changed, missing, foreign hosts, in transition, unverifiable."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from aem_mail.checks.place import Place, PlaceKind
from aem_mail.drift.adoption import AdoptionSnippet, adoption, shared_port, with_a_value
from aem_mail.drift.compare import Comparison
from aem_mail.drift.draft import Draft
from aem_mail.drift.finding import DriftFinding, Property
from aem_mail.drift.homes import Context
from aem_mail.drift.live import Live, environment_of
from aem_mail.drift.places import place_of
from aem_mail.drift.transitions import moving
from aem_mail.drift.unmanaged import DeclaredKeys
from aem_mail.kinds import Scope, kind_named, thing
from aem_mail.kinds.port_forward import RULES_ON_PORT
from aem_mail.model import Properties
from aem_mail.model.drift_classes import DRIFT, DriftClass
from aem_mail.stack.recorded import RecordedResource
from aem_mail.text.words import listed

HOSTS = "non_proxy_hosts"
WITH_ITS_ENVIRONMENT = "It went with its environment, which is not in the program any more."


def differences(
    comparison: Comparison, live: Live, claims: DeclaredKeys, context: Context, program: Properties | None = None
) -> Iterator[Draft]:
    """Yield what there is to say of one resource whose live values were read; ``program`` is what the present program wants of it."""
    status = moving(comparison.resource, live)
    for finding in _differences(comparison, claims, program):
        found = _as_published(replace(finding, stack=context.stack), live)
        if found.drift_class is DriftClass.UNVERIFIABLE:
            yield Draft(found)
        elif status is not None:
            yield Draft(replace(found, drift_class=DriftClass.IN_TRANSITION, message=f"{status} {found.message}".strip()))
        elif is_gone(comparison.resource, live):
            yield Draft(replace(found, message=WITH_ITS_ENVIRONMENT), adoption(comparison, context), fixable=False)
        else:
            yield Draft(found, adoption(comparison, context), repair=_repair(comparison.resource, context))


def _repair(resource: RecordedResource, context: Context) -> AdoptionSnippet | None:
    return None if kind_named(resource.kind).is_restorable(resource.inputs) else with_a_value(resource, context)


def _as_published(finding: DriftFinding, live: Live) -> DriftFinding:
    """Return the finding as that of a file in the repository, where the file is published: a refresh reads this checkout."""
    publisher = live.published.get(finding.id)
    if publisher is None or finding.drift_class not in DRIFT:
        return finding
    return replace(finding, publisher=publisher, fixed_by_up=False, message=f"In the repository: {finding.message}")


def is_gone(resource: RecordedResource, live: Live) -> bool:
    """Say whether a resource's environment is proven not to be there."""
    environment = environment_of(resource)
    there = None if environment is None else live.environments.get(environment)
    return there is not None and there.gone


def about(resource: RecordedResource, drift_class: DriftClass, message: str, **more: Any) -> DriftFinding:
    """Return a finding about a resource of a stack."""
    environment = environment_of(resource)
    program_id = resource.inputs.get("program_id")
    return DriftFinding(
        drift_class,
        resource.kind,
        resource.id,
        thing(resource.kind, resource.inputs),
        message,
        name=resource.name,
        urn=resource.urn,
        program_id=program_id if isinstance(program_id, str) else None,
        environment_id=None if environment is None else environment.environment_id,
        place=place_of(resource.kind, resource.id, resource.inputs),
        **more,
    )


def _differences(comparison: Comparison, claims: DeclaredKeys, program: Properties | None) -> Iterator[DriftFinding]:
    resource = comparison.resource
    if comparison.gone:
        fixed = kind_named(resource.kind).is_restorable(resource.inputs)
        yield about(resource, DriftClass.MISSING, "It is not there any more.", fixed_by_up=fixed)
        return
    foreign = _foreign(comparison, claims)
    if comparison.changed and not foreign:
        properties = tuple(comparison.properties(program))
        fixed = RULES_ON_PORT not in comparison.changed and kind_named(resource.kind).is_restorable(resource.inputs)
        yield about(resource, DriftClass.CHANGED, _change(comparison, properties), properties=properties, fixed_by_up=fixed)
    yield from (_foreign_host(resource, host) for host in foreign)
    if comparison.hidden:
        yield about(resource, DriftClass.UNVERIFIABLE, _hidden(comparison))


def _foreign(comparison: Comparison, claims: DeclaredKeys) -> list[str]:
    """Return the foreign hosts, where nothing else changed: any other difference makes one change of all."""
    if comparison.changed != (HOSTS,) or comparison.outputs is None:
        return []
    environment = environment_of(comparison.resource)
    declared, live = set(comparison.resource.inputs.get(HOSTS) or ()), set(comparison.outputs.get(HOSTS) or ())
    claimed = set() if environment is None else claims.hosts.get(environment, set())
    return sorted(live - declared) if declared <= live and not claimed & (live - declared) else []


def _foreign_host(resource: RecordedResource, host: str) -> DriftFinding:
    finding = about(resource, DriftClass.UNMANAGED, "", fixed_by_up=True)
    return replace(
        finding,
        kind="NonProxyHost",
        place=Place(PlaceKind.NON_PROXY_HOST, (host,)),
        id=f"{resource.id}/{host}",
        thing=f"non-proxy host {host}",
        message="No stack of this run declares it; `pulumi up --refresh` removes it, since the declared list is the whole list.",
    )


def _change(comparison: Comparison, properties: Sequence[Property]) -> str:
    if not properties:
        return _unshown(comparison)
    sharing = (comparison.outputs or {}).get(RULES_ON_PORT)
    if sharing:
        return f"There are {listed(sharing)}. {shared_port(len(sharing))} `pulumi up` changes none of them."
    told = "; ".join(f"{one.name} is {_told(one.live)} instead of {_told(_before(one))}" for one in properties)
    as_recorded = all(one.live == one.recorded != one.declared for one in properties)
    return f"{told}.{' The state has it so already: the last `pulumi up` did not end, or somebody refreshed.' if as_recorded else ''}"


def _before(one: Property) -> Any:
    """Return what was declared, or, for what only Cloud Manager says, such as a status, what was recorded."""
    return one.recorded if one.declared is None else one.declared


def _unshown(comparison: Comparison) -> str:
    if comparison.resource.scope is Scope.PROJECT:
        return "Somebody has edited it: it differs in form only, or cannot be read as a configuration any more."
    return f"It differs in {', '.join(comparison.changed)}."


def _hidden(comparison: Comparison) -> str:
    if comparison.hidden == kind_named(comparison.resource.kind).never_read:
        return "It is there; its value cannot be verified, since Cloud Manager never returns it."
    return f"It is there; {' and '.join(comparison.hidden)} cannot be verified, since the state holds it encrypted."


def _told(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_told, value)) or "none"
    return "none" if value is None else str(value)
