"""`/_sim/send`: what an environment knows at this moment, handed to the mail path."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aem_mail.osgi import MAIL_SERVICE_PID, OAUTH_PID, ConfigurationFileError, load_configuration, run_modes_of
from aem_mail.simulator.api.fields import FieldProblems, Fields
from aem_mail.simulator.api.problems import not_found
from aem_mail.simulator.handlers.advanced_networking import infrastructure_of
from aem_mail.simulator.mail import NetworkingInForce, SendRequest, SendResult, SimulatedMailPath
from aem_mail.simulator.state.transitions import infrastructure_status, networking_in_force, variables_in_force
from aem_mail.simulator.state.values import SERVICES, Environment, Program, SimulatorState
from aem_mail.simulator.world import SimulatedWorld

_MISTAKEN_PID = "com.day.cq.mailer.impl.DefaultMailService"
_CARRYING = frozenset({"ready", "updating"})


class Sending:
    """The mail path of one simulator; it starts with the first message. Every method may be called from any thread, and blocks."""

    def __init__(self, world: SimulatedWorld) -> None:
        self._world = world
        self._mail_path = SimulatedMailPath(clock=lambda: world.now)
        self._lock = threading.Lock()

    def send(self, document: Any) -> dict[str, Any]:
        """Let AEM's tier of an environment send one message; raises a `Problem` where the request itself makes no sense."""
        state = self._world.state
        request = _read(document, state)
        if isinstance(request, SendResult):
            return request.to_json()
        with self._lock:
            self._mail_path.configure(state.smtp)
            self._mail_path.start()
            return self._mail_path.send(request).to_json()

    def mails(self) -> list[dict[str, Any]]:
        return [mail.to_json() for mail in self._mail_path.mails()]

    def clear(self) -> None:
        self._mail_path.clear()

    def stop(self) -> None:
        with self._lock:
            self._mail_path.stop()


def networking_for_mail(program: Program, environment: Environment) -> NetworkingInForce | None:
    """The rules that carry connections now: those in force, as long as the infrastructure below them stands."""
    infrastructure = infrastructure_of(program, environment)
    networking = networking_in_force(environment)
    if networking is None or infrastructure is None or infrastructure_status(infrastructure) not in _CARRYING:
        return None
    return NetworkingInForce(infrastructure, networking)


def _read(document: Any, state: SimulatorState) -> SendRequest | SendResult:
    """The request, or at once a result where AEM could not even read its configuration."""
    findings = FieldProblems("Invalid message")
    fields = Fields(document, "", findings)
    program_id, environment_id = fields.text("programId"), fields.text("environmentId")
    tier = fields.text("tier", choices=SERVICES)
    osgi, directory = fields.object("osgi"), fields.optional_text("directory")
    if (osgi is None) == (directory is None):
        fields.refuse("osgi", "exactly one of osgi and directory")
    inline = {} if osgi is None else {pid: osgi.mapping(pid) for pid in osgi}
    run_modes = None if fields.raw("runModes") is None else fields.texts("runModes")
    extras = {name: text for name in ("to", "subject") if (text := _optional_line(fields, name))}
    fields.done()
    findings.check()
    program, environment = _environment(state, program_id, environment_id)
    try:
        configuration = inline if directory is None else _load(directory, run_modes or run_modes_of(tier, environment.type))
    except ConfigurationFileError as error:
        return SendResult("config", str(error))
    return SendRequest(configuration, tier, variables_in_force(environment), networking_for_mail(program, environment), **extras)


def _optional_line(fields: Fields, name: str) -> str | None:
    return None if fields.raw(name) is None else fields.optional_text(name)


def _environment(state: SimulatorState, program_id: str, environment_id: str) -> tuple[Program, Environment]:
    program = state.programs.get(program_id)
    if program is None:
        raise not_found(f"program {program_id}")
    environment = program.environments.get(environment_id)
    if environment is None:
        raise not_found(f"environment {environment_id} of program {program_id}")
    return program, environment


def _load(directory: str, run_modes: tuple[str, ...]) -> Mapping[str, Mapping[str, Any]]:
    return load_configuration(Path(directory), run_modes, (MAIL_SERVICE_PID, OAUTH_PID, _MISTAKEN_PID))
