"""Environments: list and read; creation and deletion are refused."""

from __future__ import annotations

from typing import Any

from aem_mail.simulator.api.call import ApiAnswer, ApiCall
from aem_mail.simulator.api.fields import FieldProblems
from aem_mail.simulator.api.hal import collection, links
from aem_mail.simulator.api.problems import bad_request
from aem_mail.simulator.state.program_json import ENVIRONMENT_TYPES
from aem_mail.simulator.state.transitions import environment_status
from aem_mail.simulator.state.values import Environment, Program


def list_environments(call: ApiCall) -> ApiAnswer:
    program = call.program
    type_ = call.query.get("type")
    if type_ is not None and type_ not in ENVIRONMENT_TYPES:
        findings = FieldProblems()
        findings.refuse("type", f"must be one of {', '.join(ENVIRONMENT_TYPES)}", type_)
        findings.check()
    found = [each for each in program.environments.values() if type_ in {None, each.type}]
    return ApiAnswer(
        200, collection(call, "environments", [representation(program, each) for each in found], program=f"/api/program/{program.id}")
    )


def read_environment(call: ApiCall) -> ApiAnswer:
    return ApiAnswer(200, representation(call.program, call.environment))


def create_environment(call: ApiCall) -> ApiAnswer:
    raise bad_request(f"the simulator creates no environment in program {call.program.id}; set its environments at /_sim/state")


def delete_environment(call: ApiCall) -> ApiAnswer:
    raise bad_request(f"the simulator keeps environment {call.environment.id}; set its environments at /_sim/state")


def representation(program: Program, environment: Environment) -> dict[str, Any]:
    """The environment as the API shows it, also in answer to a change of its networking."""
    path = f"/api/program/{program.id}/environment/{environment.id}"
    return {
        "id": environment.id,
        "programId": program.id,
        "name": environment.name,
        "type": environment.type,
        "status": environment_status(environment),
        "region": environment.region,
        "_links": links(
            path,
            program=f"/api/program/{program.id}",
            variables=f"{path}/variables",
            advancedNetworking=f"{path}/advancedNetworking",
            **{tier: f"https://{tier}-p{program.id}-e{environment.id}.adobeaemcloud.com" for tier in environment.tiers},
        ),
    }
