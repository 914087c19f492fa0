"""What Cloud Manager shows of the environments that are checked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor

from aem_mail.cloud_manager import CloudManager
from aem_mail.errors import AemMailError, InvalidInput, Problem
from aem_mail.live.model import LiveEnvironment, LiveProgram
from aem_mail.model import GONE, Environment, EnvironmentId

READERS = 8
"""Environments that are read at a time."""

Looked = dict[EnvironmentId, LiveEnvironment | AemMailError]
"""Each environment that was to be read, or why it could not be."""


def look(api: CloudManager, environments: Collection[EnvironmentId]) -> Looked:
    """Read environments side by side: three reads each, and two for each program. Raises Cloud Manager's errors about a program."""
    programs = {program_id: _program(api, program_id) for program_id in sorted({one.program_id for one in environments})}
    return _side_by_side(lambda one: _live(api, api.environments.get(one), programs[one.program_id]), environments)


def look_at_all(api: CloudManager, program_id: str) -> Looked:
    """Read every environment of a program: two reads each. Raises InvalidInput where it has none, and errors about the program."""
    program = _program(api, program_id)
    found = {one.id: one for one in api.environments.list(program_id) if one.status not in GONE}
    if not found:
        raise InvalidInput("--program", [Problem("", f"program {program_id} has no environment that the credential sees")])
    ids = [EnvironmentId(program_id, id_) for id_ in sorted(found)]
    return _side_by_side(lambda one: _live(api, found[one.environment_id], program), ids)


def _side_by_side(read: Callable[[EnvironmentId], LiveEnvironment], environments: Collection[EnvironmentId]) -> Looked:
    def attempt(environment: EnvironmentId) -> LiveEnvironment | AemMailError:
        try:
            return read(environment)
        except AemMailError as error:
            return error

    with ThreadPoolExecutor(READERS, thread_name_prefix="read") as pool:
        return dict(zip(environments, pool.map(attempt, environments), strict=True))


def _program(api: CloudManager, program_id: str) -> LiveProgram:
    infrastructures = tuple(one for one in api.network_infrastructures.list(program_id) if one.status not in GONE)
    return LiveProgram(infrastructures, api.programs.get(program_id).sandbox)


def _live(api: CloudManager, environment: Environment, program: LiveProgram) -> LiveEnvironment:
    id_ = EnvironmentId(environment.program_id, environment.id)
    variables = tuple(one for one in api.variables.list(id_) if one.status not in GONE)
    return LiveEnvironment(environment, api.advanced_networking.get(id_), variables, program)
