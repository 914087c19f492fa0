"""A program of the state as JSON and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from aem_mail.simulator.api.fields import Fields
from aem_mail.simulator.state.infrastructure_json import ID, infrastructure_from_json, infrastructure_json
from aem_mail.simulator.state.pipeline_json import pipeline_from_json, pipeline_json
from aem_mail.simulator.state.secret import Secret, is_fingerprint
from aem_mail.simulator.state.values import SERVICES, Environment, Networking, PortForward, Program, Variable

ENVIRONMENT_TYPES = ("dev", "stage", "prod", "rde", "preprod")
ENVIRONMENT_STATUSES = (
    "ready",
    "creating",
    "updating",
    "deleting",
    "deleted",
    "failed",
    "deploy_failed",
    "created",
    "restoring",
    "restore_failed",
    "resetting",
    "reset_failed",
    "degraded",
    "hibernated",
)
DERIVED = ("programId", "environmentId", "networkInfrastructureId", "advancedNetworkingEnabled", "_links")
"""Fields of an advanced networking document that an answer has and the state does not hold."""
PROGRAM_STATUSES = ("ready", "creating", "deleting", "deleted", "deleted_failed", "failed")
VARIABLE_STATUSES = ("ready", "creating", "updating", "deleting", "deleted", "failed", "deleted_failed")


def program_json(program: Program) -> dict[str, Any]:
    """The program; `pipelines` only where it has any, `status` where it is not ready."""
    document: dict[str, Any] = {
        "name": program.name,
        "region": program.region,
        "sandbox": program.sandbox,
        "infrastructures": [infrastructure_json(each) for each in program.infrastructures],
        "environments": {key: environment_json(environment) for key, environment in program.environments.items()},
    }
    if program.status != PROGRAM_STATUSES[0]:
        document["status"] = program.status
    return {**document, "pipelines": [pipeline_json(each) for each in program.pipelines]} if program.pipelines else document


def program_from_json(id_: str, fields: Fields, held: Mapping[str, Secret]) -> Program:
    _require_id(id_, fields)
    region = fields.text("region")
    infrastructures = tuple(infrastructure_from_json(each, held) for each in fields.objects("infrastructures") or ())
    for taken in _repeated(each.region for each in infrastructures):
        fields.refuse("infrastructures", "a region has one network infrastructure", taken)
    if len({each.kind for each in infrastructures}) > 1:
        fields.refuse("infrastructures", "a program has one kind of network infrastructure")
    environments = fields.object("environments")
    members = {} if environments is None else environments.members()
    pipelines = tuple(pipeline_from_json(each, tuple(members)) for each in fields.objects("pipelines") or ())
    for taken in _repeated(each.id for each in pipelines):
        fields.refuse("pipelines", "an id is there twice", taken)
    program = Program(
        id=id_,
        name=fields.optional_text("name") or f"Program {id_}",
        region=region,
        sandbox=fields.flag("sandbox") or False,
        infrastructures=infrastructures,
        environments={key: environment_from_json(key, each, region, held) for key, each in members.items()},
        pipelines=pipelines,
        status=fields.optional_text("status", choices=PROGRAM_STATUSES) or PROGRAM_STATUSES[0],
    )
    fields.done()
    return program


def environment_json(environment: Environment) -> dict[str, Any]:
    """The environment; `tiers` only where it lacks one."""
    tiers = {} if environment.tiers == SERVICES else {"tiers": list(environment.tiers)}
    return {
        "name": environment.name,
        "type": environment.type,
        "region": environment.region,
        "status": environment.status,
        "advancedNetworking": None if environment.networking is None else networking_json(environment.networking),
        "variables": [variable_json(variable) for variable in environment.variables],
        **tiers,
    }


def environment_from_json(id_: str, fields: Fields, region: str, held: Mapping[str, Secret]) -> Environment:
    _require_id(id_, fields)
    variables = tuple(variable_from_json(each, held) for each in fields.objects("variables") or ())
    for service, name in _repeated(variable.identity for variable in variables):
        fields.refuse("variables", f"{name} of {service or 'all services'} is there twice")
    environment = Environment(
        id=id_,
        name=fields.optional_text("name") or f"Environment {id_}",
        type=fields.text("type", choices=ENVIRONMENT_TYPES),
        region=fields.optional_text("region") or region,
        status=fields.optional_text("status", choices=ENVIRONMENT_STATUSES) or "ready",
        networking=None if fields.raw("advancedNetworking") is None else networking_from_json(fields.required_object("advancedNetworking")),
        variables=variables,
        tiers=_tiers(fields),
    )
    fields.done()
    return environment


def _tiers(fields: Fields) -> tuple[str, ...]:
    given = fields.texts("tiers") if "tiers" in fields else SERVICES
    for unknown in set(given or ()).difference(SERVICES):
        fields.refuse("tiers", f"must be among {', '.join(SERVICES)}", unknown)
    return tuple(each for each in SERVICES if each in (given or ()))


def networking_json(networking: Networking) -> dict[str, Any]:
    return {
        **networking.other_fields,
        "nonProxyHosts": list(networking.non_proxy_hosts),
        "portForwards": [port_forward_json(rule) for rule in networking.port_forwards],
    }


def networking_from_json(fields: Fields) -> Networking:
    """Read a document as it may have grown over the years, with several rules on one port and fields that the specification does
    not know: only its shape is checked, not the rules for new entries."""
    networking = Networking(
        non_proxy_hosts=fields.texts("nonProxyHosts") or (),
        port_forwards=tuple(port_forward_from_json(each) for each in fields.objects("portForwards") or ()),
        other_fields=fields.rest(but=DERIVED),
    )
    fields.done(DERIVED)
    return networking


def port_forward_json(rule: PortForward) -> dict[str, Any]:
    return {**rule.other_fields, "name": rule.name, "portDest": rule.port_dest, "portOrig": rule.port_orig}


def port_forward_from_json(fields: Fields) -> PortForward:
    return PortForward(
        name=fields.text("name"),
        port_dest=fields.integer("portDest", minimum=1, maximum=65535),
        port_orig=fields.integer("portOrig", minimum=1, maximum=65535),
        other_fields=fields.rest(),
    )


def variable_json(variable: Variable) -> dict[str, Any]:
    document: dict[str, Any] = {"name": variable.name, "type": variable.type, "service": variable.service}
    if isinstance(variable.value, Secret):
        document["fingerprint"] = variable.value.fingerprint
    else:
        document["value"] = variable.value
    return document if variable.status == "ready" else {**document, "status": variable.status}


def variable_from_json(fields: Fields, held: Mapping[str, Secret]) -> Variable:
    type_ = fields.optional_text("type", choices=("string", "secretString")) or "string"
    variable = Variable(
        name=fields.text("name"),
        value=_secret(fields, held) if type_ == "secretString" else fields.text("value"),
        service=None if fields.raw("service") is None else fields.text("service", choices=SERVICES),
        status=fields.optional_text("status", choices=VARIABLE_STATUSES) or "ready",
    )
    fields.done()
    return variable


def _secret(fields: Fields, held: Mapping[str, Secret]) -> Secret:
    if "fingerprint" not in fields:
        return Secret.of(fields.text("value", shown=False))
    fingerprint = fields.text("fingerprint")
    if not is_fingerprint(fingerprint):
        fields.refuse("fingerprint", "must be sha256: and 64 hexadecimal digits")
    return held.get(fingerprint, Secret(fingerprint))


def _require_id(id_: str, fields: Fields) -> None:
    if not ID.fullmatch(id_):
        fields.findings.refuse(fields.path, "an id is a string of digits")


def _repeated(values: Any) -> list[Any]:
    return [value for value, count in Counter(values).items() if count > 1]
