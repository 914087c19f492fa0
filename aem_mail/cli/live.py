"""What Cloud Manager shows of the programs and environments that a plan changes; every question that fails is told, none ends the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.errors import AemMailError, NoAnswer, NotAuthenticated, NotFound
from aem_mail.live.absence import gone
from aem_mail.live.model import LiveEnvironment, LiveProgram
from aem_mail.live.preconditions import preconditions
from aem_mail.model import GONE, Connection, Environment, EnvironmentId
from aem_mail.plan.changes import UNKNOWN_ID, Change
from aem_mail.plan.plan import Asked, Findings
from aem_mail.plan.requests import NETWORKING_KINDS, VARIABLE_KINDS
from aem_mail.plan.world import World, as_recorded
from aem_mail.rollout.access import IN_TRANSITION
from aem_mail.rollout.asking import Operation

T = TypeVar("T")
HOPELESS = (NotAuthenticated, NoAnswer)
"""Errors after which every further question would fail the same way."""


def look(connection: Connection, changes: Sequence[Change], recorded: World) -> Findings:
    """Ask Cloud Manager; what could not be asked stays as recorded.

    Reads of a program: itself, its infrastructures, and, before one is created or deleted, what that needs. Reads of an
    environment: its status, and its networking and variables where they change.
    """
    effective = [change for change in changes if change.kind != "OsgiConfig" and not change.kept]
    with CloudManager(connection) as api:
        questions = _Questions(api, recorded)
        try:
            for program_id in sorted({change.program_id for change in effective} - {UNKNOWN_ID}):
                questions.about_program(program_id, [change for change in effective if change.program_id == program_id])
            for environment in sorted({one for change in effective if (one := change.environment) is not None}):
                if UNKNOWN_ID not in (environment.program_id, environment.environment_id):
                    questions.about_environment(environment, [change for change in effective if change.environment == environment])
        except HOPELESS as error:
            questions.errors.append(error)
        return questions.findings()


class _Questions:
    """The questions so far, and their answers."""

    def __init__(self, api: CloudManager, recorded: World) -> None:
        self._api = api
        self._environments = dict(recorded.environments)
        self._programs = dict(recorded.programs)
        self._files = recorded.files
        self._asked: set[EnvironmentId | str] = set()
        self._notes: list[str] = []
        self.errors: list[AemMailError] = []

    def findings(self) -> Findings:
        """Return what was found out; one question without an answer, and the whole does not count as asked."""
        world = World(self._environments, self._programs, frozenset(self._asked), self._files)
        if self.errors:
            return Findings(world, Asked.FAILED, "", tuple(self.errors), tuple(self._notes))
        return Findings(world, Asked.YES, notes=tuple(self._notes))

    def about_program(self, program_id: str, changes: Sequence[Change]) -> None:
        """Read a program and its infrastructures, if anything of its networking changes."""
        if not any(change.kind in NETWORKING_KINDS | {"NetworkInfrastructure"} for change in changes):
            return
        program = self._ask(lambda: self._api.programs.get(program_id))
        infrastructures = self._ask(lambda: self._api.network_infrastructures.list(program_id))
        if program is None or infrastructures is None:
            return
        live = LiveProgram(tuple(one for one in infrastructures if one.status != "deleted"), program.sandbox)
        for change in changes:
            if change.kind == "NetworkInfrastructure" and not program.sandbox:
                live = self._about_infrastructure(live, change)
        self._programs[program_id] = live
        self._asked.add(program_id)

    def about_environment(self, environment: EnvironmentId, changes: Sequence[Change]) -> None:
        """Read an environment; that it is gone is an error only where something is to be made there."""
        kinds = {change.kind for change in changes}
        there = self._ask_about(environment, changes, lambda: self._api.environments.get(environment))
        if there is None:
            return
        if there.status in IN_TRANSITION:
            self._notes.append(f"Environment {there.id} is {there.status}: `pulumi up` waits until that is over.")
        networking = self._ask(lambda: self._api.advanced_networking.get(environment)) if kinds & NETWORKING_KINDS else None
        variables = self._ask(lambda: self._api.variables.list(environment)) if kinds & VARIABLE_KINDS else None
        live = replace(self._environments.get(environment, LiveEnvironment(there)), environment=there)
        live = live if networking is None else replace(live, networking=networking)
        self._environments[environment] = live if variables is None else replace(live, variables=tuple(variables))
        unanswered = [kinds & NETWORKING_KINDS and networking is None, kinds & VARIABLE_KINDS and variables is None]
        if not any(unanswered):
            self._asked.add(environment)

    def _about_infrastructure(self, live: LiveProgram, change: Change) -> LiveProgram:
        region = str(change.properties.get("region"))
        there = any(one.region == region and one.status not in GONE for one in live.infrastructures)
        if change.operation is Operation.DELETE:
            return replace(live, users=tuple(self._ask(lambda: self._foreign_users(change.program_id)) or ()))
        if not there:
            primary = change.wanted.get("is_primary_region")
            self._ask(lambda: preconditions(self._api, change.program_id, region, primary if isinstance(primary, bool) else None))
        return live

    def _foreign_users(self, program_id: str) -> list[Environment]:
        """Return the environments of the program that have advanced networking and that this stack has no record of."""
        return [
            one
            for one in self._api.environments.list(program_id)
            if EnvironmentId(program_id, one.id) not in self._environments
            and self._api.advanced_networking.get(EnvironmentId(program_id, one.id)).enabled
        ]

    def _ask_about(self, environment: EnvironmentId, changes: Sequence[Change], question: Callable[[], T]) -> T | None:
        def unless_gone() -> T | None:
            try:
                return question()
            except NotFound as error:
                proof = gone(environment, self._api.environments.list(environment.program_id))
                if proof is None or any(change.operation is not Operation.DELETE for change in changes):
                    raise proof or error from None
                self._environments[environment] = LiveEnvironment(as_recorded(environment))
                self._asked.add(environment)
                return None

        return self._ask(unless_gone)

    def _ask(self, question: Callable[[], T]) -> T | None:
        try:
            return question()
        except HOPELESS:
            raise
        except AemMailError as error:
            if str(error) not in map(str, self.errors):
                self.errors.append(error)
            return None
