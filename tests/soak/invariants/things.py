"""The things that resources stand for, and how they are found in a live state."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from tests.soak.history import Declared, History, Live, Phase, Program, Recorded, Role, Run


class Thing(NamedTuple):
    """Something that has one owner: ``sort`` rule, variable, hosts, switch (an enablement), infrastructure or file."""

    sort: str
    place: str
    key: Any = None


def place_of(properties: Mapping[str, Any]) -> str:
    return f"{properties['program_id']}/{properties.get('environment_id') or properties.get('region')}"


GROUPS: Final = {"rules": "PortForward", "values": "EnvVar", "secrets": "SecretEnvVar", "secrets_from": "SecretEnvVar"}
"""The inputs of sets that hold entries, and of which kind an entry would be by itself."""
SETS: Final = frozenset({"PortForwards", "EnvVars"})


def entries_of(declared: Declared) -> dict[str, Declared]:
    """Return the entries of a set as resources of their own, and any other resource as it is, under no name."""
    if declared.kind not in SETS:
        return {"": declared}
    groups = {group: declared.properties.get(group) or {} for group in GROUPS}
    return {name: _entry(declared, group, name, given) for group, entries in groups.items() for name, given in entries.items()}


def _entry(declared: Declared, group: str, name: str, given: Any) -> Declared:
    place = {part: declared.properties[part] for part in ("program_id", "environment_id")}
    if group == "rules":
        host, port = given.rsplit(":", 1) if isinstance(given, str) else (given["name"], given["port_dest"])
        return Declared(GROUPS[group], {**place, "name": host, "port_dest": int(port), "port_orig": int(name)})
    variable, at, service = name.partition("@")
    fields = given if isinstance(given, Mapping) else {"value": given}
    where = {"service": service} if at else {}
    return Declared(GROUPS[group], {**place, "name": variable, **fields, **where}, declared.secrets.get(name))


def things_of(declared: Declared) -> set[Thing]:
    """Return what one declaration makes its own."""
    return {thing for entry in entries_of(declared).values() for thing in _things_of(entry)}


def _things_of(declared: Declared) -> set[Thing]:
    properties = declared.properties
    match declared.kind:
        case "NetworkInfrastructure":
            return {Thing("infrastructure", place_of(properties))}
        case "AdvancedNetworking":
            switch = Thing("switch", place_of(properties))
            return {switch} if properties.get("non_proxy_hosts") is None else {switch, Thing("hosts", place_of(properties))}
        case "PortForward":
            return {Thing("rule", place_of(properties), int(properties["port_orig"]))}
        case "EnvVar" | "SecretEnvVar":
            return {Thing("variable", place_of(properties), (properties.get("service"), properties["name"]))}
        case "OsgiConfig":
            return {Thing("file", path_of(properties))}
    raise AssertionError(declared.kind)


def path_of(properties: Mapping[str, Any]) -> str:
    run_mode = properties.get("run_mode")
    return f"{properties['directory']}/config{f'.{run_mode}' if run_mode else ''}/{properties['pid']}.cfg.json"


def declared_things(programs: Iterable[Program]) -> set[Thing]:
    return {thing for program in programs for declared in program.values() for thing in things_of(declared)}


def ever_declared(history: History) -> set[Thing]:
    """Return everything that any stack of a schedule declared at any time."""
    return declared_things(run.program for phase in history.phases for run in phase.runs)


def environments(live: Live) -> dict[str, Mapping[str, Any]]:
    """Return all environments by their place."""
    return {
        f"{program_id}/{environment_id}": environment
        for program_id, program in live["programs"].items()
        for environment_id, environment in program["environments"].items()
    }


def infrastructures(live: Live) -> dict[str, Mapping[str, Any]]:
    """Return all infrastructures by their place."""
    return {f"{program_id}/{one['region']}": one for program_id, program in live["programs"].items() for one in program["infrastructures"]}


def rules(environment: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    networking = environment["advancedNetworking"]
    return {} if networking is None else {rule["portOrig"]: rule for rule in networking["portForwards"]}


def hosts(environment: Mapping[str, Any]) -> list[str]:
    networking = environment["advancedNetworking"]
    return [] if networking is None else list(networking["nonProxyHosts"])


def variables(environment: Mapping[str, Any]) -> dict[tuple[str | None, str], Mapping[str, Any]]:
    return {(one.get("service"), one["name"]): one for one in environment["variables"]}


def digest(secret: str) -> str:
    """Return a secret as the simulator shows it."""
    return f"sha256:{hashlib.sha256(secret.encode()).hexdigest()}"


def kept_in_use(run: Run, phase: Phase) -> set[str]:
    """Name the infrastructures that a stack created and has to keep recorded on destroy, since an environment still uses them."""
    own = [one for one in run.after if one.kind == "NetworkInfrastructure" and one.outputs.get("origin") == "created"]
    return {one.name for one in own if phase.role is Role.DESTROY and is_used(one, phase)}


def is_used(infrastructure: Recorded, phase: Phase) -> bool:
    """Say whether advanced networking is enabled on an environment of the infrastructure's program."""
    there = phase.live["programs"][infrastructure.inputs["program_id"]]["environments"].values()
    return any(environment["advancedNetworking"] is not None for environment in there)
