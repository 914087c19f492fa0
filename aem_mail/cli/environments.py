"""What Cloud Manager shows of the environments that are checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from aem_mail.errors import AemMailError, InvalidInput, Problem
from aem_mail.live.model import EnvironmentAnswers, LiveEnvironment, LiveProgram, known
from aem_mail.live.reader import Organization
from aem_mail.model import EnvironmentId
from aem_mail.model.statuses import GONE

ReadEnvironments = dict[EnvironmentId, LiveEnvironment | AemMailError]
"""Each environment that was to be read, or why it could not be."""


def read_environments(at: Organization, environments: Collection[EnvironmentId]) -> ReadEnvironments:
    """Read environments side by side: three reads each, and two for each program. Raises Cloud Manager's errors about a program."""
    programs = _programs(at, sorted({one.program_id for one in environments}))
    answers = {one: at.environment(one) for one in environments}
    return {one: _lasting(answer.result(), programs[one.program_id]) for one, answer in answers.items()}


def read_all_environments(at: Organization, program_id: str) -> ReadEnvironments:
    """Read every environment of a program: two reads each. Raises InvalidInput where it has none, and errors about the program."""
    programs = _programs(at, [program_id])
    found = {one.id: one for one in known(at.environments(program_id).result()) if one.status not in GONE}
    if not found:
        raise InvalidInput("--program", [Problem("", f"program {program_id} has no environment that the credential sees")])
    answers = {id_: at.environment(EnvironmentId(program_id, id_), listed=found[id_]) for id_ in sorted(found)}
    return {EnvironmentId(program_id, id_): _lasting(answer.result(), programs[program_id]) for id_, answer in answers.items()}


def _programs(at: Organization, program_ids: Iterable[str]) -> Mapping[str, LiveProgram]:
    answers = {program_id: at.program(program_id, itself=True) for program_id in program_ids}
    return {program_id: known(answer.result().live) for program_id, answer in answers.items()}


def _lasting(answers: EnvironmentAnswers, program: LiveProgram) -> LiveEnvironment | AemMailError:
    live = answers.live(program)
    return live if isinstance(live, AemMailError) else live.lasting
