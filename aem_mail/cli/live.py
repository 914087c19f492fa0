"""What Cloud Manager shows of the programs and environments that a plan changes; every question that fails is told, none ends the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from aem_mail.errors import AemMailError
from aem_mail.kinds import Scope
from aem_mail.kinds.kind import UNKNOWN_ID
from aem_mail.kinds.requests import Operation
from aem_mail.live.model import EnvironmentAnswers, LiveEnvironment, LiveProgram, ProgramAnswers
from aem_mail.live.reader import Organization, Part, Reader
from aem_mail.model import AdvancedNetworking, Connection, Environment, EnvironmentId
from aem_mail.model.statuses import DELETED, ENVIRONMENT_CHANGING, GONE
from aem_mail.plan.changes import Change
from aem_mail.plan.plan import Asked, Findings
from aem_mail.plan.world import World, as_recorded

PARTS = {Part.NETWORKING: Scope.NETWORKING, Part.VARIABLES: Scope.VARIABLES}


def findings_of(connection: Connection, changes: Sequence[Change], recorded: World) -> Findings:
    """Ask Cloud Manager; what could not be asked stays as recorded.

    Reads of a program: itself, its infrastructures, and, before one is created or deleted, what that needs. Reads of an
    environment: its status, and its networking and variables where they change.
    """
    effective = [change for change in changes if change.scope is not Scope.PROJECT and not change.kept]
    with Reader() as reader:
        questions = _Questions(reader.at(connection), recorded)
        questions.ask(effective)
        return questions.findings()


class _Questions:
    """The questions, and what their answers make of what is recorded."""

    def __init__(self, at: Organization, recorded: World) -> None:
        self._at = at
        self._read: frozenset[EnvironmentId] = frozenset()
        self._environments = dict(recorded.environments)
        self._programs = dict(recorded.programs)
        self._files = recorded.files
        self._asked: set[EnvironmentId | str] = set()
        self._notes: list[str] = []
        self._errors: list[AemMailError] = []

    def findings(self) -> Findings:
        """Return what was found out; one question without an answer, and the whole does not count as asked."""
        world = World(self._environments, self._programs, frozenset(self._asked), self._files)
        if self._errors:
            return Findings(world, Asked.FAILED, "", tuple(self._errors), tuple(self._notes))
        return Findings(world, Asked.YES, notes=tuple(self._notes))

    def ask(self, changes: Sequence[Change]) -> None:
        """Ask about all programs and environments side by side, then for what the changes of infrastructures need besides."""
        by_program, by_environment = _by_program(changes), _by_environment(changes)
        self._read = frozenset(one for one, own in by_environment.items() if Part.NETWORKING in _parts(own))
        programs = {program_id: self._at.program(program_id, itself=True) for program_id in by_program}
        environments = {one: self._at.environment(one, _parts(own)) for one, own in by_environment.items()}
        for program_id, program in programs.items():
            self._about_program(program_id, by_program[program_id], program.result())
        for environment, there in environments.items():
            self._about_environment(environment, by_environment[environment], there.result())

    def _about_program(self, program_id: str, changes: Sequence[Change], answers: ProgramAnswers) -> None:
        there = answers.live
        if isinstance(there, AemMailError):
            self._note(answers.errors)
            return
        live = replace(there, infrastructures=tuple(one for one in there.infrastructures if one.status != DELETED))
        for change in changes:
            if change.scope is Scope.PROGRAM and not live.sandbox:
                live = self._about_infrastructure(live, change)
        self._programs[program_id] = live
        self._asked.add(program_id)

    def _about_environment(self, environment: EnvironmentId, changes: Sequence[Change], answers: EnvironmentAnswers) -> None:
        """Take what was read of an environment; that it is gone is an error only where something is to be made there."""
        if answers.gone and all(change.operation is Operation.DELETE for change in changes):
            self._environments[environment] = LiveEnvironment(as_recorded(environment))
            self._asked.add(environment)
            return
        self._note(answers.errors)
        there = answers.found
        if there is None:
            return
        if there.status in ENVIRONMENT_CHANGING:
            self._notes.append(f"Environment {there.id} is {there.status}: `pulumi up` waits until that is over.")
        live = replace(self._environments.get(environment, LiveEnvironment(there)), environment=there)
        live = replace(live, networking=answers.networking) if isinstance(answers.networking, AdvancedNetworking) else live
        self._environments[environment] = replace(live, variables=answers.variables) if isinstance(answers.variables, tuple) else live
        if not answers.errors:
            self._asked.add(environment)

    def _about_infrastructure(self, live: LiveProgram, change: Change) -> LiveProgram:
        if change.operation is Operation.DELETE:
            users = self._at.networked(change.program_id, self._read).result()
            if isinstance(users, AemMailError):
                self._note([users])
                return replace(live, users=())
            return replace(live, users=self._others(change.program_id, users))
        region, primary = str(change.properties.get("region")), change.wanted.get("is_primary_region")
        if not any(one.region == region and one.status not in GONE for one in live.infrastructures):
            met = self._at.preconditions(change.program_id, region, primary if isinstance(primary, bool) else None).result()
            self._note([met] if isinstance(met, AemMailError) else [])
        return live

    def _others(self, program_id: str, users: Sequence[Environment]) -> tuple[Environment, ...]:
        """Return the users that this stack has no record of; of the others take over what was found instead of what is recorded."""
        found = {EnvironmentId(program_id, one.id): one for one in users}
        for one in [one for one in self._environments if one.program_id == program_id and one not in self._read]:
            recorded = self._environments[one]
            networking = recorded.networking if one in found else AdvancedNetworking(enabled=False)
            self._environments[one] = replace(recorded, environment=found.get(one, recorded.environment), networking=networking)
        return tuple(user for one, user in found.items() if one not in self._environments)

    def _note(self, errors: Iterable[AemMailError]) -> None:
        for error in errors:
            if str(error) not in map(str, self._errors):
                self._errors.append(error)


def _by_program(changes: Sequence[Change]) -> dict[str, list[Change]]:
    """Return the changes of each program whose networking changes, by id."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        if change.program_id != UNKNOWN_ID:
            found.setdefault(change.program_id, []).append(change)
    networked = {Scope.PROGRAM, Scope.NETWORKING}
    return {program_id: own for program_id, own in sorted(found.items()) if any(change.scope in networked for change in own)}


def _by_environment(changes: Sequence[Change]) -> dict[EnvironmentId, list[Change]]:
    found: dict[EnvironmentId, list[Change]] = {}
    for change in changes:
        environment = change.environment
        if environment is not None and UNKNOWN_ID not in (environment.program_id, environment.environment_id):
            found.setdefault(environment, []).append(change)
    return dict(sorted(found.items()))


def _parts(changes: Sequence[Change]) -> Collection[Part]:
    """Return what is to be read besides the environment itself."""
    return [part for part, scope in PARTS.items() if any(change.scope is scope for change in changes)]
