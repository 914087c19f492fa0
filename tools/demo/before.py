"""Cloud Manager before the story begins: pure functions of the simulator's state."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from aem_mail.kinds.forms import default_port_orig
from tools.demo.declared import Declared
from tools.demo.errors import NotAsTold

SOMEBODY_S_VARIABLE: Final = {"name": "SEARCH_COLLECTION", "type": "string", "service": None, "value": "wknd-products"}

State = Mapping[str, Any]


def with_somebody_else(state: State, ours: Declared, password: str) -> dict[str, Any]:
    """Return the state with another team's infrastructure, port forward and variable, and a new password on all mail servers.

    The mail servers' hosts, ports and users are those of the simulator.
    """
    changed = deepcopy(dict(state))
    for server in changed["smtp"]:
        server["users"] = dict.fromkeys(server["users"], password)
    rule = next(rule for rule in map(usual_rule, changed["smtp"]) if rule["name"] != ours.host and rule["portOrig"] != ours.port_orig)
    kind, region = ours.egress["kind"], ours.egress["region"]
    changed["programs"][ours.program]["infrastructures"] = [{"kind": kind, "region": region, "isPrimaryRegion": True, "status": "ready"}]
    environment = environment_of(changed, ours)
    environment["advancedNetworking"] = {"nonProxyHosts": [], "portForwards": [rule]}
    environment["variables"] = [dict(SOMEBODY_S_VARIABLE)]
    return changed


def usual_rule(server: Mapping[str, Any]) -> dict[str, Any]:
    """Return the port forward that anybody would declare for a mail server."""
    return {"name": server["host"], "portDest": server["port"], "portOrig": default_port_orig(server["port"])}


def environment_of(state: State, ours: Declared) -> dict[str, Any]:
    environment: dict[str, Any] = state["programs"][ours.program]["environments"][ours.environment]
    return environment


def rules_of(state: State, ours: Declared) -> list[str]:
    """Return the environment's port forwards as text."""
    rules = environment_of(state, ours)["advancedNetworking"]["portForwards"]
    return [f"AEM_PROXY_HOST:{rule['portOrig']} -> {rule['name']}:{rule['portDest']}" for rule in rules]


def variables_of(state: State, ours: Declared) -> list[str]:
    """Return the environment's variables as text; of a secret, Cloud Manager shows no value."""
    variables = environment_of(state, ours)["variables"]
    return [f"{one['name']} ({one['type']})" for one in variables]


def user_of(state: State, ours: Declared) -> str:
    """Return the name of a user of the declared mail server."""
    for server in state["smtp"]:
        if (server["host"], server["port"]) == (ours.host, ours.port):
            return str(next(iter(server["users"])))
    raise NotAsTold(f"the simulator has no mail server {ours.host}:{ours.port}")


def other_port_of(state: State, ours: Declared) -> int:
    """Return another port on which the declared mail server listens."""
    ports = [server["port"] for server in state["smtp"] if server["host"] == ours.host and server["port"] != ours.port]
    if not ports:
        raise NotAsTold(f"the simulator's {ours.host} has no other port than {ours.port}")
    return int(ports[0])
