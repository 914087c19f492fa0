"""Changes of the simulator's state that many tests begin with."""

from typing import Any


def with_infrastructure(state: dict[str, Any], kind: str = "flexiblePortEgress") -> None:
    """Give program 10001 a ready infrastructure in va7."""
    state["programs"]["10001"]["infrastructures"] = [
        {"id": "30001", "kind": kind, "region": "va7", "isPrimaryRegion": True, "status": "ready"}
    ]


def enabled(*rules: tuple[int, str, int], hosts: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return an environment's networking document with ``(portOrig, name, portDest)`` rules."""
    forwards = [{"name": name, "portDest": port_dest, "portOrig": port_orig} for port_orig, name, port_dest in rules]
    return {"nonProxyHosts": list(hosts), "portForwards": forwards}


def string(name: str, value: str, service: str | None = None) -> dict[str, Any]:
    return {"name": name, "type": "string", "service": service, "value": value}


def secret(name: str, value: str, service: str | None = None) -> dict[str, Any]:
    return {"name": name, "type": "secretString", "service": service, "value": value}
