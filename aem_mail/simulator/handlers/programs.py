"""Programs: list and read; deletion is refused."""

from __future__ import annotations

from typing import Any

from aem_mail.simulator.api.call import ApiAnswer, ApiCall
from aem_mail.simulator.api.hal import collection, links
from aem_mail.simulator.api.problems import Problem
from aem_mail.simulator.state.values import Program


def list_programs(call: ApiCall) -> ApiAnswer:
    return ApiAnswer(200, collection(call, "programs", [_representation(each) for each in call.state.programs.values()]))


def read_program(call: ApiCall) -> ApiAnswer:
    return ApiAnswer(200, _representation(call.program))


def delete_program(call: ApiCall) -> ApiAnswer:
    raise Problem(
        412, "Deletion not supported", errors=(f"the simulator keeps program {call.program.id}; set its programs at /_sim/state",)
    )


def _representation(program: Program) -> dict[str, Any]:
    path = f"/api/program/{program.id}"
    return {
        "id": program.id,
        "name": program.name,
        "enabled": True,
        "tenantId": "simulator",
        "status": program.status,
        "type": "aem_cloud_service",
        "capabilities": {"sandbox": program.sandbox},
        "_links": links(
            path, environments=f"{path}/environments", networkInfrastructures=f"{path}/networkInfrastructures", regions=f"{path}/regions"
        ),
    }
