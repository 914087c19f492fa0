"""NetworkInfrastructure: a program's way out (flexible port egress, dedicated egress IP or VPN) in one region."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, Unpack, overload

import pulumi
from pulumi.dynamic import Resource

from aem_mail.errors import Problem
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.kinds.replacement import replacement_problem
from aem_mail.kinds.requests import Answer, Origin
from aem_mail.model import Kind, Properties
from aem_mail.resources.base.args import to_props
from aem_mail.resources.base.by_keywords import by_keywords
from aem_mail.resources.base.either import Either
from aem_mail.resources.base.program_order import in_order
from aem_mail.resources.base.provider import Examination, Provider
from aem_mail.rollout.vpn_connections import declared_before
from aem_mail.rollout.wanted_infrastructure import wanted_infrastructure
from aem_mail.text.confidential import secret_names

if TYPE_CHECKING:
    from aem_mail.resources.dictionaries import NetworkInfrastructureArgsDict


@dataclass
class NetworkInfrastructureArgs:
    """Arguments of a NetworkInfrastructure."""

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    kind: pulumi.Input[Either[Kind, str]]
    """How traffic leaves: ``"flexiblePortEgress"``, ``"dedicatedEgressIp"`` or ``"vpn"``."""
    region: pulumi.Input[str]
    """One of the program's regions, such as ``"va7"``."""
    _: KW_ONLY
    is_primary_region: pulumi.Input[bool] | None = None
    """Whether it is the program's primary one; default: whether ``region`` is that of the production environment."""
    address_space: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None
    """For a VPN only: a list of one IPv4 range, /26 or larger, such as ``["10.0.0.0/26"]``."""
    dns: pulumi.Input[Mapping[str, Any]] | None = None
    """For a VPN only: ``{"resolvers": […], "domains": […]}``."""
    connections: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]]] | None = None
    """For a VPN only: its connections, shared keys included, in the API's own field names; always a secret."""
    allow_replace: pulumi.Input[bool] = False
    """Whether it may be deleted and created again where kind, region or address space change; default: False."""
    allow_placeholder: pulumi.Input[bool] | None = None
    """Whether a shared key is taken that looks like a mask or an unfilled variable; default: it is refused."""
    timeout: pulumi.Input[float] | None = None
    """Seconds to wait for a change; default: 5400, or ``aem-mail:timeouts`` of the stack."""


class _ReplacementExamination(Examination):
    def problems(self) -> Sequence[Problem]:
        """Refuse a change that cannot be made in place, with the ordered steps."""
        problem = replacement_problem(self.recorded, self.wanted, secret_names(self.wanted)) if self.recorded else None
        return [] if problem is None else [problem]


class NetworkInfrastructureProvider(Provider):
    """Adopts or creates a network infrastructure; only a vpn can be updated, and nothing that others use is deleted."""

    kind = NETWORK_INFRASTRUCTURE
    shared = True
    waits_for = "infrastructure"
    computed = frozenset({"infrastructure_id", "status"})
    secrets = frozenset({("connections", "sharedKey")})
    examination = _ReplacementExamination

    def create_live(self, wanted: Properties) -> Answer:
        answer = self.run.rollout().infrastructures.create(wanted_infrastructure(wanted), self.timeout(wanted))
        return self._answered(self._as_recorded(wanted, answer))

    def update_live(self, recorded: Properties, wanted: Properties) -> Answer:
        verdict = NETWORK_INFRASTRUCTURE.decide(recorded, wanted)
        rewrite = "connections" in verdict.changed
        created = recorded.get("origin") == Origin.CREATED
        answer = self.run.rollout().infrastructures.update(
            wanted_infrastructure(wanted), rewrite=rewrite, timeout=self.timeout(wanted), created=created, ours=declared_before(recorded)
        )
        return self._answered(answer)

    def read_live(self, recorded: Properties) -> Mapping[str, Any] | None:
        return NETWORK_INFRASTRUCTURE.live_values(recorded, self.run.rollout().read_infrastructures(recorded["program_id"]))

    def delete_live(self, recorded: Properties) -> str | None:
        return self.run.rollout().infrastructures.delete(
            recorded["program_id"],
            recorded["region"],
            created=recorded.get("origin") == Origin.CREATED,
            replacing=self.run.claims.is_declared(str(recorded.get("logical_name"))),
            timeout=self.timeout(recorded),
        )

    def _answered(self, answer: Answer) -> Answer:
        outputs = {name: answer.outputs[name] for name in ("infrastructure_id", "status")}
        return Answer(answer.origin, answer.note, outputs, answer.unready)


class NetworkInfrastructure(Resource, module="aem", name="NetworkInfrastructure"):
    """A program's network infrastructure in one region. Its id is ``{program_id}/{region}``.

    ``infrastructure_id`` is Cloud Manager's own id. Deleting it deletes the infrastructure only if this stack created it
    (``origin``) and no environment of the program has advanced networking enabled.
    """

    program_id: pulumi.Output[str]
    kind: pulumi.Output[str]
    region: pulumi.Output[str]
    is_primary_region: pulumi.Output[bool | None]
    infrastructure_id: pulumi.Output[str]
    status: pulumi.Output[str]
    origin: pulumi.Output[str]

    @overload
    def __init__(self, name: str, args: NetworkInfrastructureArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """A program's network infrastructure in one region. Its id is ``{program_id}/{region}``."""

    @overload
    def __init__(
        self, name: str, /, opts: pulumi.ResourceOptions | None = None, **arguments: "Unpack[NetworkInfrastructureArgsDict]"
    ) -> None:
        """A program's network infrastructure in one region. Its id is ``{program_id}/{region}``.

        ``infrastructure_id`` is Cloud Manager's own id. Deleting it deletes the infrastructure only if this stack created it (``origin``)
        and no environment of the program has advanced networking enabled.

        :param program_id: The program's number as digits, such as ``"10001"``.
        :param kind: How traffic leaves: ``"flexiblePortEgress"``, ``"dedicatedEgressIp"`` or ``"vpn"``.
        :param region: One of the program's regions, such as ``"va7"``.
        :param is_primary_region: Whether it is the program's primary one; default: whether ``region`` is that of the production
            environment.
        :param address_space: For a VPN only: a list of one IPv4 range, /26 or larger, such as ``["10.0.0.0/26"]``.
        :param dns: For a VPN only: ``{"resolvers": […], "domains": […]}``.
        :param connections: For a VPN only: its connections, shared keys included, in the API's own field names; always a secret.
        :param allow_replace: Whether it may be deleted and created again where kind, region or address space change; default: False.
        :param allow_placeholder: Whether a shared key is taken that looks like a mask or an unfilled variable; default: it is refused.
        :param timeout: Seconds to wait for a change; default: 5400, or ``aem-mail:timeouts`` of the stack.
        """

    @by_keywords
    def __init__(self, name: str, args: NetworkInfrastructureArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        props = to_props(args, name, opts, outputs=("infrastructure_id", "status", "origin"), hidden="connections")
        super().__init__(NetworkInfrastructureProvider(), name, props, in_order(self, args, opts))
