"""`/_sim/overview`: what the page shows, as it is at this moment. No value of any variable, no query, no key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aem_mail.simulator.control.journal import JournalEntry
from aem_mail.simulator.state.transitions import environment_status, infrastructure_status, visible_variables
from aem_mail.simulator.state.values import Environment, Infrastructure, Networking, Program, Variable
from aem_mail.simulator.world import SimulatedWorld
from aem_mail.text.characters import visible_lines

MOST_ENTRIES: Final = 200
MOST_MAILS: Final = 50
LONGEST_BODY: Final = 10_000
"""Characters of a mail that are shown."""


def overview(world: SimulatedWorld, mails: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what is there, changes in progress as such; of mails and of the journal the latest, newest first, and how many there are.

    Texts that others wrote have no control characters, nor what turns the direction of writing.
    """
    with world.lock:
        state, journal = world.state, world.journal.entries()
        document = {
            "clock": world.now,
            "timeScale": world.clock.scale,
            "programs": [_program(program) for program in state.programs.values()],
            "faults": world.faults.to_json(),
        }
    latest = {
        "mails": [_mail(mail) for mail in reversed(mails[-MOST_MAILS:])],
        "mailCount": len(mails),
        "journal": [_entry(entry) for entry in reversed(journal[-MOST_ENTRIES:])],
        "requestCount": len(journal),
    }
    shown: dict[str, Any] = _visible(document | latest)
    return shown


def _program(program: Program) -> dict[str, Any]:
    return {
        "id": program.id,
        "name": program.name,
        "region": program.region,
        "sandbox": program.sandbox,
        "status": program.status,
        "infrastructures": [_infrastructure(each) for each in program.infrastructures],
        "environments": [_environment(each) for each in program.environments.values()],
    }


def _infrastructure(infrastructure: Infrastructure) -> dict[str, Any]:
    return {
        "id": infrastructure.id,
        "kind": infrastructure.kind,
        "region": infrastructure.region,
        "status": infrastructure_status(infrastructure),
    }


def _environment(environment: Environment) -> dict[str, Any]:
    return {
        "id": environment.id,
        "name": environment.name,
        "type": environment.type,
        "status": environment_status(environment),
        "networking": None if environment.networking is None else _networking(environment.networking),
        "variables": [_variable(variable) for variable in visible_variables(environment)],
    }


def _networking(networking: Networking) -> dict[str, Any]:
    rules = [{"portOrig": rule.port_orig, "name": rule.name, "portDest": rule.port_dest} for rule in networking.port_forwards]
    return {"portForwards": rules, "nonProxyHosts": list(networking.non_proxy_hosts)}


def _variable(variable: Variable) -> dict[str, Any]:
    return {"name": variable.name, "type": variable.type, "service": variable.service, "status": variable.status}


def _mail(mail: Mapping[str, Any]) -> dict[str, Any]:
    body = str(mail["body"])
    return {**mail, "body": body[:LONGEST_BODY], "omitted": max(len(body) - LONGEST_BODY, 0)}


def _entry(entry: JournalEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "time": entry.time,
        "method": entry.method,
        "path": entry.path,
        "status": entry.status,
        "applied": entry.applied,
        "requestId": entry.request_id,
        "doubts": list(entry.doubts),
    }


def _visible(value: Any) -> Any:
    match value:
        case str():
            return visible_lines(value)
        case dict():
            return {name: _visible(each) for name, each in value.items()}
        case list() | tuple():
            return [_visible(each) for each in value]
    return value
