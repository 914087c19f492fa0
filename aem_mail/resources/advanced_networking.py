"""AdvancedNetworking: the enablement of advanced networking on one environment, and its non-proxy hosts."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, Unpack, overload

import pulumi
from pulumi.dynamic import Resource

from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.requests import Answer, Operation
from aem_mail.model import Kind, Properties
from aem_mail.resources.base.args import to_props
from aem_mail.resources.base.by_keywords import by_keywords
from aem_mail.resources.base.either import Either
from aem_mail.resources.base.program_order import in_order
from aem_mail.resources.base.provider import EnvironmentProvider, environment_of

if TYPE_CHECKING:
    from aem_mail.resources.dictionaries import AdvancedNetworkingArgsDict


@dataclass
class AdvancedNetworkingArgs:
    """Arguments of an AdvancedNetworking."""

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    environment_id: pulumi.Input[str]
    """The environment's number as digits, such as ``"20001"``."""
    non_proxy_hosts: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None
    """Hosts reached past the proxy, such as ``*.example.com``: the whole list, ``[]`` for none; None leaves them to others."""
    _: KW_ONLY
    infrastructure_kind: pulumi.Input[Either[Kind, str]] | None = None
    """The kind that the program's network infrastructure has to be of; default: any."""
    infrastructure_region: pulumi.Input[str] | None = None
    """The region that the program's network infrastructure has to be in, such as ``"va7"``; default: any."""
    timeout: pulumi.Input[float] | None = None
    """Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack."""


class AdvancedNetworkingProvider(EnvironmentProvider):
    """Enables advanced networking and keeps the rules that are there."""

    kind = ADVANCED_NETWORKING
    shared = True
    computed = frozenset({"network_infrastructure_id"})

    def read_live(self, recorded: Properties) -> Mapping[str, Any] | None:
        return ADVANCED_NETWORKING.live_values(recorded, self.run.rollout().read_networking(environment_of(recorded)))

    def change(self, operation: Operation, recorded: Properties, wanted: Properties) -> Answer:
        request, properties = ADVANCED_NETWORKING.request(operation, recorded, wanted), wanted or recorded
        return self.run.rollout().change(environment_of(properties), request, self.timeout(properties))


class AdvancedNetworking(Resource, module="aem", name="AdvancedNetworking"):
    """Advanced networking enabled on an environment; rules and hosts that others keep there stay.

    Its id is ``{program_id}/{environment_id}``. Deleting it disables advanced networking only if it was enabled by this
    stack (``origin`` "created") and nobody else's rule or host is left.
    """

    program_id: pulumi.Output[str]
    environment_id: pulumi.Output[str]
    non_proxy_hosts: pulumi.Output[Sequence[str] | None]
    network_infrastructure_id: pulumi.Output[str | None]
    origin: pulumi.Output[str]

    @overload
    def __init__(self, name: str, args: AdvancedNetworkingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Advanced networking enabled on an environment; rules and hosts that others keep there stay."""

    @overload
    def __init__(self, name: str, /, opts: pulumi.ResourceOptions | None = None, **arguments: "Unpack[AdvancedNetworkingArgsDict]") -> None:
        """Advanced networking enabled on an environment; rules and hosts that others keep there stay.

        Its id is ``{program_id}/{environment_id}``. Deleting it disables advanced networking only if it was enabled by this stack
        (``origin`` "created") and nobody else's rule or host is left.

        :param program_id: The program's number as digits, such as ``"10001"``.
        :param environment_id: The environment's number as digits, such as ``"20001"``.
        :param non_proxy_hosts: Hosts reached past the proxy, such as ``*.example.com``: the whole list, ``[]`` for none; None leaves them
            to others.
        :param infrastructure_kind: The kind that the program's network infrastructure has to be of; default: any.
        :param infrastructure_region: The region that the program's network infrastructure has to be in, such as ``"va7"``; default: any.
        :param timeout: Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack.
        """

    @by_keywords
    def __init__(self, name: str, args: AdvancedNetworkingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        props = to_props(args, name, opts, outputs=("network_infrastructure_id", "origin"))
        super().__init__(AdvancedNetworkingProvider(), name, props, in_order(self, args, opts))
