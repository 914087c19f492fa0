"""Arguments of resources, as a program gives them."""

from collections.abc import Mapping
from typing import Any

from aem_mail.resources.advanced_networking import AdvancedNetworkingProvider
from aem_mail.resources.base.provider import Provider
from aem_mail.resources.environment_variable import EnvVarProvider, SecretEnvVarProvider
from aem_mail.resources.environment_variables import EnvVarsProvider
from aem_mail.resources.network_infrastructure import NetworkInfrastructureProvider
from aem_mail.resources.port_forward import PortForwardProvider
from aem_mail.resources.port_forwards import PortForwardsProvider
from tests import vpn

SECRET = "correct horse battery"
HERE = {"program_id": "10001", "environment_id": "20001"}

Resource = tuple[Provider, dict[str, Any]]

VPN = {"address_space": [vpn.ADDRESS_SPACE], "dns": vpn.DNS, "connections": [vpn.connection()]}


def infrastructure(kind: str = "flexiblePortEgress", **more: Any) -> Resource:
    return NetworkInfrastructureProvider(), {"program_id": "10001", "kind": kind, "region": "va7", **more}


def networking(**more: Any) -> Resource:
    return AdvancedNetworkingProvider(), {**HERE, **more}


def rule(port_orig: int = 30465, host: str = "smtp.example.com", port_dest: int = 465, **more: Any) -> Resource:
    return PortForwardProvider(), {**HERE, "name": host, "port_dest": port_dest, "port_orig": port_orig, **more}


def variable(name: str = "MAIL_FROM", value: str = "noreply@wknd.site", **more: Any) -> Resource:
    return EnvVarProvider(), {**HERE, "name": name, "value": value, **more}


def secret(name: str = "EMAIL_PASSWORD", value: str | None = SECRET, **more: Any) -> Resource:
    given = {} if value is None else {"value": value}
    return SecretEnvVarProvider(), {**HERE, "name": name, "on_conflict": "replace", **given, **more}


def rules(given: Mapping[str, Any], **more: Any) -> Resource:
    return PortForwardsProvider(), {**HERE, "rules": given, **more}


def variables(**given: Any) -> Resource:
    return EnvVarsProvider(), {**HERE, **given}
