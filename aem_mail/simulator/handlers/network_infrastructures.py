"""Network infrastructures of a program: list, create, read, update (VPN only), delete."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aem_mail.simulator.api.call import ApiAnswer, ApiCall
from aem_mail.simulator.api.fields import FieldProblems, Fields, parse_json
from aem_mail.simulator.api.hal import collection, links
from aem_mail.simulator.api.problems import bad_request, conflict
from aem_mail.simulator.handlers.regions import regions_of
from aem_mail.simulator.handlers.vpn import VPN_FIELDS, VpnParts, read_vpn
from aem_mail.simulator.state.infrastructure_json import KINDS, connection_json, iso
from aem_mail.simulator.state.transitions import INFRASTRUCTURE_SECONDS, infrastructure_status
from aem_mail.simulator.state.values import Infrastructure, InfrastructureChange, Program

_READ_ONLY = ("id", "programId", "status", "created", "updated", "statusDetails", "_links")
_FAILED = {"errorCode": "SIMULATED_FAILURE", "message": "The change failed, because the simulator was told so."}


def list_infrastructures(call: ApiCall) -> ApiAnswer:
    items = [_representation(call.program, each) for each in call.program.infrastructures]
    return ApiAnswer(200, collection(call, "networkInfrastructures", items))


def read_infrastructure(call: ApiCall) -> ApiAnswer:
    return ApiAnswer(200, _representation(call.program, call.infrastructure))


def create_infrastructure(call: ApiCall) -> ApiAnswer:
    program = call.program
    wanted = _read_new(call, program)
    _refuse_impossible(program, wanted)
    number = call.state.last_infrastructure_id + 1
    created = replace(
        wanted,
        id=str(number),
        status="failed" if call.fails else "ready",
        created=call.now,
        updated=call.now,
        change=_change("creating", wanted.kind, call.now),
    )
    state = replace(call.state.with_program(program.with_infrastructure(created)), last_infrastructure_id=number)
    return ApiAnswer(201, _representation(program, created), state)


def update_infrastructure(call: ApiCall) -> ApiAnswer:
    """Change a VPN in part: its kind, region and address space are fixed, its connections come with their shared keys."""
    current = call.infrastructure
    findings = FieldProblems()
    fields = Fields(parse_json(call.body), "", findings)
    _refuse_fixed(fields, current)
    if current.kind != "vpn":
        fields.refuse("kind", f"{current.kind} cannot be updated, only vpn; delete it and create it again", current.kind)
        findings.check()
    parts = read_vpn(fields, current)
    kept = fields.kept(current.other_fields)
    fields.done(_READ_ONLY)
    findings.check()
    _require_idle(current)
    updated = replace(
        _with_parts(current, parts),
        other_fields=kept,
        status="failed" if call.fails else "ready",
        updated=call.now,
        change=_change("updating", "vpn", call.now),
    )
    return _changed(call, updated)


def delete_infrastructure(call: ApiCall) -> ApiAnswer:
    program, current = call.program, call.infrastructure
    holders = [each.id for each in program.environments.values() if each.networking or (each.change and each.change.networking)]
    if holders:
        raise bad_request(f"advanced networking is still enabled in environment {', '.join(holders)}; disable it there first")
    _require_idle(current)
    return _changed(call, replace(current, change=_change("deleting", current.kind, call.now)))


def _representation(program: Program, infrastructure: Infrastructure) -> dict[str, Any]:
    path = f"/api/program/{program.id}"
    status = infrastructure_status(infrastructure)
    document: dict[str, Any] = {
        **infrastructure.other_fields,
        "id": infrastructure.id,
        "programId": program.id,
        "kind": infrastructure.kind,
        "region": infrastructure.region,
        "isPrimaryRegion": infrastructure.is_primary_region,
        "status": status,
        "_links": links(f"{path}/networkInfrastructure/{infrastructure.id}", program=path),
    }
    moments = {"created": infrastructure.created, "updated": infrastructure.updated}
    document |= {name: iso(moment) for name, moment in moments.items() if moment is not None}
    if infrastructure.kind == "vpn":
        document["addressSpace"] = list(infrastructure.address_space)
        document["connections"] = [connection_json(each) for each in infrastructure.connections]
        document |= {} if infrastructure.dns is None else {"dns": infrastructure.dns}
    return document | ({"statusDetails": _FAILED} if status in {"failed", "error"} else {})


def _read_new(call: ApiCall, program: Program) -> Infrastructure:
    findings = FieldProblems()
    fields = Fields(parse_json(call.body), "", findings)
    wanted = Infrastructure(
        id="",
        kind=fields.text("kind", choices=KINDS),
        region=fields.text("region", choices=regions_of(program)),
        is_primary_region=fields.flag("isPrimaryRegion") or False,
    )
    if wanted.kind == "vpn":
        wanted = _with_parts(wanted, read_vpn(fields, None))
    for field in VPN_FIELDS:
        if wanted.kind != "vpn" and field in fields:
            fields.raw(field)
            fields.refuse(field, "applies to vpn only")
    fields.done(_READ_ONLY)
    findings.check()
    return wanted


def _refuse_impossible(program: Program, wanted: Infrastructure) -> None:
    """What the program's other parts forbid: a sandbox, no production yet, another kind, a region that is taken or comes too early."""
    if program.sandbox:
        raise bad_request(f"program {program.id} is a sandbox program, which has no network infrastructure")
    production = next((each for each in program.environments.values() if each.type == "prod"), None)
    if production is None:
        raise bad_request(f"program {program.id} has no production environment; it must exist before network infrastructure does")
    if wanted.is_primary_region and wanted.region != production.region:
        raise bad_request(f"the primary region of program {program.id} is that of its production environment, {production.region}")
    for other in program.infrastructures:
        if other.kind != wanted.kind:
            raise conflict(f"program {program.id} has network infrastructure {other.id} of kind {other.kind}; a program has one kind")
        if other.region == wanted.region:
            raise conflict(f"region {other.region} of program {program.id} already has network infrastructure {other.id}")
    if not program.infrastructures and wanted.region != production.region:
        raise bad_request(f"the first network infrastructure of program {program.id} must be in its primary region, {production.region}")


def _refuse_fixed(fields: Fields, current: Infrastructure) -> None:
    fixed = {
        "kind": current.kind,
        "region": current.region,
        "isPrimaryRegion": current.is_primary_region,
        "addressSpace": list(current.address_space),
    }
    for field, value in fixed.items():
        if field in fields and fields.raw(field) != value:
            fields.refuse(field, "cannot be changed")


def _with_parts(infrastructure: Infrastructure, parts: VpnParts) -> Infrastructure:
    return replace(infrastructure, address_space=parts.address_space, dns=parts.dns, connections=parts.connections)


def _require_idle(infrastructure: Infrastructure) -> None:
    if infrastructure.change is not None:
        raise conflict(f"network infrastructure {infrastructure.id} is {infrastructure.change.status}; wait until that is over")


def _change(status: str, kind: str, now: float) -> InfrastructureChange:
    return InfrastructureChange(status, now + INFRASTRUCTURE_SECONDS[kind])


def _changed(call: ApiCall, infrastructure: Infrastructure) -> ApiAnswer:
    program = call.program.with_infrastructure(infrastructure)
    return ApiAnswer(200, _representation(program, infrastructure), call.state.with_program(program))
