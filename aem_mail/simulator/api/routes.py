"""Which request is which operation, and who may ask for it: the table of the API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from aem_mail.simulator.api.call import Handler
from aem_mail.simulator.api.problems import Problem, not_found
from aem_mail.simulator.handlers import advanced_networking, environments, network_infrastructures, pipelines, programs, regions, variables

_OWNER = ("Business Owner",)
_OWNER_OR_MANAGER = ("Deployment Manager", "Business Owner")
_MANAGER = ("Deployment Manager",)


@dataclass(frozen=True)
class Route:
    """A method on a path, what handles it, and the product profiles of which one is needed (none: any profile)."""

    method: str
    path: str
    handler: Handler
    profiles: tuple[str, ...] = ()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path))


_PROGRAM = "/api/program/{p}"
_ENVIRONMENT = _PROGRAM + "/environment/{e}"
_PIPELINE = _PROGRAM + "/pipeline/{pipeline}"
_EXECUTION = _PIPELINE + "/execution/{execution}"
ROUTES = (
    Route("GET", "/api/programs", programs.list_programs),
    Route("GET", _PROGRAM, programs.read_program),
    Route("DELETE", _PROGRAM, programs.delete_program, _OWNER),
    Route("GET", f"{_PROGRAM}/regions", regions.list_regions),
    Route("GET", f"{_PROGRAM}/environments", environments.list_environments),
    Route("POST", f"{_PROGRAM}/environments", environments.create_environment, _OWNER_OR_MANAGER),
    Route("GET", _ENVIRONMENT, environments.read_environment),
    Route("DELETE", _ENVIRONMENT, environments.delete_environment, _OWNER_OR_MANAGER),
    Route("GET", f"{_PROGRAM}/networkInfrastructures", network_infrastructures.list_infrastructures),
    Route("POST", f"{_PROGRAM}/networkInfrastructures", network_infrastructures.create_infrastructure, _OWNER),
    Route("GET", _PROGRAM + "/networkInfrastructure/{id}", network_infrastructures.read_infrastructure),
    Route("PUT", _PROGRAM + "/networkInfrastructure/{id}", network_infrastructures.update_infrastructure, _OWNER),
    Route("DELETE", _PROGRAM + "/networkInfrastructure/{id}", network_infrastructures.delete_infrastructure, _OWNER),
    Route("GET", f"{_ENVIRONMENT}/advancedNetworking", advanced_networking.read_networking),
    Route("PUT", f"{_ENVIRONMENT}/advancedNetworking", advanced_networking.enable_networking, _OWNER_OR_MANAGER),
    Route("DELETE", f"{_ENVIRONMENT}/advancedNetworking", advanced_networking.disable_networking, _OWNER_OR_MANAGER),
    Route("GET", f"{_ENVIRONMENT}/variables", variables.list_variables),
    Route("PATCH", f"{_ENVIRONMENT}/variables", variables.change_variables, _MANAGER),
    Route("GET", f"{_PROGRAM}/pipelines", pipelines.list_pipelines),
    Route("GET", _PIPELINE, pipelines.read_pipeline),
    Route("PATCH", _PIPELINE, pipelines.change_pipeline, _MANAGER),
    Route("DELETE", _PIPELINE, pipelines.change_pipeline, _MANAGER),
    Route("GET", f"{_PIPELINE}/execution", pipelines.read_current_execution),
    Route("PUT", f"{_PIPELINE}/execution", pipelines.start_execution, _MANAGER),
    Route("GET", _EXECUTION, pipelines.read_execution),
    Route("GET", _EXECUTION + "/phase/{phase}/step/{step}", pipelines.read_step),
)


def match(method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    """The operation and its path parameters; raises a `Problem` of status 404 or, where the path has other methods, 405."""
    matches = [(operation, found) for operation in ROUTES if (found := operation.pattern.fullmatch(path))]
    for operation, found in matches:
        if operation.method == method:
            return operation, found.groupdict()
    if not matches:
        raise not_found(f"path {path}")
    allowed = ", ".join(operation.method for operation, _ in matches)
    raise Problem(405, "Method not allowed", errors=(f"{path} takes {allowed}",), headers={"Allow": allowed})
