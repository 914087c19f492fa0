"""Advanced networking of an environment: read, enable or change, disable."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from aem_mail.simulator.api.call import ApiAnswer, ApiCall
from aem_mail.simulator.api.fields import FieldProblems, Fields, letter, parse_json
from aem_mail.simulator.api.hal import collection, links
from aem_mail.simulator.api.problems import bad_request, conflict
from aem_mail.simulator.handlers.environments import representation
from aem_mail.simulator.state.program_json import networking_json, port_forward_json
from aem_mail.simulator.state.transitions import changed_networking, infrastructure_status, is_available
from aem_mail.simulator.state.values import Environment, Infrastructure, Networking, PortForward, Program

FIRST_PORT, LAST_PORT = 30000, 30999
LARGEST_PORT = 65535
_HOST = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_NON_PROXY_HOST = re.compile(r"(\*\.?)?[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(\.?\*)?")


def read_networking(call: ApiCall) -> ApiAnswer:
    """A list: one configuration where networking is enabled, none where it is not."""
    program, environment = call.program, call.environment
    items = [] if environment.networking is None else [_representation(program, environment, environment.networking)]
    return ApiAnswer(200, collection(call, "networkingConfigurations", items))


def enable_networking(call: ApiCall) -> ApiAnswer:
    """Replace the whole document, which also enables networking; an empty body enables it without rules."""
    program, environment = call.program, call.environment
    _require_networking_program(program)
    infrastructure = _usable_infrastructure(program, environment)
    networking = _read(call.body, environment, infrastructure)
    changed = changed_networking(environment, networking, call.now, fails=call.fails)
    return _environment_answer(call, changed)


def disable_networking(call: ApiCall) -> ApiAnswer:
    program, environment = call.program, call.environment
    _require_networking_program(program)
    if environment.networking is None and environment.change is None:
        raise bad_request(f"advanced networking is not enabled in environment {environment.id}")
    changed = changed_networking(environment, None, call.now, fails=call.fails)
    return _environment_answer(call, changed)


def accepts_networking(program: Program, environment: Environment) -> bool:
    """Whether a well-formed change of the environment's networking would be accepted now."""
    infrastructure = infrastructure_of(program, environment)
    is_ready = infrastructure is not None and infrastructure_status(infrastructure) == "ready"
    return is_ready and not program.sandbox and is_available(environment)


def infrastructure_of(program: Program, environment: Environment) -> Infrastructure | None:
    """The infrastructure that serves an environment: its region's, else the program's primary one, else any."""
    by_preference = sorted(program.infrastructures, key=lambda each: (each.region != environment.region, not each.is_primary_region))
    return by_preference[0] if by_preference else None


def _representation(program: Program, environment: Environment, networking: Networking) -> dict[str, Any]:
    infrastructure = infrastructure_of(program, environment)
    used = {} if infrastructure is None else {"networkInfrastructureId": infrastructure.id}
    return {
        "programId": program.id,
        "environmentId": environment.id,
        **used,
        **networking_json(networking),
        "advancedNetworkingEnabled": True,
        "_links": links(f"/api/program/{program.id}/environment/{environment.id}/advancedNetworking"),
    }


def _environment_answer(call: ApiCall, changed: Environment) -> ApiAnswer:
    return ApiAnswer(200, representation(call.program, changed), call.state.with_program(call.program.with_environment(changed)))


def _require_networking_program(program: Program) -> None:
    if program.sandbox:
        raise bad_request(f"program {program.id} is a sandbox program, which has no advanced networking")


def _usable_infrastructure(program: Program, environment: Environment) -> Infrastructure:
    infrastructure = infrastructure_of(program, environment)
    if infrastructure is None:
        raise bad_request(f"program {program.id} has no network infrastructure; create one first")
    status = infrastructure_status(infrastructure)
    if infrastructure.change is not None:
        raise conflict(f"network infrastructure {infrastructure.id} is {status}; wait until it is ready")
    if status != "ready":
        raise bad_request(f"network infrastructure {infrastructure.id} is {status}, not ready")
    return infrastructure


def _read(body: bytes, environment: Environment, infrastructure: Infrastructure) -> Networking:
    findings = FieldProblems()
    fields = Fields(parse_json(body) if body else {}, "", findings)
    held = environment.networking or Networking()
    hosts = fields.texts("nonProxyHosts") or ()
    rules = tuple(_read_rule(each, held) for each in fields.objects("portForwards") or ())
    for host in set(hosts).difference(held.non_proxy_hosts):
        if not _NON_PROXY_HOST.fullmatch(host):
            fields.refuse("nonProxyHosts", "must be host names, with a wildcard at the start or at the end only", host)
    if hosts and infrastructure.kind == "flexiblePortEgress":
        fields.refuse("nonProxyHosts", "needs a dedicated egress IP or a VPN, this program has flexible port egress")
    for port, count in Counter(rule.port_orig for rule in rules).items():
        if count > 1 and not _letters(rules, port) <= _letters(held.port_forwards, port):
            fields.refuse("portForwards", "portOrig must be unique", port)
    networking = Networking(hosts, rules, fields.kept(held.other_fields))
    fields.done()
    findings.check()
    return networking


def _letters(rules: Iterable[PortForward], port: int) -> Counter[str]:
    """The rules on a port, each unchanged: several on one port are accepted only where they stood there before."""
    return Counter(letter(port_forward_json(rule)) for rule in rules if rule.port_orig == port)


def _read_rule(fields: Fields, held: Networking) -> PortForward:
    """A rule, checked unless the environment already holds it: what was accepted once is accepted again, verbatim."""
    is_held = letter(fields.document) in [letter(port_forward_json(rule)) for rule in held.port_forwards]
    lowest, highest = (1, LARGEST_PORT) if is_held else (FIRST_PORT, LAST_PORT)
    rule = PortForward(
        name=fields.text("name", pattern=None if is_held else _HOST),
        port_dest=fields.integer("portDest", minimum=1, maximum=LARGEST_PORT),
        port_orig=fields.integer("portOrig", minimum=lowest, maximum=highest),
    )
    there = [each for each in held.port_forwards if each.port_orig == rule.port_orig]
    kept = {name: value for each in there for name, value in fields.kept(each.other_fields).items()}
    fields.done()
    return replace(rule, other_fields=kept)
