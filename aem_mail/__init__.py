"""Mail out of AEM as a Cloud Service, as Pulumi resources.

The names are loaded when they are first used, so that the command line and the simulator do not wait for Pulumi.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from aem_mail.mail_egress import Egress, Former, MailEgress, MailEgressArgs, OAuth, Osgi, Smtp
    from aem_mail.publishing.published_configuration import PublishedConfiguration, PublishedConfigurationArgs
    from aem_mail.resources.advanced_networking import AdvancedNetworking, AdvancedNetworkingArgs
    from aem_mail.resources.environment_variable import EnvVar, EnvVarArgs, SecretEnvVar, SecretEnvVarArgs
    from aem_mail.resources.environment_variables import EnvVars, EnvVarsArgs
    from aem_mail.resources.network_infrastructure import NetworkInfrastructure, NetworkInfrastructureArgs
    from aem_mail.resources.osgi_config import OsgiConfig, OsgiConfigArgs
    from aem_mail.resources.port_forward import PortForward, PortForwardArgs
    from aem_mail.resources.port_forwards import PortForwards, PortForwardsArgs

__all__ = [
    "AdvancedNetworking",
    "AdvancedNetworkingArgs",
    "Egress",
    "EnvVar",
    "EnvVarArgs",
    "EnvVars",
    "EnvVarsArgs",
    "Former",
    "MailEgress",
    "MailEgressArgs",
    "NetworkInfrastructure",
    "NetworkInfrastructureArgs",
    "OAuth",
    "Osgi",
    "OsgiConfig",
    "OsgiConfigArgs",
    "PortForward",
    "PortForwardArgs",
    "PortForwards",
    "PortForwardsArgs",
    "PublishedConfiguration",
    "PublishedConfigurationArgs",
    "SecretEnvVar",
    "SecretEnvVarArgs",
    "Smtp",
]

_HOMES: Final = {
    "AdvancedNetworking": "aem_mail.resources.advanced_networking",
    "Egress": "aem_mail.mail_egress",
    "EnvVar": "aem_mail.resources.environment_variable",
    "EnvVars": "aem_mail.resources.environment_variables",
    "Former": "aem_mail.mail_egress",
    "MailEgress": "aem_mail.mail_egress",
    "NetworkInfrastructure": "aem_mail.resources.network_infrastructure",
    "OAuth": "aem_mail.mail_egress",
    "Osgi": "aem_mail.mail_egress",
    "OsgiConfig": "aem_mail.resources.osgi_config",
    "PortForward": "aem_mail.resources.port_forward",
    "PortForwards": "aem_mail.resources.port_forwards",
    "PublishedConfiguration": "aem_mail.publishing.published_configuration",
    "SecretEnvVar": "aem_mail.resources.environment_variable",
    "Smtp": "aem_mail.mail_egress",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name.removesuffix("Args"))
    if home is None or name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)
