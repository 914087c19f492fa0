"""The resources that a MailEgress registers, each under the component and named after it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pulumi

from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.mail_resources import MailResource
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.kinds.osgi_config import OSGI_CONFIG
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.resources.advanced_networking import AdvancedNetworking, AdvancedNetworkingArgs
from aem_mail.resources.environment_variable import SecretEnvVar, SecretEnvVarArgs
from aem_mail.resources.network_infrastructure import NetworkInfrastructure, NetworkInfrastructureArgs
from aem_mail.resources.osgi_config import OsgiConfig, OsgiConfigArgs
from aem_mail.resources.port_forward import PortForward, PortForwardArgs

CLASSES: Final[Mapping[str, tuple[Callable[..., pulumi.Resource], Callable[..., Any]]]] = {
    NETWORK_INFRASTRUCTURE.name: (NetworkInfrastructure, NetworkInfrastructureArgs),
    ADVANCED_NETWORKING.name: (AdvancedNetworking, AdvancedNetworkingArgs),
    PORT_FORWARD.name: (PortForward, PortForwardArgs),
    SECRET_VARIABLE.name: (SecretEnvVar, SecretEnvVarArgs),
    OSGI_CONFIG.name: (OsgiConfig, OsgiConfigArgs),
}
"""The class and the arguments of each kind."""


def register(
    parent: pulumi.Resource, name: str, resources: Sequence[MailResource], opts: pulumi.ResourceOptions | None
) -> dict[str, pulumi.Resource]:
    """Register the resources of the component ``name``, with the time-outs of its own ``opts``; return them by their roles."""
    timeouts = None if opts is None else opts.custom_timeouts
    registered: dict[str, pulumi.Resource] = {}
    for resource in resources:
        construct, arguments = CLASSES[resource.kind]
        after = [registered[role] for role in resource.depends_on]
        options = pulumi.ResourceOptions(parent=parent, depends_on=after or None, custom_timeouts=timeouts)
        registered[resource.role] = construct(f"{name}-{resource.role}", arguments(**resource.inputs), options)
    return registered


def computed(function: Callable[..., Any], *values: Any) -> pulumi.Output[Any]:
    """Return what a function makes of values, once all of them are known."""
    return pulumi.Output.all(*values).apply(lambda known: function(*known))
