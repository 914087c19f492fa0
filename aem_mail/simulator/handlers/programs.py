"""Programs: list and read."""

from __future__ import annotations

from typing import Any

from aem_mail.simulator.call import Answer, Call
from aem_mail.simulator.hal import collection, links
from aem_mail.simulator.state import Program


def list_programs(call: Call) -> Answer:
    return Answer(200, collection(call, "programs", [_representation(each) for each in call.state.programs.values()]))


def read_program(call: Call) -> Answer:
    return Answer(200, _representation(call.program))


def _representation(program: Program) -> dict[str, Any]:
    path = f"/api/program/{program.id}"
    return {
        "id": program.id,
        "name": program.name,
        "enabled": True,
        "tenantId": "simulator",
        "status": "ready",
        "type": "aem_cloud_service",
        "capabilities": {"sandbox": program.sandbox},
        "_links": links(
            path, environments=f"{path}/environments", networkInfrastructures=f"{path}/networkInfrastructures", regions=f"{path}/regions"
        ),
    }
