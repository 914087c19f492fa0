"""Arguments of resources, as a program gives them."""

from typing import Any

from aem_mail.resources.advanced_networking import AdvancedNetworkingProvider
from aem_mail.resources.environment_variable import EnvVarProvider, SecretEnvVarProvider
from aem_mail.resources.network_infrastructure import NetworkInfrastructureProvider
from aem_mail.resources.port_forward import PortForwardProvider
from aem_mail.resources.provider import Provider

SECRET = "correct horse battery"
SHARED_KEY = "shared-key-of-the-office"
HERE = {"program_id": "10001", "environment_id": "20001"}

Resource = tuple[Provider, dict[str, Any]]

VPN = {
    "address_space": ["10.0.0.0/26"],
    "dns": {"resolvers": ["10.1.0.4"], "domains": ["corp.example.com"]},
    "connections": [
        {
            "name": "office",
            "gateway": {"address": "203.0.113.10", "addressSpace": ["10.1.0.0/16"]},
            "sharedKey": SHARED_KEY,
            "ipsecPolicy": {
                "dhGroup": "ECP384",
                "ikeEncryption": "AES256",
                "ikeIntegrity": "SHA384",
                "ipsecEncryption": "GCMAES256",
                "ipsecIntegrity": "GCMAES256",
                "pfsGroup": "ECP384",
                "saDatasize": 102400,
                "saLifetime": 3600,
            },
        }
    ],
}


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
