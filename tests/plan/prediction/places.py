"""Where predicted programs declare something, and what others have there."""

from collections.abc import Mapping
from random import Random
from typing import Any, Final

PROGRAM: Final = "10001"
HERE: Final = {"program_id": PROGRAM, "environment_id": "20001"}
ELSEWHERE: Final = {"program_id": PROGRAM, "environment_id": "20002"}
THIRD: Final = {"program_id": PROGRAM, "environment_id": "20003"}
"""An environment with a component, and single resources beside it."""
FRESH: Final = {"program_id": "10005", "environment_id": "20051"}
"""An environment of a program that has no infrastructure yet."""
MANAGED: Final = {"program_id": "10006", "environment_id": "20061"}
"""An environment of a program whose infrastructure belongs to a component."""
THEIRS: Final = "10007"
"""A program that has somebody else's dedicated egress IP."""
HOSTS: Final = ("smtp.example.com", "smtp.sendgrid.com", "mail.corp.example")
PORTS: Final = range(30440, 30465)
FOREIGN_PORTS: Final = range(30480, 30484)
FOREIGN_NAMES: Final = ("THEIRS", "THEIR_SECRET")


def world_of(random: Random) -> Mapping[str, Any]:
    """Return a seed for the simulator."""
    rules = [{"name": "ldap.foreign.example", "portDest": 636, "portOrig": port} for port in FOREIGN_PORTS]
    variables = [{"name": "THEIRS", "type": "string", "value": "theirs"}, {"name": "THEIR_SECRET", "type": "secretString", "value": "s"}]
    networking = {"nonProxyHosts": [], "portForwards": rules} if random.random() < 0.7 else None
    environments = {"20001": _environment("dev", networking, variables), "20002": _environment("stage"), "20003": _environment("prod")}
    return {
        "programs": {
            PROGRAM: _program(environments, ("30001", "flexiblePortEgress")),
            FRESH["program_id"]: _program({FRESH["environment_id"]: _environment("prod")}),
            MANAGED["program_id"]: _program({MANAGED["environment_id"]: _environment("prod")}),
            THEIRS: _program({"20071": _environment("prod")}, ("30002", "dedicatedEgressIp")),
        }
    }


def _program(environments: Mapping[str, Any], *infrastructures: tuple[str, str]) -> Mapping[str, Any]:
    there = [{"id": id_, "kind": kind, "region": "va7"} for id_, kind in infrastructures]
    return {"region": "va7", "infrastructures": there, "environments": environments}


def _environment(type_: str, networking: Any = None, variables: Any = ()) -> Mapping[str, Any]:
    return {"type": type_, "region": "va7", "advancedNetworking": networking, "variables": [*variables]}
