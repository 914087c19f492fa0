"""`pulumi stack export`, checked: the resources of a stack, whoever's they are, as the engine wrote them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.stack.answer import Unreadable, parse_object

VERSIONS: Final = range(3, 5)
"""Versions of the checkpoint in which resources look as they are read here."""

PROVIDERS: Final = "pulumi:providers:"


@dataclass(frozen=True, slots=True)
class ExportedResource:
    """A resource; values of ``inputs`` and ``outputs`` are the engine's, secrets encrypted.

    ``leftover``: a replacement's old half that is still to be deleted. ``requires`` are the URNs that are deleted after it, its parent
    and its provider among them.
    """

    urn: str
    type: str
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    parent: str
    requires: tuple[str, ...]
    leftover: bool

    @property
    def is_provider(self) -> bool:
        """Whether it is a package's provider."""
        return self.type.startswith(PROVIDERS)


@dataclass(frozen=True, slots=True)
class Export:
    """A stack's state. ``pending`` are the operations that never ended: the engine's word (creating, updating, …) and the resource."""

    resources: tuple[ExportedResource, ...] = ()
    pending: tuple[tuple[str, ExportedResource], ...] = ()

    def dependencies_among(self, condemned: Collection[str], packages: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return, by URN, which of the condemned resources require what.

        A provider of none of the ``packages`` is condemned too, though no preview shows it: nothing that stays or comes needs it.
        """
        gone = {*condemned, *(one.urn for one in self.resources if one.is_provider and package_of(one.type) not in packages)}
        return {one.urn: one.requires for one in self.resources if one.urn in gone}


def package_of(type_: str) -> str:
    """Return the package that a resource's type belongs to; of a provider the one that it provides."""
    return type_.removeprefix(PROVIDERS).partition(":")[0]


def parse_export(text: str) -> Export:
    """Read an export. Raises Unreadable."""
    deployment = _deployment(text)
    pending = [one for one in _objects(deployment, "pending_operations") if isinstance(one.get("resource"), Mapping)]
    return Export(
        tuple(map(_resource, _objects(deployment, "resources"))),
        tuple((str(one.get("type", "changing")), _resource(one["resource"])) for one in pending),
    )


def _deployment(text: str) -> Mapping[str, Any]:
    state = parse_object(text)
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


def _resource(entry: Mapping[str, Any]) -> ExportedResource:
    return ExportedResource(
        _text(entry, "urn"),
        _text(entry, "type"),
        _text(entry, "id"),
        _object(entry, "inputs"),
        _object(entry, "outputs"),
        _text(entry, "parent"),
        tuple(_requires(entry)),
        leftover=entry.get("delete") is True,
    )


def _requires(entry: Mapping[str, Any]) -> Iterator[str]:
    yield from _urns(entry.get("dependencies"))
    for urns in _object(entry, "propertyDependencies").values():
        yield from _urns(urns)
    provider = _text(entry, "provider").rpartition("::")[0]
    yield from filter(None, (_text(entry, "parent"), _text(entry, "deletedWith"), provider))


def _text(entry: Mapping[str, Any], name: str) -> str:
    return str(entry.get(name) or "")


def _object(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = entry.get(name)
    return found if isinstance(found, Mapping) else {}


def _urns(given: Any) -> Sequence[str]:
    urns = given or ()
    if not isinstance(urns, list | tuple) or not all(isinstance(urn, str) for urn in urns):
        raise Unreadable("what one of its resources depends on is no list of URNs")
    return urns
