"""A VPN that Cloud Manager accepts."""

from typing import Any


def vpn_connection(**changes: Any) -> dict[str, Any]:
    policy = {
        "dhGroup": "ECP256",
        "ikeEncryption": "AES256",
        "ikeIntegrity": "SHA256",
        "ipsecEncryption": "AES256",
        "ipsecIntegrity": "SHA256",
        "pfsGroup": "ECP256",
        "saDatasize": 102400000,
        "saLifetime": 3600,
    }
    gateway = {"address": "203.0.113.7", "addressSpace": ["10.8.0.0/16"]}
    return {"name": "office", "gateway": gateway, "ipsecPolicy": policy, "sharedKey": "psk-4711", **changes}


def vpn_infrastructure(**changes: Any) -> dict[str, Any]:
    dns = {"resolvers": ["10.8.0.53"], "domains": ["example.com"]}
    return {"kind": "vpn", "region": "va7", "addressSpace": ["10.9.0.0/26"], "dns": dns, "connections": [vpn_connection()], **changes}
