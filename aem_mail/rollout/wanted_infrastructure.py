"""A network infrastructure as a stack declares it, and what an infrastructure that is there means for it; pure."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any, Final

from aem_mail.errors import Occupied, Refused
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.model import NetworkInfrastructure, Properties
from aem_mail.model.statuses import INFRASTRUCTURE_FAILED
from aem_mail.rollout.vpn_connections import by_name, loss, over, updated
from aem_mail.text.confidential import MASK, secret_names

STEPS: Final = (
    "1. disable advanced networking on every environment of the program (mail and every other forwarded connection stop), "
    "2. delete the infrastructure, 3. create the new one (15 minutes to an hour), 4. enable advanced networking again."
)


@dataclass(frozen=True, slots=True)
class WantedInfrastructure:
    """A network infrastructure as declared; ``connections`` hold the shared keys and are never shown, nor is what ``secret`` names."""

    program_id: str
    kind: str
    region: str
    is_primary_region: bool | None = None
    address_space: tuple[str, ...] | None = None
    dns: Mapping[str, Any] | None = None
    connections: Sequence[Mapping[str, Any]] | None = field(default=None, repr=False)
    secret: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"network infrastructure {self.kind} in {self.region} of program {self.program_id}"

    def body(self, *, is_primary_region: bool) -> dict[str, Any]:
        """Write it in the API's field names."""
        vpn = {"addressSpace": self.address_space and list(self.address_space), "dns": self.dns, "connections": self.connections}
        return {
            "kind": self.kind,
            "region": self.region,
            "isPrimaryRegion": is_primary_region,
            **{name: value for name, value in vpn.items() if value is not None},
        }

    def update_body(self, live: NetworkInfrastructure) -> dict[str, Any]:
        """Write it as an update of ``live``: what is not declared is sent as it is there, unchanged."""
        dns = live.dns if self.dns is None else over(live.dns, self.dns)
        connections = None if self.connections is None else updated(live.connections, self.connections)
        return {**live.other_fields, **replace(self, dns=dns, connections=connections).body(is_primary_region=live.is_primary_region)}

    def differs(self, live: NetworkInfrastructure) -> bool:
        """Say whether anything that can be read and changed is not as declared; what is not declared does not count."""
        there = _normal(live.dns, live.connections)
        declared = _normal(self.dns, self.connections)
        return not _covers(there, declared)

    def refuse_another(self, present: Sequence[NetworkInfrastructure]) -> None:
        """Raise Occupied where the program has an infrastructure that cannot become this one."""
        for one in present:
            if one.kind != self.kind:
                raise Occupied(
                    f"The stack declares a {self}, but the program already has {_named(one)}; a program has one kind. "
                    f'Set kind to {one.kind}, use it with egress mode "existing", or replace it: {STEPS}'
                )
            fixed = one.region == self.region and self.address_space is not None
            if fixed and set(one.address_space) != set(self.address_space or ()):
                raise Occupied(
                    f"The stack declares a {self} with address space {self._shown(self.address_space or ())}, but {_named(one)} has "
                    f"{self._shown(one.address_space)}, which cannot be changed. Declare that one, or replace it: {STEPS}"
                )

    def _shown(self, address_space: Sequence[str]) -> str:
        return MASK if "address_space" in self.secret else ", ".join(address_space) or "none"

    def refuse_broken(self, live: NetworkInfrastructure) -> None:
        """Raise Refused where the infrastructure that is there has failed."""
        if live.status in INFRASTRUCTURE_FAILED:
            details = f": {live.status_details}" if live.status_details else ""
            raise Refused(f"Program {self.program_id}: {_named(live)} cannot be used{details}. Replace it: {STEPS}")

    def refuse_loss(self, live: NetworkInfrastructure, ours: AbstractSet[str] = frozenset()) -> None:
        """Raise Refused where an update would drop, or have to invent, what is not understood of the live connections.

        ``ours`` names the connections that this stack has declared before.
        """
        lost = None if self.connections is None else loss(live.connections, self.connections, ours, secret="connections" in self.secret)
        if lost is not None:
            raise Refused(
                f"Program {self.program_id}: {_named(live)} cannot be updated without a loss: {lost}. Declare every connection that is "
                "there by its name, with the static prefixes that it has, or change the VPN in Cloud Manager; "
                "then run `pulumi up --refresh`."
            )


def wanted_infrastructure(properties: Properties) -> WantedInfrastructure:
    """Return a network infrastructure as declared."""
    space: Any = properties.get("address_space")
    return WantedInfrastructure(
        properties["program_id"],
        properties["kind"],
        properties["region"],
        properties.get("is_primary_region"),
        None if space is None else tuple(space),
        properties.get("dns"),
        properties.get("connections"),
        secret=secret_names(properties),
    )


def _named(live: NetworkInfrastructure) -> str:
    return f"network infrastructure {live.id} ({live.kind} in {live.region}, {live.status})"


def _normal(dns: Any, connections: Any) -> dict[str, Any]:
    visible = [{name: value for name, value in one.items() if name != "sharedKey"} for one in by_name(connections or ())]
    return NETWORK_INFRASTRUCTURE.normalise({"dns": dns, "connections": None if connections is None else visible})


def _covers(live: Any, declared: Any) -> bool:
    if isinstance(declared, Mapping):
        return isinstance(live, Mapping) and all(_covers(live.get(name), value) for name, value in declared.items())
    if isinstance(declared, list):
        return isinstance(live, list) and len(live) == len(declared) and all(map(_covers, live, declared))
    return bool(live == declared)
