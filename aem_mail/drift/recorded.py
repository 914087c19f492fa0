"""What a stack has recorded, read from `pulumi stack export`: secrets stay enciphered."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aem_mail.drift.shapes import misshapen
from aem_mail.identity import PARTS, identity, parse_identity
from aem_mail.model import Properties
from aem_mail.normal import normalise
from aem_mail.secret_like import looks_secret
from aem_mail.settings.keys import PREFIX
from aem_mail.stack.preview import TYPE_PREFIX
from aem_mail.stack.values import MASKED, properties_of

PROVIDER_TYPE: Final = "pulumi:providers:pulumi-python"
COMPONENT_TYPE: Final = "aem:mail:MailEgress"
VERSIONS: Final = range(3, 5)
"""Versions of the checkpoint in which resources look as they are read here."""


class Unreadable(ValueError):
    """What was exported is not a state that can be understood; the text says why."""


@dataclass(frozen=True, slots=True)
class RecordedResource:
    """A resource of this package as the state holds it, in normal form; ``[secret]`` stands for what is enciphered.

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
    def name(self) -> str:
        """The resource's name in the program."""
        return self.urn.rsplit("::", 1)[-1]


@dataclass(frozen=True, slots=True)
class Pending:
    """An operation that the last `pulumi up` began and never ended: its word for it (creating, updating, …) and its resource."""

    operation: str
    resource: RecordedResource


@dataclass(frozen=True, slots=True)
class RecordedStack:
    """One stack. ``config`` names the ``aem-mail:`` keys, without that prefix, that were configured at the last `pulumi up`.

    ``components`` are its MailEgress components, which are no resources of their own, but tell what mail needs.
    """

    name: str
    resources: tuple[RecordedResource, ...] = ()
    pending: tuple[Pending, ...] = ()
    components: tuple[RecordedResource, ...] = ()
    config: frozenset[str] = field(default_factory=frozenset)


def recorded_stack(name: str, exported: str) -> RecordedStack:
    """Read an export. ``name`` is what the stack is called where nothing in it tells. Raises Unreadable."""
    deployment = _deployment(exported)
    entries = _objects(deployment, "resources")
    pending = [one for one in _objects(deployment, "pending_operations") if isinstance(one.get("resource"), Mapping)]
    urns = [str(one.get("urn", "")) for one in entries]
    told = next((urn.split(":")[2] for urn in urns if urn.count(":") > 2), name)
    return RecordedStack(
        told,
        tuple(map(_resource, filter(_ours, entries))),
        tuple(Pending(str(one.get("type", "changing")), _resource(one["resource"])) for one in pending if _ours(one["resource"])),
        tuple(_component(one) for one in entries if one.get("type") == COMPONENT_TYPE),
        frozenset(_configured(entries)),
    )


def is_masked(value: Any) -> bool:
    """Say whether a value is, or holds, something enciphered."""
    if isinstance(value, Mapping):
        return any(map(is_masked, value.values()))
    if isinstance(value, list):
        return any(map(is_masked, value))
    return bool(value == MASKED)


def is_hidden(properties: Properties, name: str) -> bool:
    """Say whether a property is not to be shown: it is enciphered, or the value of a plain variable that looks like a secret."""
    value = properties.get(name)
    return is_masked(value) or (name == "value" and value is not None and looks_secret(str(properties.get("name")), value))


def _deployment(exported: str) -> Mapping[str, Any]:
    try:
        state = json.loads(exported)
    except (ValueError, RecursionError):
        raise Unreadable("it is no JSON") from None
    if not isinstance(state, Mapping):
        raise Unreadable("it is no JSON object")
    if state.get("version") not in VERSIONS:
        raise Unreadable(f"its version is {state.get('version')!r}, and {VERSIONS[0]} to {VERSIONS[-1]} can be read")
    deployment = state.get("deployment")
    if deployment is not None and not isinstance(deployment, Mapping):
        raise Unreadable("its deployment is no JSON object")
    return deployment or {}


def _objects(deployment: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    found = deployment.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise Unreadable(f"its {name} are no list of JSON objects")
    return found


def _ours(entry: Mapping[str, Any]) -> bool:
    return str(entry.get("type", "")).removeprefix(TYPE_PREFIX) in PARTS and str(entry.get("type")).startswith(TYPE_PREFIX)


def _resource(entry: Mapping[str, Any]) -> RecordedResource:
    kind = str(entry["type"]).removeprefix(TYPE_PREFIX)
    id_ = str(entry.get("id") or "") or _derived_id(kind, entry.get("inputs"))
    named = _named_by(kind, id_)
    inputs, outputs = (_properties(kind, entry.get(side) or {}, named) for side in ("inputs", "outputs"))
    _refuse_misshapen(f"{kind} {id_}", inputs, outputs)
    try:
        identity(kind, inputs)
    except ValueError as error:
        raise Unreadable(f"{kind} {id_} has not what names it: {error}") from None
    parent = str(entry.get("parent") or "")
    return RecordedResource(
        kind,
        str(entry.get("urn", "")),
        id_,
        inputs,
        outputs if entry.get("outputs") else inputs,
        leftover=entry.get("delete") is True,
        component=parent.rsplit("::", 1)[-1] if f"{COMPONENT_TYPE}::" in parent else None,
    )


def _refuse_misshapen(named: str, *sides: Properties) -> None:
    wrong = next((name for name in map(misshapen, sides) if name is not None), None)
    if wrong is not None:
        raise Unreadable(f"{named} has {wrong} that is not what that can be")


def _component(entry: Mapping[str, Any]) -> RecordedResource:
    kind = COMPONENT_TYPE.rsplit(":", 1)[-1]
    inputs = _properties(kind, entry.get("inputs"), {})
    _refuse_misshapen(kind, inputs)
    return RecordedResource(kind, str(entry.get("urn", "")), "", inputs, inputs)


def _properties(kind: str, given: Any, named: Properties) -> Properties:
    """Return properties in normal form; what the id tells stands in where it is missing, or a program made a secret of it."""
    found = properties_of(given)
    return normalise(kind, {**found, **{name: part for name, part in named.items() if found.get(name) in (None, MASKED)}})


def _derived_id(kind: str, inputs: Any) -> str:
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


def _configured(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for entry in entries:
        if entry.get("type") == PROVIDER_TYPE and isinstance(entry.get("inputs"), Mapping):
            yield from (str(key).removeprefix(PREFIX) for key in entry["inputs"] if str(key).startswith(PREFIX))
