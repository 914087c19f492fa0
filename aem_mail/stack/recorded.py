"""What a stack has recorded of this package's resources, in normal form; secrets stay encrypted."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from aem_mail.kinds import Scope, identity, kind_named, normalise, parse_identity
from aem_mail.kinds.entries import EntriesKind
from aem_mail.model import Properties
from aem_mail.model.secret_like import looks_secret
from aem_mail.settings.keys import PREFIX
from aem_mail.stack.answer import Unreadable
from aem_mail.stack.export import Export, ExportedResource
from aem_mail.stack.shapes import misshapen
from aem_mail.stack.tokens import (
    COMPONENT,
    COMPONENT_TYPE,
    PROVIDER_TYPE,
    component_name,
    entry_urn,
    kind_of,
    published_by,
    resource_name,
    stack_name,
)
from aem_mail.stack.values import MASKED, is_masked, properties_of


@dataclass(frozen=True, slots=True)
class RecordedResource:
    """A resource of this package as the state holds it, in normal form; ``[secret]`` stands for what is encrypted.

    ``leftover``: a replacement's old half that is still to be deleted. ``component`` is the name of the MailEgress that it is part of.
    """

    kind: str
    urn: str
    id: str
    inputs: Properties
    outputs: Properties
    leftover: bool = False
    component: str | None = None

    @property
    def scope(self) -> Scope:
        """What it is part of."""
        return kind_named(self.kind).scope

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return resource_name(self.urn)


@dataclass(frozen=True, slots=True)
class PendingOperation:
    """An operation that the last `pulumi up` began and never ended: its word for it (creating, updating, …) and its resource."""

    operation: str
    resource: RecordedResource


@dataclass(frozen=True, slots=True)
class RecordedStack:
    """One stack. ``handed_over`` are entries that a set has left to another resource, which may not be recorded.

    ``config`` names the ``aem-mail:`` keys, without that prefix, that were configured at the last `pulumi up`. ``components`` are its
    MailEgress components, which are no resources of their own, but tell what mail needs. ``published`` are the requests of its
    PublishedConfigurations, as their commands get them, by the commands' URNs.
    """

    name: str
    resources: tuple[RecordedResource, ...] = ()
    pending: tuple[PendingOperation, ...] = ()
    handed_over: tuple[RecordedResource, ...] = ()
    components: tuple[RecordedResource, ...] = ()
    config: frozenset[str] = field(default_factory=frozenset)
    published: Mapping[str, str] = field(default_factory=dict, repr=False)


def recorded_stack(name: str, export: Export) -> RecordedStack:
    """Return what an export has of this package. ``name`` is what the stack is called where nothing in it tells. Raises Unreadable."""
    return RecordedStack(
        stack_name((one.urn for one in export.resources), name),
        tuple(_resources(export.resources)),
        tuple(PendingOperation(operation, resource) for operation, one in export.pending for resource in _resources([one])),
        tuple(_handed_over(export.resources)),
        tuple(_component(one) for one in export.resources if one.type == COMPONENT_TYPE),
        frozenset(_configured(export.resources)),
        {one.urn: told for one in export.resources if (told := published_by(one.urn, one.inputs)) is not None},
    )


def is_hidden(properties: Properties, name: str) -> bool:
    """Say whether a property is not to be shown: it is encrypted, or the value of a plain variable that looks like a secret."""
    value = properties.get(name)
    return is_masked(value) or (name == "value" and value is not None and looks_secret(str(properties.get("name")), value))


def _resources(exported: Iterable[ExportedResource]) -> Iterator[RecordedResource]:
    for one in exported:
        kind = kind_of(one.type)
        if kind is not None:
            yield from _by_entry(_resource(kind, one))


def _resource(kind: str, exported: ExportedResource) -> RecordedResource:
    id_ = exported.id or _derived_id(kind, exported.inputs)
    named = _named_by(kind, id_)
    inputs, outputs = (_properties(kind, side, named) for side in (exported.inputs, exported.outputs))
    _refuse_misshapen(f"{kind} {id_}", inputs, outputs)
    try:
        identity(kind, inputs)
    except ValueError as error:
        raise Unreadable(f"{kind} {id_} has not what names it: {error}") from None
    return RecordedResource(
        kind,
        exported.urn,
        id_,
        inputs,
        outputs if exported.outputs else inputs,
        leftover=exported.leftover,
        component=component_name(exported.parent),
    )


def _by_entry(resource: RecordedResource) -> Iterator[RecordedResource]:
    """Yield the entries of a set that are in force, each as a resource of its own; any other resource as it is."""
    kind = kind_named(resource.kind)
    if not isinstance(kind, EntriesKind):
        yield resource
        return
    declared = {(entry.group, entry.name): entry.properties for entry in kind.entries(resource.inputs)}
    for entry in kind.entries(resource.outputs):
        inputs = declared.get((entry.group, entry.name), entry.properties)
        _refuse_misshapen(f"{resource.kind} {resource.id}, entry {entry.name},", inputs, entry.properties)
        urn = entry_urn(resource.urn, entry.name)
        yield replace(resource, kind=entry.kind.name, urn=urn, id=entry.id, inputs=inputs, outputs=entry.properties)


def handed_over_by(resource: RecordedResource) -> Iterator[RecordedResource]:
    """Yield the entries that a set has left to another resource, as resources of their own. Raises Unreadable."""
    try:
        entries = kind_named(resource.kind).handed_over(resource.inputs, resource.outputs)
    except ValueError as error:
        raise Unreadable(f"{resource.kind} {resource.id} has handed over what cannot be told: {error}") from None
    for entry in entries:
        urn, known = entry_urn(resource.urn, entry.name), entry.properties
        yield replace(resource, kind=entry.kind.name, urn=urn, id=entry.id, inputs=known, outputs=known)


def _handed_over(exported: Iterable[ExportedResource]) -> Iterator[RecordedResource]:
    for one in exported:
        kind = kind_of(one.type)
        if kind is not None and isinstance(kind_named(kind), EntriesKind):
            yield from handed_over_by(_resource(kind, one))


def _refuse_misshapen(named: str, *sides: Properties) -> None:
    wrong = next((name for name in map(misshapen, sides) if name is not None), None)
    if wrong is not None:
        raise Unreadable(f"{named} has {wrong} that is not what that can be")


def _component(exported: ExportedResource) -> RecordedResource:
    inputs = _properties(COMPONENT, exported.inputs, {})
    _refuse_misshapen(COMPONENT, inputs)
    return RecordedResource(COMPONENT, exported.urn, "", inputs, inputs, leftover=exported.leftover)


def _properties(kind: str, given: Properties, named: Properties) -> Properties:
    """Return properties in normal form; what the id tells stands in where it is missing, or a program made a secret of it."""
    found = properties_of(given)
    return normalise(kind, {**found, **{name: part for name, part in named.items() if found.get(name) in (None, MASKED)}})


def _derived_id(kind: str, inputs: Properties) -> str:
    """Return the id that a resource will have which is only being created."""
    try:
        return identity(kind, normalise(kind, properties_of(inputs)))
    except ValueError:
        return ""


def _named_by(kind: str, id_: str) -> Properties:
    try:
        return parse_identity(kind, id_)
    except ValueError:
        return {}


def _configured(exported: Iterable[ExportedResource]) -> Iterator[str]:
    providers = (one for one in exported if one.type == PROVIDER_TYPE)
    return (str(key).removeprefix(PREFIX) for one in providers for key in one.inputs if str(key).startswith(PREFIX))
