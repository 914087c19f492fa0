"""What Cloud Manager shows of the environments that are checked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from aem_mail.checks import LiveEnvironment
from aem_mail.cloud_manager import CloudManager
from aem_mail.errors import InvalidInput, Problem
from aem_mail.model import Environment, EnvironmentId, NetworkInfrastructure

GONE = ("deleted", "deleting")


@dataclass(frozen=True, slots=True)
class _Program:
    """What all environments of a program share."""

    sandbox: bool | None
    infrastructures: tuple[NetworkInfrastructure, ...]


def look(api: CloudManager, environments: Collection[EnvironmentId]) -> dict[EnvironmentId, LiveEnvironment]:
    """Read environments: three reads each, and two for each program. Raises Cloud Manager's errors."""
    programs = {program_id: _program(api, program_id) for program_id in sorted({one.program_id for one in environments})}
    return {one: _live(api, api.environments.get(one), programs[one.program_id]) for one in environments}


def look_at_all(api: CloudManager, program_id: str) -> dict[EnvironmentId, LiveEnvironment]:
    """Read every environment of a program. Raises InvalidInput where it has none, and Cloud Manager's errors."""
    program = _program(api, program_id)
    found = sorted((one for one in api.environments.list(program_id) if one.status not in GONE), key=lambda one: one.id)
    if not found:
        raise InvalidInput("--program", [Problem("", f"program {program_id} has no environment that the credential sees")])
    return {EnvironmentId(program_id, one.id): _live(api, one, program) for one in found}


def _program(api: CloudManager, program_id: str) -> _Program:
    infrastructures = tuple(one for one in api.network_infrastructures.list(program_id) if one.status not in GONE)
    return _Program(api.programs.get(program_id).sandbox, infrastructures)


def _live(api: CloudManager, environment: Environment, program: _Program) -> LiveEnvironment:
    id_ = EnvironmentId(environment.program_id, environment.id)
    variables = tuple(one for one in api.variables.list(id_) if one.status not in GONE)
    return LiveEnvironment(environment, program.sandbox, program.infrastructures, api.advanced_networking.get(id_), variables)
