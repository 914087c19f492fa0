"""The VPN that most tests build, in the API's field names."""

from typing import Any, Final

SHARED_KEY: Final = "shared-key-of-the-office"
ADDRESS_SPACE: Final = "10.0.0.0/26"
DNS: Final = {"resolvers": ["10.1.0.4"], "domains": ["corp.example.com"]}
IPSEC_POLICY: Final = {
    "dhGroup": "ECP384",
    "ikeEncryption": "AES256",
    "ikeIntegrity": "SHA384",
    "ipsecEncryption": "GCMAES256",
    "ipsecIntegrity": "GCMAES256",
    "pfsGroup": "ECP384",
    "saDatasize": 102400,
    "saLifetime": 3600,
}


def connection(*, key: str | None = SHARED_KEY, gateway: str = "203.0.113.10") -> dict[str, Any]:
    """Return the connection to the office; without a key (None) it is as Cloud Manager shows it."""
    shared_key = {} if key is None else {"sharedKey": key}
    place = {"address": gateway, "addressSpace": ["10.1.0.0/16"]}
    return {"name": "office", "gateway": place, **shared_key, "ipsecPolicy": dict(IPSEC_POLICY)}


def infrastructure() -> dict[str, Any]:
    """Return the network infrastructure as the simulator's state has it."""
    return {
        "id": "30001",
        "kind": "vpn",
        "region": "va7",
        "isPrimaryRegion": True,
        "status": "ready",
        "addressSpace": [ADDRESS_SPACE],
        "dns": DNS,
        "connections": [connection()],
    }
