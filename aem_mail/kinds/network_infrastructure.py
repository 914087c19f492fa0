"""NetworkInfrastructure: a program's network infrastructure in one region."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from aem_mail.errors import Problem
from aem_mail.kinds import forms, vpn
from aem_mail.kinds.kind import DeclaredInfrastructure, LiveValues, ResourceKind, Scope, told
from aem_mail.kinds.shapes import PROGRAM, Field, Superfluous, boolean, matching, one_of, seconds, within
from aem_mail.kinds.verdict import Changes
from aem_mail.model import UNKNOWN, Kind, NetworkInfrastructure, Properties
from aem_mail.model.statuses import GONE, INFRASTRUCTURE_FAILED

VPN_FIELDS: Final = ("address_space", "dns", "connections")
VPN_REQUIRED: Final = ("address_space", "connections")
FIXED: Final = ("kind", "region", "address_space")
"""What Cloud Manager never changes in a network infrastructure."""

KIND: Final = one_of(*Kind)
REGION: Final = matching(r"[a-z0-9]+(?:-[a-z0-9]+)*", "a region's lower-case name, such as 'va7'")

INFRASTRUCTURE: Final[Mapping[str, Field]] = {
    "is_primary_region": Field(boolean),
    "allow_replace": Field(boolean),
    "address_space": Field(vpn.address_space),
    "dns": Field(vpn.DNS),
    "connections": Field(vpn.connections),
}
INFRASTRUCTURE_FORMS: Final[forms.Forms] = {
    "address_space": forms.set_of(forms.cidr),
    "dns": forms.fields({"resolvers": forms.each(forms.address), "domains": forms.set_of(forms.host)}),
    "connections": forms.each(
        forms.fields(
            {
                "gateway": forms.fields({"address": forms.address, "addressSpace": forms.set_of(forms.cidr)}),
                "ipsecPolicy": forms.fields({}),
            }
        )
    ),
}


class NetworkInfrastructureKind(ResourceKind):
    """One to a program and region; only a vpn can be changed in place."""

    name = "NetworkInfrastructure"
    scope = Scope.PROGRAM
    parts = ("program_id", "region")
    normal: ClassVar[forms.Forms] = {**forms.PROGRAM, **INFRASTRUCTURE_FORMS}
    fields: ClassVar[Mapping[str, Field]] = {
        **PROGRAM,
        "kind": Field(KIND, required=True),
        "region": Field(REGION, required=True),
        **INFRASTRUCTURE,
        "allow_placeholder": Field(boolean),
        "timeout": Field(seconds),
    }
    compared = (*parts, "kind", "address_space", "is_primary_region", "dns", "connections", "timeout")
    readable = ("kind", "is_primary_region", "address_space", "dns", "connections")

    def thing(self, properties: Properties) -> str:
        return f"{told(properties.get('kind'))} in {told(properties.get('region'))}"

    def claim_keys(self, properties: Properties, project: str | None = None) -> tuple[str, ...]:
        """Return the key; kind and address space are part of it, so that a replacement really deletes."""
        space = properties.get("address_space")
        fixed = [properties.get("kind"), *(space if isinstance(space, list) else [] if space is None else [space])]
        if UNKNOWN in fixed:
            return ()
        return tuple(" ".join((key, *map(str, fixed))) for key in super().claim_keys(properties, project))

    def changes(self, recorded: Properties, wanted: Properties, project: str | None) -> Changes:
        """Leave the choice of the primary region to its owner: undeclared it never moves, declared again it is only recorded."""
        changes = super().changes(recorded, wanted, project)
        if wanted.get("is_primary_region") is None:
            return {name: sent for name, sent in changes.items() if name != "is_primary_region"}
        if recorded.get("is_primary_region") is None and "is_primary_region" in changes:
            return {**changes, "is_primary_region": False}
        return changes

    def replacing(self, recorded: Properties, wanted: Properties) -> frozenset[str]:
        return super().replacing(recorded, wanted) | frozenset(fixed_inputs(recorded, wanted))

    def deletes_first(self, replaces: Sequence[str]) -> bool:
        return bool(replaces) and "program_id" not in replaces

    def problems(self, properties: Properties) -> Iterator[Problem]:
        yield from super().problems(properties)
        yield from kind_problems(properties)
        yield from vpn.stand_in_keys(properties, "", properties.get("allow_placeholder"))

    def warnings(self, properties: Properties) -> Iterator[Problem]:
        if properties.get("kind") != Kind.VPN:
            return
        if properties.get("dns") is None:
            yield Problem("dns", "without resolvers no private host name is found through the VPN, only IP addresses and public names")
        yield from vpn.connection_warnings(properties.get("connections"))

    def live_values(self, recorded: Properties, there: Sequence[NetworkInfrastructure]) -> LiveValues | None:
        """Read the infrastructure of the region; a shared key, which is never returned, stays as recorded."""
        live = next((one for one in there if one.region == recorded["region"] and one.status not in GONE), None)
        return None if live is None else _values(recorded, live)

    def drifted(self, outputs: Properties, wanted: Properties) -> tuple[str, ...]:
        return ("status",) if outputs.get("status") in INFRASTRUCTURE_FAILED else ()

    def infrastructures(self, properties: Properties) -> Sequence[DeclaredInfrastructure]:
        kind, region = (value if isinstance(value, str) else None for value in (properties.get("kind"), properties.get("region")))
        return (DeclaredInfrastructure(None if properties.get("allow_replace") else kind, region),)

    def wins(self, wanted: Properties) -> bool:
        return wanted.get("kind") == Kind.VPN


NETWORK_INFRASTRUCTURE: Final = NetworkInfrastructureKind()


def fixed_inputs(recorded: Properties, wanted: Properties) -> tuple[str, ...]:
    """Return the inputs that need a new infrastructure; only a vpn can be updated, and so change a declared primary flag."""
    undeclared = None in (recorded.get("is_primary_region"), wanted.get("is_primary_region"))
    return FIXED if undeclared or wanted.get("kind") == Kind.VPN else (*FIXED, "is_primary_region")


def kind_problems(properties: Properties, path: str = "") -> Iterator[Problem]:
    """Yield what a vpn lacks, or what the other kinds must not have; ``path`` is where the fields are."""
    kind = properties.get("kind")
    if kind == Kind.VPN:
        for name in VPN_REQUIRED:
            if properties.get(name) is None:
                yield Problem(within(path, name), "is missing: a vpn needs it")
        yield from vpn.resolvers_outside(properties, path)
    if kind in (Kind.FLEXIBLE_PORT_EGRESS, Kind.DEDICATED_EGRESS_IP):
        for name in VPN_FIELDS:
            if properties.get(name) is not None:
                yield Superfluous(within(path, name), f"only a vpn has it; leave it out for {kind}")


def _values(recorded: Properties, live: NetworkInfrastructure) -> dict[str, Any]:
    values: dict[str, Any] = {"infrastructure_id": live.id, "kind": live.kind, "status": live.status}
    if recorded.get("is_primary_region") is not None:
        values["is_primary_region"] = live.is_primary_region
    if live.kind != Kind.VPN:
        return values
    if recorded.get("address_space") is not None:
        values["address_space"] = list(live.address_space)
    if recorded.get("dns") is not None:
        values["dns"] = _restricted(live.dns, recorded["dns"])
    if recorded.get("connections") is not None:
        values["connections"] = _with_keys(recorded["connections"], live.connections)
    return values


def _with_keys(recorded: Sequence[Mapping[str, Any]], live: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    before = {connection.get("name"): connection for connection in recorded}
    places = {name: place for place, name in enumerate(before)}
    connections = []
    for connection in sorted(live, key=lambda one: places.get(one.get("name"), len(places))):
        declared = before.get(connection.get("name"), {})
        shown = _restricted(connection, declared) if declared else dict(connection)
        connections.append({**shown, **({"sharedKey": declared["sharedKey"]} if "sharedKey" in declared else {})})
    return connections


def _restricted(live: Any, declared: Any) -> Any:
    """Keep of an object what is declared: the rest is Cloud Manager's own business."""
    if isinstance(live, Mapping) and isinstance(declared, Mapping):
        return {name: _restricted(live[name], value) for name, value in declared.items() if name in live}
    return live
