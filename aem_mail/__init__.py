"""Mail out of AEM as a Cloud Service, as Pulumi resources.

The names are loaded when they are first used, so that the command line and the simulator do not wait for Pulumi.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from aem_mail.mail_egress import Egress, Former, MailEgress, MailEgressArgs, OAuth, Osgi, Smtp
    from aem_mail.mail_egress.dictionaries import EgressDict, FormerDict, MailEgressArgsDict, OAuthDict, OsgiDict, SmtpDict
    from aem_mail.model.choices import (
        ConflictPolicy,
        DhGroup,
        EgressMode,
        IkeEncryption,
        IkeIntegrity,
        IpsecEncryption,
        IpsecIntegrity,
        Kind,
        PfsGroup,
        Service,
    )
    from aem_mail.presets import SmtpPreset
    from aem_mail.publishing.dictionaries import PublishedConfigurationArgsDict
    from aem_mail.publishing.published_configuration import PublishedConfiguration, PublishedConfigurationArgs
    from aem_mail.resources.advanced_networking import AdvancedNetworking, AdvancedNetworkingArgs
    from aem_mail.resources.dictionaries import (
        AdvancedNetworkingArgsDict,
        EnvVarArgsDict,
        EnvVarsArgsDict,
        NetworkInfrastructureArgsDict,
        OsgiConfigArgsDict,
        PortForwardArgsDict,
        PortForwardsArgsDict,
        SecretEnvVarArgsDict,
    )
    from aem_mail.resources.environment_variable import EnvVar, EnvVarArgs, SecretEnvVar, SecretEnvVarArgs
    from aem_mail.resources.environment_variables import EnvVars, EnvVarsArgs
    from aem_mail.resources.network_infrastructure import NetworkInfrastructure, NetworkInfrastructureArgs
    from aem_mail.resources.osgi_config import OsgiConfig, OsgiConfigArgs
    from aem_mail.resources.port_forward import PortForward, PortForwardArgs
    from aem_mail.resources.port_forwards import PortForwards, PortForwardsArgs

__all__ = [
    "AdvancedNetworking",
    "AdvancedNetworkingArgs",
    "AdvancedNetworkingArgsDict",
    "ConflictPolicy",
    "DhGroup",
    "Egress",
    "EgressDict",
    "EgressMode",
    "EnvVar",
    "EnvVarArgs",
    "EnvVarArgsDict",
    "EnvVars",
    "EnvVarsArgs",
    "EnvVarsArgsDict",
    "Former",
    "FormerDict",
    "IkeEncryption",
    "IkeIntegrity",
    "IpsecEncryption",
    "IpsecIntegrity",
    "Kind",
    "MailEgress",
    "MailEgressArgs",
    "MailEgressArgsDict",
    "NetworkInfrastructure",
    "NetworkInfrastructureArgs",
    "NetworkInfrastructureArgsDict",
    "OAuth",
    "OAuthDict",
    "Osgi",
    "OsgiConfig",
    "OsgiConfigArgs",
    "OsgiConfigArgsDict",
    "OsgiDict",
    "PfsGroup",
    "PortForward",
    "PortForwardArgs",
    "PortForwardArgsDict",
    "PortForwards",
    "PortForwardsArgs",
    "PortForwardsArgsDict",
    "PublishedConfiguration",
    "PublishedConfigurationArgs",
    "PublishedConfigurationArgsDict",
    "SecretEnvVar",
    "SecretEnvVarArgs",
    "SecretEnvVarArgsDict",
    "Service",
    "Smtp",
    "SmtpDict",
    "SmtpPreset",
]

_HOMES: Final = {
    "aem_mail.mail_egress": ("Egress", "Former", "MailEgress", "MailEgressArgs", "OAuth", "Osgi", "Smtp"),
    "aem_mail.mail_egress.dictionaries": ("EgressDict", "FormerDict", "MailEgressArgsDict", "OAuthDict", "OsgiDict", "SmtpDict"),
    "aem_mail.model.choices": (
        "ConflictPolicy",
        "DhGroup",
        "EgressMode",
        "IkeEncryption",
        "IkeIntegrity",
        "IpsecEncryption",
        "IpsecIntegrity",
        "Kind",
        "PfsGroup",
        "Service",
    ),
    "aem_mail.presets": ("SmtpPreset",),
    "aem_mail.publishing.dictionaries": ("PublishedConfigurationArgsDict",),
    "aem_mail.publishing.published_configuration": ("PublishedConfiguration", "PublishedConfigurationArgs"),
    "aem_mail.resources.advanced_networking": ("AdvancedNetworking", "AdvancedNetworkingArgs"),
    "aem_mail.resources.dictionaries": (
        "AdvancedNetworkingArgsDict",
        "EnvVarArgsDict",
        "EnvVarsArgsDict",
        "NetworkInfrastructureArgsDict",
        "OsgiConfigArgsDict",
        "PortForwardArgsDict",
        "PortForwardsArgsDict",
        "SecretEnvVarArgsDict",
    ),
    "aem_mail.resources.environment_variable": ("EnvVar", "EnvVarArgs", "SecretEnvVar", "SecretEnvVarArgs"),
    "aem_mail.resources.environment_variables": ("EnvVars", "EnvVarsArgs"),
    "aem_mail.resources.network_infrastructure": ("NetworkInfrastructure", "NetworkInfrastructureArgs"),
    "aem_mail.resources.osgi_config": ("OsgiConfig", "OsgiConfigArgs"),
    "aem_mail.resources.port_forward": ("PortForward", "PortForwardArgs"),
    "aem_mail.resources.port_forwards": ("PortForwards", "PortForwardsArgs"),
}
"""The modules that the names are loaded from."""


def __getattr__(name: str) -> Any:
    home = next((module for module, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)
